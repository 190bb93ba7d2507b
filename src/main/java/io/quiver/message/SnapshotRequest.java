package io.quiver.message;

import io.quiver.core.CollectionName;

/** What is asked about the snapshots of a collection. */
public sealed interface SnapshotRequest extends Request
    permits TakeSnapshot,
        ListSnapshots,
        DescribeSnapshot,
        DeleteSnapshot,
        RestoreSnapshot,
        ReadSnapshot,
        UploadSnapshot,
        PublishSnapshot,
        DescribeUpload,
        CancelUpload {
  CollectionName collection();
}
