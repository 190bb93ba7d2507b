package io.quiver.vectors;

import io.quiver.disk.DamagedFileException;
import io.quiver.disk.Disk;
import io.quiver.disk.DiskFile;
import io.quiver.disk.Findings;
import java.io.Closeable;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.UUID;

/**
 * A file of a shard that is only read, from its beginning to its end, through a window of memory
 * instead of a mapping: a bad disk is an {@link IOException}. One thread.
 */
final class CheckedFile implements Closeable {
  private static final int WINDOW_BYTES = 1 << 20;

  private final Path path;
  private final DiskFile file;
  private final FileHeader header;
  private final long size;
  private final Findings findings;
  private final Arena arena = Arena.ofConfined();
  private MemorySegment buffer = MemorySegment.NULL;
  private MemorySegment window = MemorySegment.NULL;
  private long windowFrom;
  private long readTo;

  private CheckedFile(Path path, DiskFile file, FileHeader header, long size, Findings findings) {
    this.path = path;
    this.file = file;
    this.header = header;
    this.size = size;
    this.readTo = size;
    this.findings = findings;
  }

  /**
   * Opens a file and checks its header.
   *
   * @param bytes how long it is at least
   * @throws DamagedFileException if it is missing, shorter, or its header is wrong
   */
  static CheckedFile open(
      Disk disk, Path path, long magic, UUID uuid, long bytes, Findings findings)
      throws IOException {
    if (!disk.exists(path)) {
      throw new DamagedFileException(path, 0, bytes + " bytes", "no such file");
    }
    DiskFile file = disk.openReadOnly(path);
    try {
      FileHeader header = FileHeader.read(file, path, magic, RowLayout.VERSION, uuid);
      if (file.size() < bytes) {
        throw new DamagedFileException(path, file.size(), bytes + " bytes", "end of file");
      }
      return new CheckedFile(path, file, header, file.size(), findings);
    } catch (IOException | RuntimeException | Error e) {
      file.close();
      throw e;
    }
  }

  Path path() {
    return path;
  }

  FileHeader header() {
    return header;
  }

  /** Reads nothing behind this place that was not asked for. */
  void readTo(long end) {
    readTo = Math.clamp(end, 0, size);
  }

  /** The bytes at a place, valid until the next call. They lie inside the file. */
  MemorySegment read(long offset, int bytes) throws IOException {
    if (offset < windowFrom || offset + bytes > windowFrom + window.byteSize()) {
      long wanted = Math.max(bytes, Math.min(readTo - offset, WINDOW_BYTES));
      if (buffer.byteSize() < wanted) {
        buffer = arena.allocate(wanted, RowLayout.LINE_BYTES);
      }
      window = buffer.asSlice(0, wanted);
      windowFrom = offset;
      file.read(offset, window);
      findings.read(wanted);
    }
    return window.asSlice(offset - windowFrom, bytes);
  }

  @Override
  public void close() throws IOException {
    arena.close();
    file.close();
  }
}
