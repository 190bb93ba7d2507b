package io.quiver.node;

import io.quiver.core.CollectionName;
import io.quiver.message.CancelUpload;
import io.quiver.message.DeleteSnapshot;
import io.quiver.message.DescribeSnapshot;
import io.quiver.message.DescribeUpload;
import io.quiver.message.ListSnapshots;
import io.quiver.message.PublishSnapshot;
import io.quiver.message.ReadSnapshot;
import io.quiver.message.RestoreSnapshot;
import io.quiver.message.SnapshotRequest;
import io.quiver.message.TakeSnapshot;
import io.quiver.message.UploadSnapshot;

/** Requests about snapshots under the collection's own name. */
final class SnapshotNames {
  private SnapshotNames() {}

  /** The same request about a collection of another name. */
  static SnapshotRequest of(CollectionName own, SnapshotRequest request) {
    return switch (request) {
      case TakeSnapshot take -> new TakeSnapshot(own);
      case ListSnapshots list -> new ListSnapshots(own);
      case DescribeSnapshot describe -> new DescribeSnapshot(own, describe.snapshot());
      case DeleteSnapshot delete -> new DeleteSnapshot(own, delete.snapshot());
      case RestoreSnapshot restore -> new RestoreSnapshot(own, restore.snapshot());
      case ReadSnapshot read ->
          new ReadSnapshot(own, read.snapshot(), read.checksum(), read.offset(), read.length());
      case UploadSnapshot upload ->
          new UploadSnapshot(own, upload.snapshot(), upload.offset(), upload.bytes());
      case PublishSnapshot publish -> new PublishSnapshot(own, publish.snapshot());
      case DescribeUpload describe -> new DescribeUpload(own, describe.snapshot());
      case CancelUpload cancel -> new CancelUpload(own, cancel.snapshot());
    };
  }
}
