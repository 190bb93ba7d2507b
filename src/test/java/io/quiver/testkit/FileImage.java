package io.quiver.testkit;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/** The bytes of a file: those that were written, then a hole up to the size. */
final class FileImage {
  private byte[] bytes = new byte[0];
  private int written; // Bytes from here on are a hole, whatever the array holds.
  private long size;

  FileImage copy() {
    FileImage copy = new FileImage();
    copy.bytes = Arrays.copyOf(bytes, written);
    copy.written = written;
    copy.size = size;
    return copy;
  }

  long size() {
    return size;
  }

  void resize(long newSize) {
    if (newSize < written) {
      written = (int) newSize;
    }
    size = newSize;
  }

  /** Writes {@code source[from .. to)} where {@code source[0]} belongs at {@code position}. */
  void put(long position, byte[] source, int from, int to) {
    int start = Math.toIntExact(position + from);
    int end = start + to - from;
    if (end > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(end, 2 * bytes.length));
    }
    if (start > written) {
      Arrays.fill(bytes, written, start, (byte) 0);
    }
    System.arraycopy(source, from, bytes, start, to - from);
    written = Math.max(written, end);
    size = Math.max(size, end);
  }

  /** Fills the target from {@code position}, which with the target's length is inside the size. */
  void get(long position, MemorySegment target) {
    long count = Math.clamp(written - position, 0, target.byteSize());
    target
        .asSlice(0, count)
        .copyFrom(MemorySegment.ofArray(bytes).asSlice(count == 0 ? 0 : position, count));
    target.asSlice(count).fill((byte) 0);
  }
}
