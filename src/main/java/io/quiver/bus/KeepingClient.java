package io.quiver.bus;

import io.quiver.core.CollectionName;
import io.quiver.message.BackUpCollection;
import io.quiver.message.BackedUp;
import io.quiver.message.CancelUpload;
import io.quiver.message.CleanUpDeleted;
import io.quiver.message.CleanedUp;
import io.quiver.message.CollectionInfo;
import io.quiver.message.CompactCollection;
import io.quiver.message.CreateCollection;
import io.quiver.message.DeleteSnapshot;
import io.quiver.message.DeletedCollections;
import io.quiver.message.DescribeIndex;
import io.quiver.message.DescribeSnapshot;
import io.quiver.message.DescribeUpload;
import io.quiver.message.Dropped;
import io.quiver.message.HardDelete;
import io.quiver.message.IndexWork;
import io.quiver.message.ListDeleted;
import io.quiver.message.ListSnapshots;
import io.quiver.message.PublishSnapshot;
import io.quiver.message.ReadSnapshot;
import io.quiver.message.RebuildIndex;
import io.quiver.message.Reply;
import io.quiver.message.Request;
import io.quiver.message.RestoreCollection;
import io.quiver.message.RestoreSnapshot;
import io.quiver.message.SnapshotDeleted;
import io.quiver.message.SnapshotInfo;
import io.quiver.message.SnapshotList;
import io.quiver.message.SnapshotPart;
import io.quiver.message.TakeSnapshot;
import io.quiver.message.UploadSnapshot;
import io.quiver.message.UploadState;
import io.vertx.core.Future;
import java.util.List;
import java.util.function.Supplier;

/**
 * The part of a {@link QuiverClient} that tends collections, keeps them and brings them back.
 * Thread-safe.
 */
abstract class KeepingClient {
  /** Asks the catalog. */
  abstract <T extends Reply> Future<T> catalog(Supplier<Request> request, Class<T> type);

  /** The same, for what takes as long as files are large. */
  abstract <T extends Reply> Future<T> copying(Supplier<Request> request, Class<T> type);

  /** Makes an empty collection for an owner. */
  public Future<CollectionInfo> create(CreateCollection create) {
    return catalog(() -> create, CollectionInfo.class);
  }

  /** Begins to build a graph anew; see {@link RebuildIndex}. */
  public Future<IndexWork> rebuildIndex(RebuildIndex rebuild) {
    return catalog(() -> rebuild, IndexWork.class);
  }

  /** Begins to rewrite a collection without its dead rows; see {@link CompactCollection}. */
  public Future<IndexWork> compact(CompactCollection compact) {
    return catalog(() -> compact, IndexWork.class);
  }

  /** How far such work is. */
  public Future<IndexWork> describeIndex(CollectionName name) {
    return catalog(() -> new DescribeIndex(name), IndexWork.class);
  }

  /** A drop of which nothing is kept. */
  public Future<Dropped> hardDelete(CollectionName name) {
    return catalog(() -> new HardDelete(name), Dropped.class);
  }

  /** What was dropped and can be restored. */
  public Future<DeletedCollections> deleted() {
    return catalog(ListDeleted::new, DeletedCollections.class);
  }

  /** Serves what was dropped or backed up; it can be searched when the future completes. */
  public Future<CollectionInfo> restore(RestoreCollection restore) {
    return copying(() -> restore, CollectionInfo.class);
  }

  /** Lets go of what was dropped longer ago. */
  public Future<CleanedUp> cleanUp(CleanUpDeleted cleanUp) {
    return catalog(() -> cleanUp, CleanedUp.class);
  }

  /** Copies a collection as it is now, to be restored by {@link #restore}. */
  public Future<BackedUp> backUp(CollectionName name) {
    return copying(() -> new BackUpCollection(name), BackedUp.class);
  }

  /** Keeps the present moment of a collection. */
  public Future<SnapshotInfo> takeSnapshot(CollectionName name) {
    return copying(() -> new TakeSnapshot(name), SnapshotInfo.class);
  }

  public Future<List<SnapshotInfo>> snapshots(CollectionName name) {
    return catalog(() -> new ListSnapshots(name), SnapshotList.class).map(SnapshotList::snapshots);
  }

  public Future<SnapshotInfo> describe(DescribeSnapshot describe) {
    return catalog(() -> describe, SnapshotInfo.class);
  }

  public Future<SnapshotDeleted> delete(DeleteSnapshot delete) {
    return copying(() -> delete, SnapshotDeleted.class);
  }

  public Future<CollectionInfo> restore(RestoreSnapshot restore) {
    return copying(() -> restore, CollectionInfo.class);
  }

  /** A part of a snapshot; see {@link ReadSnapshot}. */
  public Future<SnapshotPart> read(ReadSnapshot read) {
    return copying(() -> read, SnapshotPart.class);
  }

  /** Stores a part of a snapshot that comes from elsewhere; see {@link UploadSnapshot}. */
  public Future<UploadState> upload(UploadSnapshot upload) {
    return catalog(() -> upload, UploadState.class);
  }

  /** Ends an upload; see {@link PublishSnapshot}. */
  public Future<SnapshotInfo> publish(PublishSnapshot publish) {
    return copying(() -> publish, SnapshotInfo.class);
  }

  public Future<UploadState> describe(DescribeUpload upload) {
    return catalog(() -> upload, UploadState.class);
  }

  public Future<SnapshotDeleted> cancel(CancelUpload upload) {
    return copying(() -> upload, SnapshotDeleted.class);
  }
}
