package io.quiver.migrate;

import io.quiver.core.Limits;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** {@code .ivecs}: per row a little-endian int32 count, then that many int32. */
public final class IntRows {
  private IntRows() {}

  /**
   * Reads all rows.
   *
   * @throws MalformedFileException with row and byte offset
   */
  public static List<int[]> read(Path file) throws IOException {
    try (Source source = Source.open(file)) {
      return read(source);
    }
  }

  static List<int[]> read(Source source) throws IOException {
    List<int[]> rows = new ArrayList<>();
    while (true) {
      String place = "row " + rows.size();
      long start = source.offset();
      byte[] head = new byte[4];
      int got = source.read(head, head.length);
      if (got == 0) {
        return rows;
      }
      int count = got < head.length ? -1 : ints(head)[0];
      if (count < 1 || count > Limits.DIMENSION_MAX) {
        throw source.malformed(
            place, start, "count: expected 1 to " + Limits.DIMENSION_MAX + ", got " + count);
      }
      byte[] body = new byte[count * 4];
      got = source.read(body, body.length);
      if (got < body.length) {
        throw source.malformed(
            place,
            start,
            "the file ends within the row: expected " + body.length + " bytes, got " + got);
      }
      rows.add(ints(body));
    }
  }

  private static int[] ints(byte[] bytes) {
    int[] ints = new int[bytes.length / 4];
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asIntBuffer().get(ints);
    return ints;
  }
}
