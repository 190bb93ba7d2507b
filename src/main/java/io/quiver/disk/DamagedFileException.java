package io.quiver.disk;

import java.io.IOException;
import java.nio.file.Path;

/** Bytes on disk are not what was written: says in which file, where, what and what instead. */
public final class DamagedFileException extends IOException {
  private static final long serialVersionUID = 1L;

  private final String file;
  private final long offset;
  private final String expected;
  private final String found;

  public DamagedFileException(Path file, long offset, String expected, String found) {
    super(new FileFault(file, offset, expected, found).toString());
    this.file = file.toString();
    this.offset = offset;
    this.expected = expected;
    this.found = found;
  }

  /** The same as a value. */
  public FileFault fault() {
    return new FileFault(Path.of(file), offset, expected, found);
  }
}
