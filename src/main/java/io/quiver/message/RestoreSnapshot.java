package io.quiver.message;

import io.quiver.core.CollectionName;
import io.quiver.core.Required;

/**
 * Serves what a snapshot holds under its collection's name, instead of what is served there now.
 * Answered by {@link CollectionInfo}, or SNAPSHOT_NOT_FOUND, COLLECTION_DAMAGED.
 */
public record RestoreSnapshot(CollectionName collection, SnapshotName snapshot)
    implements SnapshotRequest {
  public RestoreSnapshot {
    Required.value("collection", collection);
    Required.value("snapshot", snapshot);
  }
}
