package io.quiver.wal;

import java.nio.file.Path;

/**
 * The end of the log that a crash left incomplete and that was cut off when it was opened. None of
 * it was ever acknowledged as synced.
 *
 * @param offset where the cut is, in bytes from the start of the file
 * @param bytes how many bytes went
 * @param expected what should have stood at {@code offset}
 * @param found what did
 */
public record TornTail(Path file, long offset, long bytes, String expected, String found) {
  @Override
  public String toString() {
    return "torn tail cut off: %s: offset %d, %d bytes: expected %s, found %s"
        .formatted(file, offset, bytes, expected, found);
  }

  /** The same of one that is still there, without the file. */
  String what() {
    return "torn tail: offset %d, %d bytes: expected %s, found %s"
        .formatted(offset, bytes, expected, found);
  }
}
