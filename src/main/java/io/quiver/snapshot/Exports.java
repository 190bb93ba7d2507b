package io.quiver.snapshot;

import io.quiver.catalog.Database;
import io.quiver.collection.StorageErrors;
import io.quiver.core.ErrorCode;
import io.quiver.core.QuiverException;
import io.quiver.disk.DamagedFileException;
import io.quiver.disk.Disk;
import io.quiver.message.FileBytes;
import io.quiver.message.ReadSnapshot;
import io.quiver.message.SnapshotPart;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/**
 * Gives snapshots away, part by part. Nothing is kept of who reads: each part is asked for by
 * itself, and nothing has to be let go of when nobody asks for the next one.
 *
 * <p>Thread safety: {@link #open} one thread at a time, with the rest of {@link Snapshots}; the
 * rest from any.
 */
public final class Exports {
  private final Disk disk;
  private final Path root;
  private final Snapshots snapshots;

  /** What was read last, so that not every part needs the index anew. */
  private volatile Last last = Last.NONE;

  private record Last(Path folder, String checksum, Archive archive) {
    static final Last NONE = new Last(Path.of(""), "", null);
  }

  public Exports(Database database, Snapshots snapshots) {
    this.disk = database.disk();
    this.root = database.root().resolve(Snapshots.FOLDER);
    this.snapshots = snapshots;
  }

  /** Reads a snapshot that has no checksums yet, then its first part. */
  public SnapshotPart open(ReadSnapshot read) {
    snapshots.seal(read.collection(), read.snapshot());
    return part(read);
  }

  /**
   * A part of a snapshot.
   *
   * @throws QuiverException SNAPSHOT_NOT_FOUND; CONFLICT if it is not the one that was meant
   */
  public SnapshotPart part(ReadSnapshot read) {
    Path folder = root.resolve(read.collection().value()).resolve(read.snapshot().value());
    try {
      Archive archive = archive(read, folder);
      long total = archive.totalBytes();
      if (read.offset() > total) {
        throw QuiverException.invalid("offset", "at most " + total, read.offset());
      }
      byte[] bytes = new byte[(int) Math.min(read.length(), total - read.offset())];
      archive.read(disk, folder, read.offset(), bytes);
      return new SnapshotPart(total, archive.index().checksum(), FileBytes.owning(bytes));
    } catch (DamagedFileException e) {
      throw StorageErrors.ofRead("snapshot", e);
    } catch (IOException e) {
      snapshots.get(read.collection(), read.snapshot()); // It may have been deleted meanwhile.
      throw StorageErrors.ofRead("snapshot", e);
    }
  }

  private Archive archive(ReadSnapshot read, Path folder) throws IOException {
    Last known = last;
    if (known.archive != null
        && known.folder.equals(folder)
        && known.checksum.equals(read.checksum())) {
      return known.archive;
    }
    snapshots.get(read.collection(), read.snapshot());
    SnapshotIndex index = new SnapshotFolder(disk, folder).read();
    String found = index.checksum();
    if (found.isEmpty() || !(read.checksum().isEmpty() || read.checksum().equals(found))) {
      throw new QuiverException(
          ErrorCode.CONFLICT,
          "snapshot %s is another one: checksum: want=%s got=%s"
              .formatted(read.snapshot(), read.checksum(), found),
          Map.of("field", "checksum", "expected", read.checksum(), "got", found));
    }
    Archive archive = Archive.of(index);
    last = new Last(folder, found, archive);
    return archive;
  }

  /** Something of these names may be another thing from now on. */
  public void forget() {
    last = Last.NONE;
  }
}
