package io.quiver.message;

import io.quiver.core.CollectionName;
import io.quiver.core.Required;

/** Answered by {@link SnapshotInfo}, or SNAPSHOT_NOT_FOUND. */
public record DescribeSnapshot(CollectionName collection, SnapshotName snapshot)
    implements SnapshotRequest {
  public DescribeSnapshot {
    Required.value("collection", collection);
    Required.value("snapshot", snapshot);
  }
}
