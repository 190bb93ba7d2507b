package io.quiver.migrate;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * What the tree of tables says of one of them.
 *
 * <pre>
 *   u8 = 3 | u64 rows | u8 has a root | u64 root page | 16 bytes checksum | u64 rows
 *   | u8 keys have one length | u32 it | u8 values have one length | u32 it
 *   | u32 alignment | u32 alignment | u32 length | type of the keys | type of the values
 * </pre>
 *
 * @param root absent if the table has no rows
 * @param keyType as redb writes it: a byte that says whose type it is, and its name
 */
record RedbTable(
    long rows, OptionalLong root, RedbWidths widths, String keyType, String valueType) {
  private static final int NORMAL = 3;
  private static final int HEAD_BYTES = 64;
  private static final int WIDTH_MAX = 4096;

  /** Reads the definition that the cursor stands on. */
  static RedbTable read(RedbCursor at) throws IOException {
    ByteBuffer in = at.value();
    if (in.capacity() < HEAD_BYTES || in.get(0) != NORMAL) {
      throw at.malformed("expected the definition of a table");
    }
    int names = in.getInt(60);
    if (names < 0 || names > in.capacity() - HEAD_BYTES) {
      throw at.malformed("expected the types of a table");
    }
    RedbWidths widths = new RedbWidths(width(at, in, 42), width(at, in, 47));
    return new RedbTable(
        in.getLong(1),
        in.get(9) == 0 ? OptionalLong.empty() : OptionalLong.of(in.getLong(10)),
        widths,
        text(in, HEAD_BYTES, names),
        text(in, HEAD_BYTES + names, in.capacity() - HEAD_BYTES - names));
  }

  private static OptionalInt width(RedbCursor at, ByteBuffer in, int from)
      throws MalformedFileException {
    int width = in.getInt(from + 1);
    if (in.get(from) == 0) {
      return OptionalInt.empty();
    }
    if (width < 0 || width > WIDTH_MAX) {
      throw at.malformed("length of keys or values: " + Integer.toUnsignedLong(width));
    }
    return OptionalInt.of(width);
  }

  private static String text(ByteBuffer in, int from, int length) {
    return StandardCharsets.UTF_8.decode(in.slice(from, length)).toString();
  }
}
