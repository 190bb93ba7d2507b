package io.quiver.snapshot;

import io.quiver.catalog.Freezer;
import io.quiver.collection.CheckpointFile;
import io.quiver.core.CollectionName;
import io.quiver.disk.AtomicFile;
import io.quiver.disk.Disk;
import io.quiver.message.SnapshotName;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/** A folder with the files of one moment and {@code snapshot.json}, which comes last. */
final class SnapshotFolder {
  static final String INDEX = "snapshot.json";
  static final String MANIFEST = "metadata.json";

  private final Disk disk;
  private final Path folder;

  SnapshotFolder(Disk disk, Path folder) {
    this.disk = disk;
    this.folder = folder;
  }

  Path folder() {
    return folder;
  }

  /** Whether there is a snapshot. */
  boolean exists() {
    return disk.exists(folder.resolve(INDEX));
  }

  SnapshotIndex read() throws IOException {
    Path file = folder.resolve(INDEX);
    return SnapshotJson.read(file, disk.readAll(file));
  }

  /** Replaces {@code snapshot.json}; durable when it returns. */
  void save(SnapshotIndex index) throws IOException {
    AtomicFile.write(disk, folder.resolve(INDEX), SnapshotJson.write(index));
  }

  /** What was just frozen here, without checksums. */
  SnapshotIndex frozen(
      SnapshotName name, CollectionName collection, Freezer.Frozen frozen, long nowMillis)
      throws IOException {
    List<SavedFile> files = new ArrayList<>();
    files.add(new SavedFile(MANIFEST, disk.size(folder.resolve(MANIFEST)), List.of()));
    for (CheckpointFile file : frozen.files()) {
      files.add(new SavedFile(file.path(), file.bytes(), List.of()));
    }
    return new SnapshotIndex(
        name,
        collection,
        Optional.of(frozen.manifest().uuid()),
        frozen.manifest().filesUuid(),
        nowMillis / 1_000,
        frozen.manifest().live(),
        files);
  }

  /**
   * Computes the checksums that are missing, and saves them.
   *
   * @param earlier an older snapshot: what it shares with this one is not read again
   */
  SnapshotIndex seal(Optional<SnapshotIndex> earlier) throws IOException {
    SnapshotIndex index = read();
    if (index.isSealed()) {
      return index;
    }
    List<SavedFile> sealed = new ArrayList<>();
    for (SavedFile file : index.files()) {
      List<Integer> known = earlier.map(old -> shared(old, index, file)).orElse(List.of());
      List<Integer> sums = FileSums.of(disk, folder.resolve(file.path()), file.bytes(), known);
      sealed.add(new SavedFile(file.path(), file.bytes(), sums));
    }
    SnapshotIndex whole = index.with(sealed);
    save(whole);
    return whole;
  }

  /** Sums of whole chunks of a file that only grows. */
  private static List<Integer> shared(SnapshotIndex old, SnapshotIndex index, SavedFile file) {
    boolean grows = file.path().matches(".*/(vectors|ordinals|payload)\\.bin");
    if (!grows || !old.isOfOneCollection(index)) {
      return List.of();
    }
    return old.files().stream()
        .filter(one -> one.path().equals(file.path()) && one.bytes() <= file.bytes())
        .findFirst()
        .map(one -> whole(one))
        .orElse(List.of());
  }

  private static List<Integer> whole(SavedFile file) {
    int chunks = (int) (file.bytes() / FileSums.CHUNK_BYTES);
    return file.isSealed() ? file.sums().subList(0, chunks) : List.of();
  }

  /**
   * Copies everything but {@code snapshot.json}; durable when it returns, but for the name of the
   * folder itself.
   *
   * @throws io.quiver.disk.DamagedFileException at the first byte that is not what was saved
   */
  void copyTo(SnapshotIndex sealed, Path into) throws IOException {
    TreeSet<Path> folders = new TreeSet<>(List.of(into));
    for (SavedFile file : sealed.files()) {
      Path to = into.resolve(file.path());
      if (folders.add(to.getParent())) {
        disk.createDirectories(to.getParent());
      }
      FileSums.copy(disk, folder.resolve(file.path()), file, to);
    }
    for (Path each : folders) {
      disk.syncDirectory(each);
    }
  }

  /** Makes the names of the files durable, but for that of the folder itself. */
  void syncFolders(SnapshotIndex index) throws IOException {
    TreeSet<Path> folders = new TreeSet<>(List.of(folder));
    index.files().forEach(file -> folders.add(folder.resolve(file.path()).getParent()));
    for (Path each : folders) {
      disk.syncDirectory(each);
    }
  }
}
