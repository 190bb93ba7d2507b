package io.quiver.migrate;

import io.quiver.disk.Disk;
import io.quiver.disk.DiskFile;
import java.io.Closeable;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;

/**
 * A file of another system, read by position through a window that moves over it: no length that
 * stands in the file decides how much memory is taken beyond {@link #READ_BYTES_MAX}. Belongs to
 * one thread.
 */
final class FileWindow implements Closeable {
  /** Largest piece that can be read at once: the largest entry of d-vecDB's log. */
  static final int READ_BYTES_MAX = 100 << 20;

  private static final int WINDOW_BYTES = 1 << 18;

  private final Path path;
  private final DiskFile file;
  private final long size;
  private byte[] window = new byte[0];
  private long windowStart;
  private int windowLength;

  private FileWindow(Path path, DiskFile file, long size) {
    this.path = path;
    this.file = file;
    this.size = size;
  }

  /**
   * Opens a file as it is now; what is appended later is not seen.
   *
   * @throws java.nio.file.NoSuchFileException if there is none
   */
  static FileWindow open(Disk disk, Path path) throws IOException {
    DiskFile file = disk.openReadOnly(path);
    try {
      return new FileWindow(path, file, file.size());
    } catch (IOException e) {
      file.close();
      throw e;
    }
  }

  long size() {
    return size;
  }

  /**
   * The bytes {@code [position, position + length)}, little-endian, until the next call.
   *
   * @param length at most {@link #READ_BYTES_MAX}; all of it lies in the file
   */
  ByteBuffer at(long position, int length) throws IOException {
    if (length > READ_BYTES_MAX || position < 0 || position > size - length) {
      throw new IllegalArgumentException(
          "read of %d bytes at %d of %d".formatted(length, position, size));
    }
    if (position < windowStart || position + length > windowStart + windowLength) {
      fill(position, length);
    }
    return ByteBuffer.wrap(window, (int) (position - windowStart), length)
        .slice()
        .order(ByteOrder.LITTLE_ENDIAN);
  }

  private void fill(long position, int length) throws IOException {
    int wanted = (int) Math.min(Math.max(WINDOW_BYTES, length), size - position);
    if (window.length < wanted) {
      window = new byte[wanted];
    }
    windowLength = 0;
    file.read(position, MemorySegment.ofArray(window).asSlice(0, wanted));
    windowStart = position;
    windowLength = wanted;
  }

  MalformedFileException malformed(String place, long offsetBytes, String problem) {
    return new MalformedFileException(path, place, offsetBytes, problem);
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
