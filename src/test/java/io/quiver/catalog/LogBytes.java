package io.quiver.catalog;

import io.quiver.disk.DiskFile;
import io.quiver.testkit.FaultyDisk;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** A whole log as bytes; its layout (docs/formats/wal.md) is written down here once more. */
final class LogBytes {
  static final int HEADER_BYTES = 64;

  /** Where a record is. */
  record Entry(Path file, int offset, int end, long lsn, UUID collection) {}

  private LogBytes() {}

  /** All records; marks are left out. */
  static List<Entry> read(FaultyDisk disk, Path folder) throws IOException {
    List<Entry> entries = new ArrayList<>();
    for (String name : disk.list(folder)) {
      Path file = folder.resolve(name);
      ByteBuffer bytes = ByteBuffer.wrap(disk.readAll(file)).order(ByteOrder.LITTLE_ENDIAN);
      for (int at = HEADER_BYTES; at < bytes.limit(); ) {
        int end = at + (40 + bytes.getInt(at + 4) + 7) / 8 * 8;
        UUID collection = new UUID(bytes.getLong(at + 24), bytes.getLong(at + 32));
        if (bytes.getLong(at + 8) != 0) {
          entries.add(new Entry(file, at, end, bytes.getLong(at + 8), collection));
        }
        at = end;
      }
    }
    return entries;
  }

  static void flip(FaultyDisk disk, Path file, int at) throws IOException {
    byte[] bytes = disk.readAll(file);
    bytes[at] ^= 0x10;
    overwrite(disk, file, bytes);
  }

  /** Zeros what is between two offsets. */
  static void zero(FaultyDisk disk, Path file, int from, int to) throws IOException {
    byte[] bytes = disk.readAll(file);
    for (int at = from; at < Math.min(to, bytes.length); at++) {
      bytes[at] = 0;
    }
    overwrite(disk, file, bytes);
  }

  static void cut(FaultyDisk disk, Path file, int length) throws IOException {
    try (DiskFile open = disk.open(file)) {
      open.truncate(length);
      open.force();
    }
  }

  static void delete(FaultyDisk disk, Path file) throws IOException {
    disk.delete(file);
    disk.syncDirectory(file.getParent());
  }

  private static void overwrite(FaultyDisk disk, Path file, byte[] bytes) throws IOException {
    try (DiskFile open = disk.open(file)) {
      open.write(0, MemorySegment.ofArray(bytes));
      open.force();
    }
  }
}
