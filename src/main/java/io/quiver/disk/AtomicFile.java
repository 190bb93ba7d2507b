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
  /** What writes the new content into an empty file. */
  @FunctionalInterface
  public interface Content {
    void writeTo(DiskFile file) throws IOException;
  }

  private AtomicFile() {}

  /**
   * Replaces the file; durable when it returns. One writer per file at a time.
   *
   * @throws IOException if any step failed; then the file has its old content or its new one
   */
  public static void write(Disk disk, Path file, byte[] bytes) throws IOException {
    write(disk, file, out -> out.write(0, MemorySegment.ofArray(bytes)));
  }

  /** The same, for content that is written in parts. */
  public static void write(Disk disk, Path file, Content content) throws IOException {
    Path temporary = temporary(file);
    try {
      try (DiskFile out = disk.open(temporary)) {
        out.truncate(0);
        content.writeTo(out);
        out.force(); // The name may reach the disk before the bytes, unless they are there first.
      }
      disk.rename(temporary, file);
    } catch (IOException e) {
      discard(disk, temporary, e);
      throw e;
    }
    disk.syncDirectory(file.toAbsolutePath().getParent());
  }

  /** Deletes what was half written, for a full disk needs the space; a failure joins the cause. */
  public static void discard(Disk disk, Path file, IOException cause) {
    try {
      disk.delete(file);
    } catch (IOException e) {
      cause.addSuppressed(e);
    }
  }

  /** Where {@link #write} prepares the new content. */
  public static Path temporary(Path file) {
    return file.toAbsolutePath().resolveSibling("." + file.getFileName() + ".tmp");
  }
}
