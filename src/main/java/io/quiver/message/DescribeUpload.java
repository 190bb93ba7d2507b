package io.quiver.message;

import io.quiver.core.CollectionName;
import io.quiver.core.Required;

/** How much of an upload is there. Answered by {@link UploadState}. */
public record DescribeUpload(CollectionName collection, SnapshotName snapshot)
    implements SnapshotRequest {
  public DescribeUpload {
    Required.value("collection", collection);
    Required.value("snapshot", snapshot);
  }
}
