package io.quiver.disk;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * A file whose first {@code bytes} are mapped. If somebody shortens it, memory behind its new end
 * cannot be read ({@link #isPageFault}), and what is left of its last page reads as zeros.
 */
public record MappedFile(Path path, long bytes) {
  /**
   * Asks the file system, not the memory.
   *
   * @throws DamagedFileException if the file is gone or shorter
   */
  public void expectWhole(Disk disk) throws IOException {
    long size;
    try {
      size = disk.size(path);
    } catch (NoSuchFileException e) {
      throw new DamagedFileException(path, 0, bytes + " bytes", "no such file");
    }
    if (size < bytes) {
      throw new DamagedFileException(path, size, bytes + " bytes", size + " bytes");
    }
  }

  /**
   * For a {@link #isPageFault} though no file of the folder is shorter than it must be.
   *
   * @throws InternalError the given one, if it is another
   */
  public static IOException unreadable(Path folder, InternalError fault) {
    if (!isPageFault(fault)) {
      throw fault;
    }
    return new DamagedFileException(
        folder, 0, "files that can be read", "a page that cannot: " + fault);
  }

  /**
   * Whether this is how the JVM tells of mapped memory that could not be read: the file was
   * shortened, or the disk failed. It comes a little after the access, whose value means nothing,
   * and the thread may go on.
   */
  public static boolean isPageFault(Throwable error) {
    return error instanceof InternalError
        && String.valueOf(error.getMessage()).contains("unsafe memory access");
  }
}
