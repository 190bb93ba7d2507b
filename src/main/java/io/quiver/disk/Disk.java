package io.quiver.disk;

import java.io.Closeable;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.List;

/**
 * All file access of the engine. What was written is durable only after {@link DiskFile#force()};
 * what was created, renamed or deleted only after {@link #syncDirectory} of its parent. Methods are
 * thread-safe.
 */
public interface Disk {
  /**
   * Opens a file for reading and writing; makes an empty one if there is none.
   *
   * @throws IOException if the parent folder does not exist or the disk refuses
   */
  DiskFile open(Path file) throws IOException;

  /** Opens an existing file for reading only. */
  DiskFile openReadOnly(Path file) throws IOException;

  /** Makes the folder and its missing parents; no error if it exists. */
  void createDirectories(Path folder) throws IOException;

  /** The names of the entries of a folder, sorted; empty if the folder does not exist. */
  List<String> list(Path folder) throws IOException;

  boolean exists(Path path);

  /**
   * The size of a file in bytes.
   *
   * @throws java.nio.file.NoSuchFileException if there is none
   */
  default long size(Path file) throws IOException {
    try (DiskFile open = openReadOnly(file)) {
      return open.size();
    }
  }

  boolean isDirectory(Path path);

  /** Renames atomically, replacing {@code to} if it is a file. */
  void rename(Path from, Path to) throws IOException;

  /**
   * Gives a file a second name (a hard link): the same bytes, also those that are written later.
   *
   * @throws java.nio.file.FileAlreadyExistsException if there is something of that name
   * @throws IOException if the file system has no such links, or refuses
   */
  void link(Path file, Path name) throws IOException;

  /** Deletes a file or an empty folder; no error if it does not exist. */
  void delete(Path path) throws IOException;

  /**
   * Makes the creations, renames and deletions in this folder durable. Never retried after a
   * failure.
   *
   * @throws java.nio.file.FileSystemException if the folder could not be opened: nothing was tried
   * @throws IOException if the sync failed: nobody knows what is durable
   */
  void syncDirectory(Path folder) throws IOException;

  /** Bytes free for this process on the file system that holds {@code path}. */
  long usableBytes(Path path) throws IOException;

  /**
   * Locks a file for this process until closed.
   *
   * @throws IOException if another process (or another node in this one) holds it; the message says
   *     so
   */
  Closeable lock(Path file) throws IOException;

  /** Reads a whole (small) file. */
  default byte[] readAll(Path file) throws IOException {
    try (DiskFile open = openReadOnly(file)) {
      byte[] bytes = new byte[Math.toIntExact(open.size())];
      open.read(0, MemorySegment.ofArray(bytes));
      return bytes;
    }
  }
}
