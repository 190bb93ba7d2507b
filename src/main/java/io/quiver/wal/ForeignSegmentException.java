package io.quiver.wal;

import io.quiver.disk.FileFault;
import java.io.IOException;
import java.nio.file.Path;

/** A whole segment that is not one of this log, or of a version that this Quiver does not know. */
public final class ForeignSegmentException extends IOException {
  private static final long serialVersionUID = 1L;

  private final String file;
  private final String expected;
  private final String found;

  ForeignSegmentException(FileFault fault) {
    super("log cannot be opened: " + fault);
    this.file = fault.file().toString();
    this.expected = fault.expected();
    this.found = fault.found();
  }

  /** The same as a value. */
  public FileFault fault() {
    return new FileFault(Path.of(file), 0, expected, found);
  }
}
