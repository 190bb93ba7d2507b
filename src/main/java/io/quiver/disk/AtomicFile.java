package io.quiver.disk;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;

/**
 * Small files that are replaced as a whole: after a crash at any point the file has either its old
 * or its new content, never a mix. What was left of an interrupted write is {@code .<name>.tmp} in
 * the same folder; the next write reuses it and readers ignore it.
 */
public final class AtomicFile {
  private AtomicFile() {}

  /**
   * Replaces the file; durable when it returns. One writer per file at a time.
   *
   * @throws IOException if any step failed; then the file has its old content or its new one
   */
  public static void write(Disk disk, Path file, byte[] bytes) throws IOException {
    Path folder = file.toAbsolutePath().getParent();
    Path temporary = temporary(file);
    try (DiskFile out = disk.open(temporary)) {
      out.truncate(0);
      out.write(0, MemorySegment.ofArray(bytes));
      out.force(); // The name may reach the disk before the bytes do, unless they are there first.
    }
    disk.rename(temporary, file);
    disk.syncDirectory(folder);
  }

  /** Where {@link #write} prepares the new content. */
  public static Path temporary(Path file) {
    return file.toAbsolutePath().resolveSibling("." + file.getFileName() + ".tmp");
  }
}
