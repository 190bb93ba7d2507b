package io.quiver.migrate;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * A page of a B-tree of redb: a leaf with entries, or a branch with children.
 *
 * <pre>
 *   leaf    1 | 0 | u16 n | n × u32 key end* | n × u32 value end* | keys | values
 *   branch  2 | 0 | u16 n | u32 | (n+1) × 16 bytes checksum | (n+1) × u64 page | …
 * </pre>
 *
 * <p>Ends count from the start of the page; those marked * are absent where all have one length.
 *
 * @param count entries of a leaf; keys of a branch, which has one child more
 * @param bytes little-endian, the whole page
 */
record RedbPage(RedbFile file, long offset, boolean isLeaf, int count, ByteBuffer bytes) {
  private static final int LEAF_HEAD_BYTES = 4;
  private static final int BRANCH_HEAD_BYTES = 8;
  private static final int CHECKSUM_BYTES = 16;

  /**
   * Looks at the head of a page.
   *
   * @param content kept, not copied
   */
  static RedbPage of(RedbFile file, long offset, byte[] content) throws MalformedFileException {
    ByteBuffer page = ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN);
    int type = page.get(0);
    int count = page.getShort(2) & 0xFFFF;
    if (type != 1 && type != 2) {
      throw file.malformed("page", offset, "type: expected 1 or 2, got " + (type & 0xFF));
    }
    if (count == 0) {
      throw file.malformed("page", offset, "expected at least one key, got 0");
    }
    return new RedbPage(file, offset, type == 1, count, page);
  }

  /** The page number of a child of this branch. */
  long child(int index) throws MalformedFileException {
    int at = BRANCH_HEAD_BYTES + CHECKSUM_BYTES * (count + 1) + Long.BYTES * index;
    if (at > bytes.capacity() - Long.BYTES) {
      throw file.malformed("page", offset, (count + 1) + " children do not fit into it");
    }
    return bytes.getLong(at);
  }

  ByteBuffer key(int index, RedbWidths widths) throws MalformedFileException {
    return slice(keyEnd(index - 1, widths), keyEnd(index, widths));
  }

  ByteBuffer value(int index, RedbWidths widths) throws MalformedFileException {
    return slice(valueEnd(index - 1, widths), valueEnd(index, widths));
  }

  /** Where the key ends; of key −1, where the keys begin. */
  private int keyEnd(int index, RedbWidths widths) throws MalformedFileException {
    int ends = widths.key().isPresent() ? 0 : Integer.BYTES * count;
    if (index >= 0 && ends > 0) {
      return end(LEAF_HEAD_BYTES + Integer.BYTES * index);
    }
    int start = LEAF_HEAD_BYTES + ends + (widths.value().isPresent() ? 0 : Integer.BYTES * count);
    return start + (index + 1) * widths.key().orElse(0);
  }

  /** Where the value ends; of value −1, where the values begin. */
  private int valueEnd(int index, RedbWidths widths) throws MalformedFileException {
    if (index >= 0 && widths.value().isEmpty()) {
      int ends = LEAF_HEAD_BYTES + (widths.key().isPresent() ? 0 : Integer.BYTES * count);
      return end(ends + Integer.BYTES * index);
    }
    return keyEnd(count - 1, widths) + (index + 1) * widths.value().orElse(0);
  }

  private int end(int at) throws MalformedFileException {
    if (at > bytes.capacity() - Integer.BYTES) {
      throw file.malformed("page", offset, count + " entries do not fit into it");
    }
    return bytes.getInt(at);
  }

  private ByteBuffer slice(int from, int to) throws MalformedFileException {
    if (from < 0 || to < from || to > bytes.capacity()) {
      throw file.malformed(
          "page",
          offset,
          "an entry of bytes %d to %d in a page of %d".formatted(from, to, bytes.capacity()));
    }
    return bytes.slice(from, to - from).order(ByteOrder.LITTLE_ENDIAN);
  }
}
