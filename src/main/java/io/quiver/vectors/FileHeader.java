package io.quiver.vectors;

import io.quiver.disk.Crc;
import io.quiver.disk.DamagedFileException;
import io.quiver.disk.DiskFile;
import java.io.EOFException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.UUID;

/**
 * The first 64 bytes of every file of a shard but the graph's, little-endian
 * (docs/formats/rows.md):
 *
 * <pre>
 *  0  u64  magic, tells the kind of file
 *  8  u32  format version
 * 12  u32  a: dimension            (vectors.bin), table slots (ids.bin), else 0
 * 16  16 B collection uuid
 * 32  u64  b: row bytes            (vectors.bin), LSN         (ids.bin), else 0
 * 40  u64  c: metric               (vectors.bin), row count   (ids.bin), else 0
 * 48  u64  d: live rows            (ids.bin), else 0
 * 56  u32  e: runs of versions     (ids.bin of version 2), else 0
 * 60  u32  CRC32C of bytes 0 to 59
 * </pre>
 */
record FileHeader(long magic, int version, int a, UUID uuid, long b, long c, long d, int e) {
  static final int BYTES = 64;
  private static final int CRC_OFFSET = 60;

  FileHeader(long magic, int version, int a, UUID uuid, long b, long c, long d) {
    this(magic, version, a, uuid, b, c, d, 0);
  }

  /** The same of an id table of another LSN. */
  FileHeader at(long lsn) {
    return new FileHeader(magic, version, a, uuid, lsn, c, d, e);
  }

  void write(DiskFile file) throws IOException {
    MemorySegment bytes = MemorySegment.ofArray(new byte[BYTES]);
    put(bytes);
    file.write(0, bytes);
  }

  /** Writes the 64 bytes at the start of {@code target}. */
  void put(MemorySegment target) {
    target.set(RowLayout.LONG, 0, magic);
    target.set(RowLayout.INT, 8, version);
    target.set(RowLayout.INT, 12, a);
    target.set(RowLayout.LONG, 16, uuid.getMostSignificantBits());
    target.set(RowLayout.LONG, 24, uuid.getLeastSignificantBits());
    target.set(RowLayout.LONG, 32, b);
    target.set(RowLayout.LONG, 40, c);
    target.set(RowLayout.LONG, 48, d);
    target.set(RowLayout.INT, 56, e);
    target.set(RowLayout.INT, CRC_OFFSET, Crc.of(target, 0, CRC_OFFSET));
  }

  /**
   * Reads and checks a header.
   *
   * @throws DamagedFileException naming file, offset, expected and found
   */
  static FileHeader read(DiskFile file, Path path, long magic, int version, UUID uuid)
      throws IOException {
    FileHeader header = readAny(file, path, magic, uuid);
    expect(path, 8, "format version " + version, header.version == version, header.version);
    return header;
  }

  /** The same of any format version, which is for the caller to look at. */
  static FileHeader readAny(DiskFile file, Path path, long magic, UUID uuid) throws IOException {
    MemorySegment bytes = MemorySegment.ofArray(new byte[BYTES]);
    try {
      file.read(0, bytes);
    } catch (EOFException e) {
      throw new DamagedFileException(path, file.size(), "a 64 byte header", "end of file");
    }
    int crc = Crc.of(bytes, 0, CRC_OFFSET);
    FileHeader header =
        new FileHeader(
            bytes.get(RowLayout.LONG, 0),
            bytes.get(RowLayout.INT, 8),
            bytes.get(RowLayout.INT, 12),
            new UUID(bytes.get(RowLayout.LONG, 16), bytes.get(RowLayout.LONG, 24)),
            bytes.get(RowLayout.LONG, 32),
            bytes.get(RowLayout.LONG, 40),
            bytes.get(RowLayout.LONG, 48),
            bytes.get(RowLayout.INT, 56));
    expect(path, 0, "magic " + Long.toHexString(magic), header.magic == magic, hex(header.magic));
    expect(
        path,
        CRC_OFFSET,
        "CRC32C " + hex(bytes.get(RowLayout.INT, CRC_OFFSET)),
        crc == bytes.get(RowLayout.INT, CRC_OFFSET),
        hex(crc));
    expect(path, 16, "collection " + uuid, header.uuid.equals(uuid), header.uuid);
    return header;
  }

  static void expect(Path path, long offset, String expected, boolean holds, Object found)
      throws DamagedFileException {
    if (!holds) {
      throw new DamagedFileException(path, offset, expected, String.valueOf(found));
    }
  }

  private static String hex(long value) {
    return Long.toHexString(value);
  }
}
