package io.quiver.message;

import io.quiver.core.CollectionName;
import io.quiver.core.Required;

/** Answered by {@link SnapshotDeleted}, or SNAPSHOT_NOT_FOUND. */
public record DeleteSnapshot(CollectionName collection, SnapshotName snapshot)
    implements SnapshotRequest {
  public DeleteSnapshot {
    Required.value("collection", collection);
    Required.value("snapshot", snapshot);
  }
}
