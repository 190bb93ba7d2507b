package io.quiver.vectors;

import io.quiver.disk.Crc;
import io.quiver.disk.DamagedFileException;
import io.quiver.disk.Disk;
import io.quiver.disk.DiskFile;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.UUID;

/**
 * {@code ids.bin}: the id table and the tombstones as of a checkpoint, one file written as a whole
 * (docs/formats/rows.md).
 *
 * <pre>
 * 64-byte header (a = slots, b = LSN, c = row count, d = live rows, e = runs of versions)
 * slots x u64    id table          count/64 x u64    tombstone bitmap
 * u64 last version given           runs x 2 x u64    first ordinal, version
 * u32 CRC32C of all behind the header
 * </pre>
 *
 * Version 1 has no versions: its rows were written no later than its LSN, so that is theirs.
 *
 * @param lsn last log record that is in it
 * @param count rows, dead ones included
 */
public record IdsFile(
    long lsn, int count, IdTable table, Tombstones tombstones, RowVersions versions) {
  private static final long MAGIC = 0x3130_5344_4944_5651L; // "QVDIDS01"
  private static final int VERSION_OLDEST = 1;
  private static final int VERSION = 2;
  private static final int COPY_BYTES = 1 << 20;

  /** What a checkpoint needs, copied while the writer stands still. */
  public record Snapshot(
      long lsn,
      int count,
      MemorySegment slots,
      int ids,
      Tombstones tombstones,
      RowVersions versions) {
    public static Snapshot of(
        long lsn, int count, IdTable table, Tombstones tombstones, RowVersions versions) {
      return new Snapshot(lsn, count, table.copySlots(), table.size(), tombstones, versions.copy());
    }
  }

  /** Writes and syncs the file; any thread. */
  public static void write(Disk disk, Path path, UUID uuid, Snapshot snapshot) throws IOException {
    long[] words = snapshot.tombstones().toWords(snapshot.count());
    long slotBytes = snapshot.slots().byteSize();
    long wordBytes = (long) words.length * Long.BYTES;
    int runs = snapshot.versions().runCount();
    long bodyBytes = slotBytes + wordBytes + RowVersions.fileBytes(runs);
    try (Arena arena = Arena.ofConfined();
        DiskFile file = disk.open(path)) {
      MemorySegment bytes = arena.allocate(FileHeader.BYTES + bodyBytes + Integer.BYTES, 8);
      new FileHeader(
              MAGIC,
              VERSION,
              (int) (slotBytes / Long.BYTES),
              uuid,
              snapshot.lsn(),
              snapshot.count(),
              snapshot.ids(),
              runs)
          .put(bytes);
      MemorySegment.copy(snapshot.slots(), 0, bytes, FileHeader.BYTES, slotBytes);
      MemorySegment.copy(
          words, 0, bytes, RowLayout.LONG, FileHeader.BYTES + slotBytes, words.length);
      snapshot.versions().put(bytes, FileHeader.BYTES + slotBytes + wordBytes);
      bytes.set(
          RowLayout.INT, FileHeader.BYTES + bodyBytes, Crc.of(bytes, FileHeader.BYTES, bodyBytes));
      file.truncate(0);
      file.write(0, bytes);
      file.force();
    }
  }

  /**
   * Writes and syncs a file that says the same as of another LSN. Only its header is read: what is
   * wrong with the rest is wrong with the copy.
   */
  public static void restamp(Disk disk, Path from, Path to, UUID uuid, long lsn)
      throws IOException {
    try (Arena arena = Arena.ofConfined();
        DiskFile source = disk.openReadOnly(from);
        DiskFile copy = disk.open(to)) {
      FileHeader found = header(source, from, uuid);
      long size = source.size();
      MemorySegment buffer = arena.allocate(Math.min(size, COPY_BYTES));
      copy.truncate(0);
      for (long at = 0; at < size; at += COPY_BYTES) {
        MemorySegment part = buffer.asSlice(0, Math.min(COPY_BYTES, size - at));
        source.read(at, part);
        if (at == 0) {
          found.at(lsn).put(part);
        }
        copy.write(at, part);
      }
      copy.force();
    }
  }

  /** The LSN in the header of a file, or -1 if there is no readable header. */
  public static long lsnOf(Disk disk, Path path, UUID uuid) {
    if (!disk.exists(path)) {
      return -1;
    }
    try (DiskFile file = disk.openReadOnly(path)) {
      return read(file, path, uuid).b();
    } catch (IOException e) {
      return -1;
    }
  }

  /**
   * Maps the table copy-on-write: opening copies no slot.
   *
   * @throws DamagedFileException if a checksum or a size is wrong
   */
  public static IdsFile read(Disk disk, Path path, UUID uuid, Arena arena) throws IOException {
    if (!disk.exists(path)) {
      throw new DamagedFileException(path, 0, "an id table", "no such file");
    }
    try (DiskFile file = disk.open(path)) {
      return parse(file, path, uuid, bytes -> file.mapPrivate(bytes, arena));
    }
  }

  /** The same, copied to memory from a file that need not be writable. */
  static IdsFile copy(Disk disk, Path path, UUID uuid, Arena arena) throws IOException {
    if (!disk.exists(path)) {
      throw new DamagedFileException(path, 0, "an id table", "no such file");
    }
    try (DiskFile file = disk.openReadOnly(path)) {
      return parse(
          file,
          path,
          uuid,
          bytes -> {
            MemorySegment copy = arena.allocate(bytes, Long.BYTES);
            file.read(0, copy);
            return copy;
          });
    }
  }

  private interface Loader {
    MemorySegment load(long bytes) throws IOException;
  }

  /** Reads the header of a file and checks that it is as long as that says. */
  static FileHeader header(DiskFile file, Path path, UUID uuid) throws IOException {
    FileHeader header = read(file, path, uuid);
    if (!IdTable.canHold(header.a(), header.d())
        || header.c() < header.d()
        || header.e() < 0
        || header.c() > Integer.MAX_VALUE) {
      throw new DamagedFileException(
          path,
          12,
          "slots for the living of all rows",
          "%d slots, %d living, %d rows".formatted(header.a(), header.d(), header.c()));
    }
    long want = FileHeader.BYTES + bodyBytes(header) + Integer.BYTES;
    if (file.size() != want) {
      throw new DamagedFileException(path, file.size(), want + " bytes", file.size() + " bytes");
    }
    return header;
  }

  private static FileHeader read(DiskFile file, Path path, UUID uuid) throws IOException {
    FileHeader header = FileHeader.readAny(file, path, MAGIC, uuid);
    int version = header.version();
    FileHeader.expect(
        path,
        8,
        "format version %d to %d".formatted(VERSION_OLDEST, VERSION),
        version >= VERSION_OLDEST && version <= VERSION,
        version);
    return header;
  }

  /** Bytes under the checksum. */
  static long bodyBytes(FileHeader header) {
    return versionsOffset(header)
        + (header.version() == VERSION_OLDEST ? 0 : RowVersions.fileBytes(header.e()));
  }

  /** Where in the body the versions stand: behind slots and bitmap. */
  private static long versionsOffset(FileHeader header) {
    return (long) header.a() * Long.BYTES + ((header.c() + 63) >>> 6) * Long.BYTES;
  }

  static void expectCrc(Path path, int expected, int found) throws DamagedFileException {
    if (expected != found) {
      throw new DamagedFileException(
          path,
          FileHeader.BYTES,
          "CRC32C " + Integer.toHexString(expected),
          Integer.toHexString(found));
    }
  }

  private static IdsFile parse(DiskFile file, Path path, UUID uuid, Loader loader)
      throws IOException {
    FileHeader header = header(file, path, uuid);
    int count = (int) header.c();
    long slotBytes = (long) header.a() * Long.BYTES;
    int wordCount = (count + 63) >>> 6;
    long bodyBytes = bodyBytes(header);
    MemorySegment bytes = loader.load(FileHeader.BYTES + bodyBytes + Integer.BYTES);
    expectCrc(
        path,
        bytes.get(RowLayout.INT, FileHeader.BYTES + bodyBytes),
        Crc.of(bytes, FileHeader.BYTES, bodyBytes));
    long[] words = new long[wordCount];
    MemorySegment.copy(bytes, RowLayout.LONG, FileHeader.BYTES + slotBytes, words, 0, wordCount);
    return new IdsFile(
        header.b(),
        count,
        IdTable.over(bytes.asSlice(FileHeader.BYTES, slotBytes), (int) header.d()),
        Tombstones.ofWords(words),
        header.version() == VERSION_OLDEST
            ? RowVersions.uniform(header.b())
            : RowVersions.get(bytes, FileHeader.BYTES + versionsOffset(header), header.e(), path));
  }
}
