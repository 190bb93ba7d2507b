package io.quiver.disk;

import java.nio.file.Path;

/**
 * One place where a file is not what was written.
 *
 * @param offset in bytes from the start of the file
 * @param expected what should stand there
 * @param found what does
 */
public record FileFault(Path file, long offset, String expected, String found) {
  @Override
  public String toString() {
    return "%s is damaged at offset %d: expected %s, found %s"
        .formatted(file, offset, expected, found);
  }
}
