package io.quiver.message;

import io.quiver.core.CollectionName;
import io.quiver.core.Required;

/** Lets go of what was uploaded of a snapshot. Answered by {@link SnapshotDeleted}. */
public record CancelUpload(CollectionName collection, SnapshotName snapshot)
    implements SnapshotRequest {
  public CancelUpload {
    Required.value("collection", collection);
    Required.value("snapshot", snapshot);
  }
}
