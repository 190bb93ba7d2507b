package io.quiver.vectors;

import io.quiver.core.Metadata;
import io.quiver.core.VectorId;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;

/** Reads one record of payload.bin: u16 id bytes, id, metadata. */
final class Payload {
  private Payload() {}

  /** The id of a record whose checksum was verified. */
  static VectorId id(MemorySegment record) {
    byte[] utf8 = new byte[idBytes(record, 0)];
    MemorySegment.copy(record, ValueLayout.JAVA_BYTE, Short.BYTES, utf8, 0, utf8.length);
    return new VectorId(new String(utf8, StandardCharsets.UTF_8));
  }

  /** The metadata of a record whose checksum was verified. */
  static Metadata metadata(MemorySegment record) {
    long from = (long) Short.BYTES + idBytes(record, 0);
    return Metadata.owning(record.asSlice(from).toArray(ValueLayout.JAVA_BYTE));
  }

  /** What the record at {@code offset} says of its id. */
  static int idBytes(MemorySegment heap, long offset) {
    return Short.toUnsignedInt(heap.get(RowLayout.SHORT, offset));
  }

  static boolean hasId(MemorySegment heap, long offset, byte[] utf8) {
    if (idBytes(heap, offset) != utf8.length) {
      return false;
    }
    long from = offset + Short.BYTES;
    for (int i = 0; i < utf8.length; i++) {
      if (heap.get(ValueLayout.JAVA_BYTE, from + i) != utf8[i]) {
        return false;
      }
    }
    return true;
  }
}
