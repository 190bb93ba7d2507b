package io.quiver.message;

import io.quiver.core.CollectionName;
import io.quiver.core.Required;

/**
 * Verifies every byte of a snapshot that was uploaded as a whole, and puts it among the others.
 * Answered by {@link SnapshotInfo}.
 */
public record PublishSnapshot(CollectionName collection, SnapshotName snapshot)
    implements SnapshotRequest {
  public PublishSnapshot {
    Required.value("collection", collection);
    Required.value("snapshot", snapshot);
  }
}
