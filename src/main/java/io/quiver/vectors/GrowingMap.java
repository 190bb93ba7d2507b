package io.quiver.vectors;

import io.quiver.disk.DamagedFileException;
import io.quiver.disk.Disk;
import io.quiver.disk.DiskFile;
import io.quiver.disk.MappedFile;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.UUID;

/**
 * A file that one writer extends by positional writes and any thread reads through a mapping. When
 * the file outgrows its mapping, a larger one replaces it; older ones stay valid until the arena
 * closes, so a reader never loses what it holds.
 *
 * <p>Thread safety: one writer; {@link #memory()}, {@link #force()} from any thread.
 */
final class GrowingMap {
  private static final long FIRST_BYTES = 16 << 10;
  private static final long STEP_BYTES_MAX = 1L << 30;

  private final Path path;
  private final DiskFile file;
  private final Arena arena;
  private final FileHeader header;
  private volatile MemorySegment memory;
  private volatile long written;

  private GrowingMap(
      Path path, DiskFile file, Arena arena, FileHeader header, long written, long bytes)
      throws IOException {
    this.path = path;
    this.file = file;
    this.arena = arena;
    this.header = header;
    this.written = written;
    this.memory = file.map(capacityFor(bytes, 0), arena);
  }

  static GrowingMap create(Disk disk, Path path, FileHeader header, Arena arena)
      throws IOException {
    DiskFile file = disk.open(path);
    try {
      file.truncate(0);
      header.write(file);
      return new GrowingMap(path, file, arena, header, FileHeader.BYTES, FileHeader.BYTES);
    } catch (IOException | RuntimeException | Error e) {
      file.close();
      throw e;
    }
  }

  /**
   * Opens a file that was {@link #create}d and checks its header.
   *
   * @param bytes how much of the file is known to be written
   * @throws DamagedFileException if the header is wrong or the file is shorter than {@code bytes}
   */
  static GrowingMap open(Disk disk, Path path, long magic, UUID uuid, long bytes, Arena arena)
      throws IOException {
    if (!disk.exists(path)) {
      throw new DamagedFileException(path, 0, bytes + " bytes", "no such file");
    }
    DiskFile file = disk.open(path);
    try {
      FileHeader header = FileHeader.read(file, path, magic, RowLayout.VERSION, uuid);
      if (file.size() < bytes) {
        throw new DamagedFileException(path, file.size(), bytes + " bytes", "end of file");
      }
      return new GrowingMap(path, file, arena, header, bytes, Math.max(bytes, file.size()));
    } catch (IOException | RuntimeException | Error e) {
      file.close();
      throw e;
    }
  }

  FileHeader header() {
    return header;
  }

  MemorySegment memory() {
    return memory;
  }

  /**
   * Writer only. Writes and makes the bytes readable through {@link #memory()}.
   *
   * @throws DamagedFileException if somebody shortened the file: a write would hide it
   */
  void write(long position, MemorySegment source) throws IOException {
    long size = file.size();
    if (size < written) {
      throw new DamagedFileException(path, size, written + " bytes", size + " bytes");
    }
    long end = position + source.byteSize();
    if (end > memory.byteSize()) {
      memory = file.map(capacityFor(end, memory.byteSize()), arena);
    }
    file.write(position, source);
    written = Math.max(written, end);
  }

  /** What is known to be written. Any thread. */
  MappedFile mapped() {
    return new MappedFile(path, written);
  }

  void force() throws IOException {
    file.force();
  }

  void close() throws IOException {
    file.close();
  }

  private static long capacityFor(long bytes, long present) {
    long step = Math.min(Math.max(present, FIRST_BYTES), STEP_BYTES_MAX);
    long wanted = Math.max(bytes, present == 0 ? FIRST_BYTES : present + step);
    return (wanted + FIRST_BYTES - 1) / FIRST_BYTES * FIRST_BYTES;
  }
}
