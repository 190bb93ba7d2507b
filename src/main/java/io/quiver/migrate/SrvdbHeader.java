package io.quiver.migrate;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * The 24 bytes before the rows of a file of SrvDB (docs/formats/srvdb.md), in both layouts.
 *
 * <pre>
 *   version 4     u32 magic | u16 = 4 | u16 dimension | u64 count | u8 coding | u8 index | 6 × 0
 *   version 1–3   u32 magic | 4 bytes of anything     | u64 count | u16 version | u8 coded | 5 × 0
 * </pre>
 *
 * <p>The older layout has a gap where the newer one has its version, and what stands in the gap is
 * whatever was in memory: it may look like a version. Byte 16 tells them apart, because the file's
 * name says what the coding must be, and no version of the same file has that number.
 *
 * @param count rows that were written
 */
record SrvdbHeader(int version, int dimension, long count, Coding coding) {
  static final int BYTES = 24;

  private static final int MAGIC = 0x5376_4442;
  private static final int OLD_DIMENSION = 1536;

  /** What a row is. */
  enum Coding {
    FLOATS(0),
    BYTES(1),
    CENTROIDS(2),
    BITS(-1);

    /** In a header of version 4. */
    private final int code;

    Coding(int code) {
      this.code = code;
    }
  }

  /**
   * Reads the header of a file.
   *
   * @param named what a file of this name holds
   */
  static SrvdbHeader read(FileWindow file, Coding named) throws IOException {
    if (file.size() < BYTES) {
      throw file.malformed("header", 0, "expected " + BYTES + " bytes, got " + file.size());
    }
    ByteBuffer in = file.at(0, BYTES);
    if (in.getInt(0) != MAGIC) {
      throw file.malformed(
          "header", 0, "expected a file of SrvDB that begins with BDvS, got other bytes");
    }
    long count = in.getLong(8);
    if (count < 0 || count > Integer.MAX_VALUE) {
      throw file.malformed("header", 8, "rows: " + Long.toUnsignedString(count));
    }
    boolean isNew = in.get(16) == named.code;
    return isNew ? readNew(file, in, named, count) : readOld(file, in, named, count);
  }

  private static SrvdbHeader readNew(FileWindow file, ByteBuffer in, Coding coding, long count)
      throws MalformedFileException {
    int version = in.getShort(4) & 0xFFFF;
    int dimension = in.getShort(6) & 0xFFFF;
    if (version != 4) {
      throw file.malformed("header", 4, "version: expected 4, got " + version);
    }
    if (dimension == 0) {
      throw file.malformed("header", 6, "dimension: expected at least 1, got 0");
    }
    expectZeros(file, in, 18);
    return new SrvdbHeader(version, dimension, count, coding);
  }

  private static SrvdbHeader readOld(FileWindow file, ByteBuffer in, Coding named, long count)
      throws MalformedFileException {
    int version = in.getShort(16) & 0xFFFF;
    int coded = in.get(18);
    boolean isKnown =
        (named == Coding.FLOATS && version >= 1 && version <= 3)
            || (named == Coding.CENTROIDS && version == 3);
    if (!isKnown) {
      throw file.malformed(
          "header",
          16,
          "expected coding %d, or a version from 1 to 3; got %d".formatted(named.code, version));
    }
    int wanted = named == Coding.CENTROIDS ? 1 : 0;
    if (coded != wanted) {
      throw file.malformed("header", 18, "coded: expected %d, got %d".formatted(wanted, coded));
    }
    expectZeros(file, in, 19);
    Coding coding = version == 1 ? Coding.BITS : named;
    return new SrvdbHeader(version, OLD_DIMENSION, count, coding);
  }

  private static void expectZeros(FileWindow file, ByteBuffer in, int from)
      throws MalformedFileException {
    for (int i = from; i < BYTES; i++) {
      if (in.get(i) != 0) {
        throw file.malformed("header", i, "expected 0, got " + (in.get(i) & 0xFF));
      }
    }
  }
}
