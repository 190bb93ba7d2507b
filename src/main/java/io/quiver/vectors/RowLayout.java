package io.quiver.vectors;

import io.quiver.core.Metric;
import io.quiver.disk.DamagedFileException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.file.Path;

/**
 * Where a row's parts stand in {@code vectors.bin} and {@code ordinals.bin} (docs/formats/rows.md).
 *
 * <pre>
 * vectors.bin    64-byte header, 4,032 bytes of zeros, then per ordinal {@link #rowBytes}:
 *                  dimension x f32, zeros up to a multiple of 64 bytes;
 *                  under Cosine the last 4 of these bytes hold 1/norm as f32
 * ordinals.bin   64-byte header, then per ordinal 24 bytes:
 *                  0 u64 payload offset   8 u32 payload bytes   12 u32 payload CRC32C
 *                 16 u32 row CRC32C      20 u32 CRC32C of bytes 0 to 19
 * payload.bin    64-byte header, then per row: u16 id bytes, id (UTF-8), metadata (UTF-8 JSON)
 * </pre>
 */
record RowLayout(int dimension, Metric metric) {
  static final long VECTORS_MAGIC = 0x3130_5443_4556_5651L; // "QVVECT01"
  static final long ORDINALS_MAGIC = 0x3130_4C44_524F_5651L; // "QVORDL01"
  static final long PAYLOAD_MAGIC = 0x3130_4441_5950_5651L; // "QVPYAD01"
  static final int VERSION = 1;

  /**
   * Rows begin on a page, so that a row of 64 x n bytes never straddles a line more than it must.
   */
  static final int ROWS_OFFSET = 4096;

  static final int LINE_BYTES = 64;

  static final int ENTRY_BYTES = 24;
  static final int ENTRY_PAYLOAD_OFFSET = 0;
  static final int ENTRY_PAYLOAD_BYTES = 8;
  static final int ENTRY_PAYLOAD_CRC = 12;
  static final int ENTRY_ROW_CRC = 16;
  static final int ENTRY_CRC = 20;

  static final ValueLayout.OfFloat FLOAT =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  /** Bytes from one row to the next, a multiple of 64. */
  int rowBytes() {
    int bytes = dimension * Float.BYTES + (metric == Metric.COSINE ? Float.BYTES : 0);
    return (bytes + LINE_BYTES - 1) / LINE_BYTES * LINE_BYTES;
  }

  /** Where in a row the inverse norm stands; only under Cosine. */
  int inverseNormOffset() {
    return rowBytes() - Float.BYTES;
  }

  long rowOffset(int ordinal) {
    return ROWS_OFFSET + (long) ordinal * rowBytes();
  }

  /** Checks that a vectors.bin with this header has rows like these. */
  void expect(Path file, FileHeader head) throws DamagedFileException {
    if (head.a() != dimension || head.b() != rowBytes() || head.c() != metric.wire()) {
      throw new DamagedFileException(
          file,
          12,
          "dimension %d, %d bytes a row, metric %d".formatted(dimension, rowBytes(), metric.wire()),
          "%d, %d, %d".formatted(head.a(), head.b(), head.c()));
    }
  }

  /** Copies a vector as the metric compares it: under Cosine it has the length 1. */
  void readScored(MemorySegment vectors, int ordinal, float[] target) {
    long at = rowOffset(ordinal);
    MemorySegment.copy(vectors, FLOAT, at, target, 0, dimension);
    if (metric == Metric.COSINE) {
      float inverseNorm = vectors.get(FLOAT, at + inverseNormOffset());
      for (int i = 0; i < dimension; i++) {
        target[i] *= inverseNorm;
      }
    }
  }

  static long entryOffset(int ordinal) {
    return FileHeader.BYTES + (long) ordinal * ENTRY_BYTES;
  }
}
