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
import io.quiver.message.SnapshotInfo;
import io.quiver.message.SnapshotName;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The snapshots of a database, in {@code snapshots/<collection>/<name>/}. One is taken under a name
 * that begins with a dot and renamed when it is whole; one that is deleted is renamed back first.
 *
 * <p>Thread safety: {@link #list}, {@link #get} and {@link #discard(Path)} from any thread; the
 * rest one thread at a time.
 */
public final class Snapshots {
  public static final String FOLDER = "snapshots";

  private static final System.Logger LOG = System.getLogger(Snapshots.class.getName());

  private final Database database;
  private final Disk disk;
  private final Path root;

  /**
   * The snapshots that lie there, and will after a power cut: a process that was killed may have
   * made or removed one without syncing that. Deletes what a crash left half made.
   */
  public Snapshots(Database database) {
    this.database = database;
    this.disk = database.disk();
    this.root = database.root().resolve(FOLDER);
    try {
      if (disk.exists(root)) {
        disk.syncDirectory(root);
      }
      for (String collection : disk.list(root)) {
        disk.syncDirectory(root.resolve(collection));
        FileTree.deleteHidden(disk, root.resolve(collection));
      }
    } catch (IOException e) {
      LOG.log(System.Logger.Level.WARNING, "half made snapshots stay: {0}", e.getMessage());
    }
  }

  private interface Work<T> {
    T run() throws IOException;
  }

  private static <T> T told(Work<T> work) {
    try {
      return work.run();
    } catch (DamagedFileException e) {
      throw StorageErrors.ofRead("snapshot", e);
    } catch (IOException e) {
      throw StorageErrors.ofWrite(e);
    }
  }

  /**
   * Keeps the present moment of a collection; durable when it returns. Takes no longer for a large
   * one; {@link #seal} reads it.
   *
   * @throws QuiverException COLLECTION_NOT_FOUND, COLLECTION_DAMAGED, or what the disk refuses:
   *     then there is none
   */
  public SnapshotInfo take(CollectionName collection) {
    return take(collection, "");
  }

  /** The same under a name by which the schedule knows its own. */
  SnapshotInfo takeScheduled(CollectionName collection) {
    return take(collection, SnapshotSchedule.PREFIX);
  }

  private SnapshotInfo take(CollectionName collection, String prefix) {
    if (database.find(collection).isEmpty()) {
      throw QuiverException.collectionNotFound(collection.value());
    }
    return told(() -> {
      long now = database.surroundings().nowMillis().getAsLong();
      SnapshotName name = freeName(prefix, collection, now);
      Path made = root.resolve(collection.value()).resolve("." + name);
      SnapshotFolder part = new SnapshotFolder(disk, made);
      try {
        FileTree.delete(disk, made);
        disk.createDirectories(made);
        Freezer.Frozen frozen = database.freezer().freeze(collection, made);
        SnapshotIndex index = part.frozen(name, collection, frozen, now);
        part.save(index);
        disk.rename(made, folder(collection, name).folder());
        syncParents(collection);
        return index.info();
      } catch (IOException | RuntimeException e) {
        discard(made, e);
        throw e;
      }
    });
  }

  /** Whether there is one of this name. */
  boolean exists(CollectionName collection, SnapshotName name) {
    return folder(collection, name).exists();
  }

  /**
   * Puts a whole folder, whose files are on stable storage, among the snapshots; durable when it
   * returns.
   *
   * @throws QuiverException CONFLICT if there is one of this name
   */
  SnapshotInfo publish(Path made, SnapshotIndex index) throws IOException {
    SnapshotFolder place = folder(index.collection(), index.name());
    if (disk.exists(place.folder())) {
      throw new QuiverException(
          ErrorCode.CONFLICT,
          "Snapshot already exists: " + index.name(),
          Map.of("field", "snapshot", "got", index.name().value()));
    }
    new SnapshotFolder(disk, made).save(index);
    disk.rename(made, place.folder());
    syncParents(index.collection());
    return index.info();
  }

  private SnapshotName freeName(String prefix, CollectionName collection, long nowMillis) {
    String text = prefix + collection + "_" + nowMillis / 1_000;
    SnapshotName name = new SnapshotName(text);
    for (int i = 2; disk.exists(folder(collection, name).folder()); i++) {
      name = new SnapshotName(text + "-" + i);
    }
    return name;
  }

  private void syncParents(CollectionName collection) throws IOException {
    disk.syncDirectory(root.resolve(collection.value()));
    disk.syncDirectory(root);
    disk.syncDirectory(database.root());
  }

  private void discard(Path folder, Exception cause) {
    try {
      FileTree.delete(disk, folder);
    } catch (IOException e) {
      cause.addSuppressed(e);
    }
  }

  /**
   * Newest first. Damaged ones are left out, and logged.
   *
   * @throws QuiverException COLLECTION_NOT_FOUND if there is neither collection nor snapshot
   */
  public List<SnapshotInfo> list(CollectionName collection) {
    return told(() -> {
      List<SnapshotInfo> found = new ArrayList<>();
      for (SnapshotIndex index : indexes(collection)) {
        found.add(index.info());
      }
      if (found.isEmpty() && database.find(collection).isEmpty()) {
        throw QuiverException.collectionNotFound(collection.value());
      }
      return found;
    });
  }

  private List<SnapshotIndex> indexes(CollectionName collection) throws IOException {
    List<SnapshotIndex> found = new ArrayList<>();
    for (String name : disk.list(root.resolve(collection.value()))) {
      SnapshotFolder folder =
          new SnapshotFolder(disk, root.resolve(collection.value()).resolve(name));
      if (name.startsWith(".") || !folder.exists()) {
        continue;
      }
      try {
        found.add(folder.read());
      } catch (DamagedFileException e) {
        LOG.log(System.Logger.Level.ERROR, "snapshot left out: {0}", e.getMessage());
      } catch (IOException e) {
        if (folder.exists()) {
          throw e; // Else it was deleted meanwhile.
        }
      }
    }
    found.sort(
        Comparator.comparingLong(SnapshotIndex::createdSeconds)
            .thenComparing(index -> index.name().value().length())
            .thenComparing(index -> index.name().value())
            .reversed());
    return found;
  }

  /** Tells of one. */
  public SnapshotInfo get(CollectionName collection, SnapshotName name) {
    return told(() -> {
      try {
        return existing(collection, name).read().info();
      } catch (IOException e) {
        existing(collection, name); // It may have been deleted meanwhile.
        throw e;
      }
    });
  }

  /** Gone when it returns; what it shares with others stays theirs. */
  public void delete(CollectionName collection, SnapshotName name) {
    told(() -> {
      Path folder = existing(collection, name).folder();
      Path hidden = folder.resolveSibling("." + name);
      FileTree.delete(disk, hidden);
      disk.rename(folder, hidden);
      syncParents(collection);
      FileTree.delete(disk, hidden);
      return name;
    });
  }

  /** Reads a snapshot that was not read yet, so that what becomes of its bytes is found out. */
  public SnapshotInfo seal(CollectionName collection, SnapshotName name) {
    return told(() -> sealed(collection, name).info());
  }

  private SnapshotIndex sealed(CollectionName collection, SnapshotName name) throws IOException {
    Optional<SnapshotIndex> earlier =
        indexes(collection).stream()
            .filter(index -> index.isSealed() && !index.name().equals(name))
            .findFirst();
    return existing(collection, name).seal(earlier);
  }

  /**
   * Copies a snapshot to where it can be adopted, and verifies every byte.
   *
   * @return see {@link io.quiver.catalog.Adoption#stage}; the caller's to adopt or to {@link
   *     #discard(Path)}
   * @throws QuiverException COLLECTION_DAMAGED naming file and offset
   */
  public Path copy(CollectionName collection, SnapshotName name) {
    return told(() -> {
      SnapshotFolder folder = existing(collection, name);
      SnapshotIndex index = sealed(collection, name);
      Path staged = database.adoption().stage();
      try {
        folder.copyTo(index, staged);
        return staged;
      } catch (IOException | RuntimeException e) {
        discard(staged, e);
        throw e;
      }
    });
  }

  /** Deletes a copy that was not adopted; what cannot be deleted goes at the next start. */
  public void discard(Path staged) {
    discard(staged, new IOException("not adopted"));
  }

  private SnapshotFolder existing(CollectionName collection, SnapshotName name) {
    SnapshotFolder folder = folder(collection, name);
    if (!folder.exists()) {
      throw new QuiverException(
          ErrorCode.SNAPSHOT_NOT_FOUND,
          "Snapshot not found: " + name,
          Map.of("field", "snapshot", "got", name.value()));
    }
    return folder;
  }

  private SnapshotFolder folder(CollectionName collection, SnapshotName name) {
    return new SnapshotFolder(disk, root.resolve(collection.value()).resolve(name.value()));
  }
}
