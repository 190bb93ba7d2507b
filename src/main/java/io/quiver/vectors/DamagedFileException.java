package io.quiver.vectors;

import java.io.IOException;
import java.nio.file.Path;

/** Bytes on disk are not what was written: says in which file, where, what and what instead. */
public final class DamagedFileException extends IOException {
  private static final long serialVersionUID = 1L;

  public DamagedFileException(Path file, long offset, String expected, String found) {
    super(
        "%s is damaged at offset %d: expected %s, found %s"
            .formatted(file, offset, expected, found));
  }
}
