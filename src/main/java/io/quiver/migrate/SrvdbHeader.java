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
 * whatever was in memory. Its last two bytes are 0 in all files seen (the upper half of an
 * address), and no dimension is 0.
 *
 * @param count rows that were written
 */
record SrvdbHeader(int version, int dimension, long count, Coding coding) {
  static final int BYTES = 24;

  private static final int MAGIC = 0x5376_4442;
  private static final int OLD_DIMENSION = 1536;
  private static final int DIMENSION_AT = 6;

  /** What a row is. */
  enum Coding {
    FLOATS,
    BYTES,
    CENTROIDS,
    BITS
  }

  static SrvdbHeader read(FileWindow file) throws IOException {
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
    int dimension = in.getShort(DIMENSION_AT) & 0xFFFF;
    return dimension == 0 ? readOld(file, in, count) : readNew(file, in, dimension, count);
  }

  private static SrvdbHeader readNew(FileWindow file, ByteBuffer in, int dimension, long count)
      throws MalformedFileException {
    int version = in.getShort(4) & 0xFFFF;
    if (version != 4) {
      throw file.malformed("header", 4, "version: expected 1 to 4, got " + version);
    }
    Coding coding =
        switch (in.get(16)) {
          case 0 -> Coding.FLOATS;
          case 1 -> Coding.BYTES;
          case 2 -> Coding.CENTROIDS;
          default ->
              throw file.malformed("header", 16, "coding: expected 0 to 2, got " + in.get(16));
        };
    expectZeros(file, in, 18);
    return new SrvdbHeader(version, dimension, count, coding);
  }

  private static SrvdbHeader readOld(FileWindow file, ByteBuffer in, long count)
      throws MalformedFileException {
    int version = in.getShort(16) & 0xFFFF;
    int coded = in.get(18);
    if (version < 1 || version > 3) {
      throw file.malformed("header", 16, "version: expected 1 to 4, got " + version);
    }
    if (coded != 0 && !(coded == 1 && version == 3)) {
      throw file.malformed("header", 18, "coded: expected 0 or 1, got " + coded);
    }
    expectZeros(file, in, 19);
    Coding coding = coded == 1 ? Coding.CENTROIDS : version == 1 ? Coding.BITS : Coding.FLOATS;
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
