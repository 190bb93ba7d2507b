package io.quiver.node;

import io.quiver.catalog.Database;
import io.quiver.collection.Collection;
import io.quiver.core.CollectionName;
import io.quiver.core.QuiverException;
import io.quiver.message.BackUpCollection;
import io.quiver.message.BackedUp;
import io.quiver.message.CancelUpload;
import io.quiver.message.CollectionInfo;
import io.quiver.message.DeleteSnapshot;
import io.quiver.message.DescribeSnapshot;
import io.quiver.message.DescribeUpload;
import io.quiver.message.ListSnapshots;
import io.quiver.message.PublishSnapshot;
import io.quiver.message.ReadSnapshot;
import io.quiver.message.Reply;
import io.quiver.message.RestoreCollection;
import io.quiver.message.RestoreSnapshot;
import io.quiver.message.SnapshotDeleted;
import io.quiver.message.SnapshotInfo;
import io.quiver.message.SnapshotList;
import io.quiver.message.SnapshotRequest;
import io.quiver.message.TakeSnapshot;
import io.quiver.message.UploadSnapshot;
import io.quiver.snapshot.Backups;
import io.quiver.snapshot.Exports;
import io.quiver.snapshot.SnapshotOptions;
import io.quiver.snapshot.SnapshotSchedule;
import io.quiver.snapshot.Snapshots;
import io.quiver.snapshot.Uploads;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes and restores snapshots and backups on a thread of its own, for files may be large; names
 * change hands on the thread that changes the catalog, and in no time.
 */
final class SnapshotWork {
  private static final Logger LOG = LoggerFactory.getLogger(SnapshotWork.class);

  private final Database database;
  private final Placements placements;
  private final Conversions conversions;
  private final WorkPool copies;
  private final WorkPool changes;
  private final Snapshots snapshots;
  private final Backups backups;
  private final Exports exports;
  private final Uploads uploads;
  private final SnapshotSchedule schedule;
  private final AtomicBoolean isTicking = new AtomicBoolean();

  /**
   * Work that waits to be asked for.
   *
   * @param copies exactly one thread
   * @param changes the thread that changes the catalog
   */
  SnapshotWork(
      Database database,
      Placements placements,
      Conversions conversions,
      SnapshotOptions plan,
      WorkPool copies,
      WorkPool changes) {
    this.database = database;
    this.placements = placements;
    this.conversions = conversions;
    this.copies = copies;
    this.changes = changes;
    this.snapshots = new Snapshots(database);
    this.backups = new Backups(database);
    this.exports = new Exports(database, snapshots);
    this.uploads = new Uploads(database, snapshots);
    this.schedule =
        new SnapshotSchedule(database, snapshots, plan, name -> !conversions.holds(name));
  }

  /** Whether it is quick and changes nothing. */
  static boolean isInspection(SnapshotRequest request) {
    return request instanceof ListSnapshots
        || request instanceof DescribeSnapshot
        || request instanceof DescribeUpload;
  }

  /** Whether it is a part of a snapshot on its way, so that others wait for as long as it takes. */
  static boolean isTransfer(SnapshotRequest request) {
    return request instanceof UploadSnapshot
        || (request instanceof ReadSnapshot read && !read.checksum().isEmpty());
  }

  /** A request that names an alias is about the collection that it stands for now. */
  Reply answer(SnapshotRequest asked) throws Exception {
    SnapshotRequest request = SnapshotNames.of(own(asked.collection()), asked);
    conversions.refuseIfIncomplete(request.collection());
    return switch (request) {
      case TakeSnapshot take -> take(take.collection());
      case ListSnapshots list -> new SnapshotList(snapshots.list(list.collection()));
      case DescribeSnapshot describe -> snapshots.get(describe.collection(), describe.snapshot());
      case DeleteSnapshot delete -> {
        snapshots.delete(delete.collection(), delete.snapshot());
        exports.forget();
        yield new SnapshotDeleted(delete.collection(), delete.snapshot());
      }
      case RestoreSnapshot restore ->
          adopt(
              () -> snapshots.copy(restore.collection(), restore.snapshot()),
              staged -> put(staged, restore.collection()));
      case ReadSnapshot read -> read.checksum().isEmpty() ? exports.open(read) : exports.part(read);
      case UploadSnapshot upload -> uploads.put(upload);
      case DescribeUpload describe -> uploads.get(describe.collection(), describe.snapshot());
      case PublishSnapshot publish -> {
        exports.forget();
        yield uploads.publish(publish.collection(), publish.snapshot());
      }
      case CancelUpload cancel -> {
        uploads.cancel(cancel.collection(), cancel.snapshot());
        yield new SnapshotDeleted(cancel.collection(), cancel.snapshot());
      }
    };
  }

  private CollectionName own(CollectionName name) {
    return database.aliases().resolve(name);
  }

  /** Any thread, now and then: begins what is due, unless that is under way. */
  void tick() {
    if (isTicking.compareAndSet(false, true)) {
      try {
        copies.execute(this::runDue);
      } catch (RejectedExecutionException busyOrClosed) {
        isTicking.set(false);
      }
    }
  }

  private void runDue() {
    try {
      uploads.expire();
      schedule.run();
    } catch (RuntimeException e) {
      LOG.warn("snapshots by the schedule: {}", e.getMessage());
    } finally {
      isTicking.set(false);
    }
  }

  /** Answers at once; what is kept is read behind the answer. */
  private SnapshotInfo take(CollectionName collection) {
    SnapshotInfo taken = snapshots.take(collection);
    try {
      copies.execute(() -> seal(taken));
    } catch (RejectedExecutionException busyOrClosed) {
      LOG.debug("snapshot {} is read when it is used", taken.name());
    }
    return taken;
  }

  private void seal(SnapshotInfo taken) {
    try {
      snapshots.seal(taken.collection(), taken.name());
    } catch (RuntimeException e) {
      LOG.warn("snapshot {} could not be read: {}", taken.name(), e.getMessage());
    }
  }

  BackedUp backUp(BackUpCollection request) {
    CollectionName name = own(request.name());
    conversions.refuseIfIncomplete(name);
    return new BackedUp(name, backups.backUp(name));
  }

  Reply restore(RestoreCollection request) throws Exception {
    conversions.refuseIfHeld(request.name());
    return adopt(
        () -> backups.copy(request.path()),
        staged -> {
          conversions.refuseIfHeld(request.name());
          return serve(database.adoption().adopt(staged, request.name()));
        });
  }

  private interface Change {
    CollectionInfo run(Path staged) throws Exception;
  }

  private CollectionInfo adopt(Callable<Path> copy, Change change) throws Exception {
    Path staged = copy.call();
    try {
      return changes.call(() -> change.run(staged));
    } finally {
      snapshots.discard(staged); // Nothing if it was adopted: then it has another name.
    }
  }

  private CollectionInfo serve(Collection collection) throws Exception {
    Waiting.await(placements.place(collection));
    return new CollectionInfo(collection.config(), collection.stats())
        .with(Database.manifestInfo(collection));
  }

  /** Under the name of a collection that is served, or was. */
  private CollectionInfo put(Path staged, CollectionName name) throws Exception {
    conversions.refuseIfHeld(name);
    if (database.isSetAside(name)) {
      database.drop(name);
    }
    Collection old = database.find(name).orElse(null);
    if (old == null) {
      return serve(database.adoption().adopt(staged, name));
    }
    Waiting.await(placements.pause(name));
    try {
      return serve(database.adoption().replace(staged, name));
    } catch (QuiverException e) {
      if (database.find(name).filter(old::equals).isPresent()) {
        serve(old);
      } else {
        Waiting.await(placements.remove(name));
      }
      throw e;
    }
  }
}
