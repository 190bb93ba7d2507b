package io.quiver.snapshot;

import io.quiver.disk.Crc;
import io.quiver.disk.DamagedFileException;
import io.quiver.disk.Disk;
import io.quiver.disk.DiskFile;
import java.io.EOFException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Checksums of files a chunk at a time, and copies that verify them. */
final class FileSums {
  /** So that what was appended since the last snapshot is all that must be read for the next. */
  static final int CHUNK_BYTES = 4 << 20;

  private FileSums() {}

  /**
   * The sums of the first {@code bytes} of a file.
   *
   * @param known those of the first chunks, from an earlier snapshot of the same bytes
   */
  static List<Integer> of(Disk disk, Path path, long bytes, List<Integer> known)
      throws IOException {
    List<Integer> sums = new ArrayList<>(known);
    try (Arena arena = Arena.ofConfined();
        DiskFile file = disk.openReadOnly(path)) {
      MemorySegment buffer = arena.allocate(Math.min(bytes, CHUNK_BYTES));
      for (long at = (long) known.size() * CHUNK_BYTES; at < bytes; at += CHUNK_BYTES) {
        sums.add(Crc.of(chunk(file, path, buffer, at, bytes)));
      }
    }
    return sums;
  }

  /**
   * Copies what counts of a file, and puts it on stable storage.
   *
   * @throws DamagedFileException if it is not what was summed; a copy that is not whole may be left
   */
  static void copy(Disk disk, Path from, SavedFile file, Path to) throws IOException {
    try (Arena arena = Arena.ofConfined();
        DiskFile in = disk.openReadOnly(from);
        DiskFile out = disk.open(to)) {
      MemorySegment buffer = arena.allocate(Math.min(file.bytes(), CHUNK_BYTES));
      for (long at = 0; at < file.bytes(); at += CHUNK_BYTES) {
        MemorySegment chunk = chunk(in, from, buffer, at, file.bytes());
        int found = Crc.of(chunk);
        int expected = file.sums().get((int) (at / CHUNK_BYTES));
        if (found != expected) {
          throw new DamagedFileException(
              from, at, "CRC32C %08x".formatted(expected), "%08x".formatted(found));
        }
        out.write(at, chunk);
      }
      out.force();
    }
  }

  /**
   * Reads a file that was written just now, and puts it on stable storage.
   *
   * @throws DamagedFileException if it is not what was summed, or longer
   */
  static void verify(Disk disk, Path path, SavedFile file) throws IOException {
    List<Integer> found = of(disk, path, file.bytes(), List.of());
    for (int i = 0; i < found.size(); i++) {
      if (!found.get(i).equals(file.sums().get(i))) {
        throw new DamagedFileException(
            Path.of(file.path()),
            (long) i * CHUNK_BYTES,
            "CRC32C %08x".formatted(file.sums().get(i)),
            "%08x".formatted(found.get(i)));
      }
    }
    try (DiskFile open = disk.open(path)) {
      open.force();
    }
  }

  private static MemorySegment chunk(
      DiskFile file, Path path, MemorySegment buffer, long at, long bytes) throws IOException {
    MemorySegment chunk = buffer.asSlice(0, Math.min(CHUNK_BYTES, bytes - at));
    try {
      file.read(at, chunk);
    } catch (EOFException e) {
      throw new DamagedFileException(path, file.size(), bytes + " bytes", file.size() + " bytes");
    }
    return chunk;
  }
}
