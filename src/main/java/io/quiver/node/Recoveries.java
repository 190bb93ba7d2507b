package io.quiver.node;

import io.quiver.bus.Inbox;
import io.quiver.catalog.Database;
import io.quiver.catalog.KeptCollection;
import io.quiver.collection.Collection;
import io.quiver.core.CollectionName;
import io.quiver.core.ErrorCode;
import io.quiver.core.QuiverException;
import io.quiver.message.BackUpCollection;
import io.quiver.message.BackupPath;
import io.quiver.message.CleanUpDeleted;
import io.quiver.message.CleanedUp;
import io.quiver.message.CollectionInfo;
import io.quiver.message.DeletedCollections;
import io.quiver.message.Dropped;
import io.quiver.message.HardDelete;
import io.quiver.message.ListDeleted;
import io.quiver.message.RecoveryRequest;
import io.quiver.message.Reply;
import io.quiver.message.RestoreCollection;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * Drops collections, and brings back what was dropped.
 *
 * <p>Thread safety: belongs to the thread that changes the catalog; {@link #deleted} from any.
 */
final class Recoveries {
  private final Database database;
  private final Placements placements;
  private final Conversions conversions;

  Recoveries(Database database, Placements placements, Conversions conversions) {
    this.database = database;
    this.placements = placements;
    this.conversions = conversions;
  }

  /** Whether it is not for backups to look for it. */
  boolean keeps(BackupPath path) {
    return !path.isIn(BackupPath.BACKUPS)
        || (path.isIn(BackupPath.DELETED) && database.recovery().isKept(path.folder()));
  }

  Reply answer(RecoveryRequest request) throws Exception {
    return switch (request) {
      case HardDelete delete -> hardDelete(delete.name());
      case ListDeleted list -> deleted();
      case RestoreCollection restore -> restore(restore);
      case CleanUpDeleted clean -> cleanUp(clean);
      case BackUpCollection backUp -> throw Inbox.misplaced("a recovery of what is kept", backUp);
    };
  }

  Reply drop(CollectionName name) throws Exception {
    return drop(name, () -> database.drop(name));
  }

  Reply hardDelete(CollectionName name) throws Exception {
    return drop(name, () -> database.hardDelete(name));
  }

  /** No client sees it from the first moment; if the disk refuses, it is served again. */
  private Reply drop(CollectionName name, Runnable work) throws Exception {
    if (database.isSetAside(name)) {
      work.run();
      return new Dropped(name);
    }
    Collection collection =
        database.find(name).orElseThrow(() -> QuiverException.collectionNotFound(name.value()));
    Waiting.await(placements.remove(name));
    try {
      work.run();
    } catch (RuntimeException e) {
      if (database.find(name).filter(collection::equals).isPresent()) {
        Waiting.await(placements.place(collection));
      }
      throw e;
    }
    return new Dropped(name);
  }

  private DeletedCollections deleted() {
    long now = database.surroundings().nowMillis().getAsLong();
    return new DeletedCollections(
        database.recovery().deleted().stream().map(kept -> entry(kept, now)).toList());
  }

  private static DeletedCollections.Entry entry(KeptCollection kept, long nowMillis) {
    return new DeletedCollections.Entry(
        kept.folder(), kept.sinceMillis(), Math.max(0, nowMillis - kept.sinceMillis()));
  }

  private Reply cleanUp(CleanUpDeleted request) {
    return new CleanedUp(
        database
            .recovery()
            .cleanup(
                request.retentionMillis() == CleanUpDeleted.AS_SET
                    ? Optional.empty()
                    : Optional.of(Duration.ofMillis(request.retentionMillis()))));
  }

  private Reply restore(RestoreCollection request) throws Exception {
    BackupPath path = request.path();
    if (!path.isIn(BackupPath.DELETED)) {
      throw missing(path);
    }
    conversions.refuseIfHeld(request.name());
    return serve(database.recovery().restore(path.folder(), Optional.of(request.name())));
  }

  /** If it cannot be placed, it goes back to where it can be restored from. */
  private CollectionInfo serve(Collection restored) throws Exception {
    try {
      Waiting.await(placements.place(restored));
    } catch (Throwable e) {
      try {
        drop(restored.name());
      } catch (Exception again) {
        e.addSuppressed(again);
      }
      throw e;
    }
    return new CollectionInfo(restored.config(), restored.stats())
        .with(Database.manifestInfo(restored));
  }

  private static QuiverException missing(BackupPath path) {
    return new QuiverException(
        ErrorCode.COLLECTION_NOT_FOUND,
        "nothing of this name can be restored: " + path,
        Map.of("field", "backup_path", "got", path.text()));
  }
}
