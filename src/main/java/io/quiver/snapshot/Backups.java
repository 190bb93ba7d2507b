package io.quiver.snapshot;

import io.quiver.catalog.Database;
import io.quiver.catalog.FileTree;
import io.quiver.catalog.Freezer;
import io.quiver.collection.StorageErrors;
import io.quiver.core.CollectionName;
import io.quiver.core.ErrorCode;
import io.quiver.core.QuiverException;
import io.quiver.disk.DamagedFileException;
import io.quiver.disk.Disk;
import io.quiver.message.BackupPath;
import io.quiver.message.SnapshotName;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Copies of collections in {@code .backups/<collection>_<YYYYmmdd_HHMMSS>/} (UTC), with checksums.
 * They share no file with anything, so they may be moved to other disks, and back.
 *
 * <p>Thread safety: one thread at a time.
 */
public final class Backups {
  private static final System.Logger LOG = System.getLogger(Backups.class.getName());
  private static final DateTimeFormatter STAMP =
      DateTimeFormatter.ofPattern("uuuuMMdd_HHmmss", Locale.ROOT);

  private final Database database;
  private final Disk disk;
  private final Path root;

  /** The backups that lie there; deletes what a crash left half made. */
  public Backups(Database database) {
    this.database = database;
    this.disk = database.disk();
    this.root = database.root().resolve(BackupPath.BACKUPS);
    try {
      if (disk.exists(root)) {
        disk.syncDirectory(root);
      }
      FileTree.deleteHidden(disk, root);
    } catch (IOException e) {
      LOG.log(System.Logger.Level.WARNING, "half made backups stay: {0}", e.getMessage());
    }
  }

  /**
   * Copies a collection as it is now; durable when it returns.
   *
   * @throws QuiverException COLLECTION_NOT_FOUND, COLLECTION_DAMAGED, or what the disk refuses:
   *     then there is no copy
   */
  public BackupPath backUp(CollectionName collection) {
    if (database.find(collection).isEmpty()) {
      throw QuiverException.collectionNotFound(collection.value());
    }
    long now = database.surroundings().nowMillis().getAsLong();
    Path frozen = database.adoption().stage();
    Path made = root.resolve("." + collection);
    try {
      SnapshotFolder moment = new SnapshotFolder(disk, frozen);
      Freezer.Frozen files = database.freezer().freeze(collection, frozen);
      SnapshotName name = freeName(collection, now);
      moment.save(moment.frozen(name, collection, files, now));
      SnapshotIndex sealed = moment.seal(Optional.empty());
      FileTree.delete(disk, made);
      disk.createDirectories(made);
      moment.copyTo(sealed, made);
      new SnapshotFolder(disk, made).save(sealed);
      disk.rename(made, root.resolve(name.value()));
      disk.syncDirectory(root);
      disk.syncDirectory(database.root());
      return new BackupPath(BackupPath.BACKUPS + "/" + name);
    } catch (DamagedFileException e) {
      throw StorageErrors.ofRead(collection.value(), e);
    } catch (IOException e) {
      throw StorageErrors.ofWrite(e);
    } finally {
      discard(List.of(frozen, made));
    }
  }

  private SnapshotName freeName(CollectionName collection, long nowMillis) {
    String stamp =
        STAMP.format(LocalDateTime.ofInstant(Instant.ofEpochMilli(nowMillis), ZoneOffset.UTC));
    String text = collection + "_" + stamp;
    String name = text;
    for (int i = 2; disk.exists(root.resolve(name)); i++) {
      name = text + "_" + i;
    }
    return new SnapshotName(name);
  }

  /** What cannot be deleted goes at the next start. */
  private void discard(List<Path> folders) {
    for (Path folder : folders) {
      try {
        FileTree.delete(disk, folder);
      } catch (IOException e) {
        LOG.log(System.Logger.Level.WARNING, "{0} stays: {1}", folder, e.getMessage());
      }
    }
  }

  /**
   * Copies a backup to where it can be adopted, and verifies every byte.
   *
   * @return see {@link io.quiver.catalog.Adoption#stage}
   * @throws QuiverException COLLECTION_NOT_FOUND if there is no such backup; COLLECTION_DAMAGED
   */
  public Path copy(BackupPath path) {
    SnapshotFolder backup = new SnapshotFolder(disk, root.resolve(path.folder()));
    if (!path.isIn(BackupPath.BACKUPS) || !backup.exists()) {
      throw new QuiverException(
          ErrorCode.COLLECTION_NOT_FOUND,
          "nothing of this name can be restored: " + path,
          Map.of("field", "backup_path", "got", path.text()));
    }
    Path staged = database.adoption().stage();
    try {
      backup.copyTo(backup.seal(Optional.empty()), staged);
      return staged;
    } catch (DamagedFileException e) {
      discard(List.of(staged));
      throw StorageErrors.ofRead(path.text(), e);
    } catch (IOException e) {
      discard(List.of(staged));
      throw StorageErrors.ofWrite(e);
    }
  }
}
