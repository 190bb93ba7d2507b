package io.quiver.disk;

import java.io.Closeable;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * One open file. Positional, so threads may read while one writes elsewhere in it. All writing goes
 * through {@link #write}: mapped memory is only ever read (or copied on write), so a full disk is
 * an {@link IOException} here and never a fault in the middle of a store instruction.
 */
public interface DiskFile extends Closeable {
  long size() throws IOException;

  /**
   * Writes all of {@code source} at {@code position}, growing the file as needed.
   *
   * @param source native memory or (part of) a {@code byte[]}
   */
  void write(long position, MemorySegment source) throws IOException;

  /**
   * Fills all of {@code target} from {@code position}.
   *
   * @param target native memory or (part of) a {@code byte[]}
   * @throws java.io.EOFException if the file ends before that
   */
  void read(long position, MemorySegment target) throws IOException;

  /** Puts all written bytes and the size on stable storage. Never retried after a failure. */
  void force() throws IOException;

  void truncate(long size) throws IOException;

  /**
   * A read-only view of {@code bytes} from the start of the file, alive until the arena closes.
   * Later writes through this object show in it. If the file is shorter it is extended with a hole.
   */
  MemorySegment map(long bytes, Arena arena) throws IOException;

  /**
   * A private copy-on-write view of the first {@code bytes} of the file (which must be that long):
   * what is stored into it never reaches the file.
   */
  MemorySegment mapPrivate(long bytes, Arena arena) throws IOException;
}
