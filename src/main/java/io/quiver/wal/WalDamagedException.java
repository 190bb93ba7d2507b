package io.quiver.wal;

import io.quiver.disk.FileFault;
import java.io.IOException;
import java.nio.file.Path;

/** Bytes of the log that were once on stable storage are not what they were. */
public final class WalDamagedException extends IOException {
  private static final long serialVersionUID = 1L;

  private final String file;
  private final long offset;
  private final String expected;
  private final String found;

  WalDamagedException(Path file, long offset, Fault fault) {
    super(
        "log is damaged: %s: offset %d: expected %s, found %s"
            .formatted(file, offset, fault.expected(), fault.found()));
    this.file = file.toString();
    this.offset = offset;
    this.expected = fault.expected();
    this.found = fault.found();
  }

  /** The same as a value; its place is where the first bad header or record begins. */
  public FileFault fault() {
    return new FileFault(Path.of(file), offset, expected, found);
  }
}
