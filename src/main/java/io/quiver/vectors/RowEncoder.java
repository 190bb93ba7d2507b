package io.quiver.vectors;

import io.quiver.core.DenseVector;
import io.quiver.core.Metadata;
import io.quiver.core.Metric;
import io.quiver.disk.Crc;
import io.quiver.message.Row;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.List;

/** Lays rows out as {@link RowLayout} says, checksums included. Belongs to one thread. */
final class RowEncoder {
  private final RowLayout layout;
  private final float[] scratch;

  RowEncoder(RowLayout layout) {
    this.layout = layout;
    this.scratch = new float[layout.rowBytes() / Float.BYTES];
  }

  /** How many bytes of payload.bin the rows take. */
  static long payloadBytes(List<Row> rows) {
    long bytes = 0;
    for (Row row : rows) {
      bytes += Short.BYTES + row.id().utf8Bytes() + row.metadata().bytes();
    }
    return bytes;
  }

  /**
   * Fills the three parts, each exactly as large as the rows need.
   *
   * @param payloadOffset where in payload.bin {@code payloads} will stand
   */
  void encode(
      List<Row> rows,
      long payloadOffset,
      MemorySegment vectors,
      MemorySegment entries,
      MemorySegment payloads) {
    int rowBytes = layout.rowBytes();
    long payloadAt = 0;
    for (int i = 0; i < rows.size(); i++) {
      Row row = rows.get(i);
      long rowAt = (long) i * rowBytes;
      putVector(row.vector(), vectors, rowAt);
      int bytes = putPayload(row, payloads, payloadAt);
      long at = (long) i * RowLayout.ENTRY_BYTES;
      entries.set(RowLayout.LONG, at + RowLayout.ENTRY_PAYLOAD_OFFSET, payloadOffset + payloadAt);
      putInt(entries, at + RowLayout.ENTRY_PAYLOAD_BYTES, bytes);
      putInt(entries, at + RowLayout.ENTRY_PAYLOAD_CRC, Crc.of(payloads, payloadAt, bytes));
      putInt(entries, at + RowLayout.ENTRY_ROW_CRC, Crc.of(vectors, rowAt, rowBytes));
      putInt(entries, at + RowLayout.ENTRY_CRC, Crc.of(entries, at, RowLayout.ENTRY_CRC));
      payloadAt += bytes;
    }
  }

  private static void putInt(MemorySegment target, long at, int value) {
    target.set(RowLayout.INT, at, value);
  }

  private void putVector(DenseVector vector, MemorySegment target, long at) {
    vector.copyTo(scratch, 0);
    Arrays.fill(scratch, layout.dimension(), scratch.length, 0f);
    if (layout.metric() == Metric.COSINE) {
      scratch[scratch.length - 1] = (float) (1 / Norms.of(vector));
    }
    MemorySegment.copy(scratch, 0, target, RowLayout.FLOAT, at, scratch.length);
  }

  private static int putPayload(Row row, MemorySegment target, long at) {
    byte[] id = row.id().utf8();
    Metadata metadata = row.metadata();
    target.set(RowLayout.SHORT, at, (short) id.length);
    MemorySegment.copy(id, 0, target, ValueLayout.JAVA_BYTE, at + Short.BYTES, id.length);
    metadata.copyTo(target, at + Short.BYTES + id.length);
    return Short.BYTES + id.length + metadata.bytes();
  }
}
