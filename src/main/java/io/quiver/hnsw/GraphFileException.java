package io.quiver.hnsw;

import io.quiver.disk.FileFault;
import java.io.IOException;
import java.nio.file.Path;

/** A graph file that cannot be used; the graph has to be rebuilt from the rows. */
public final class GraphFileException extends IOException {
  private static final long serialVersionUID = 1L;

  private final String file;
  private final long offset;
  private final String expected;
  private final String found;

  GraphFileException(FileFault fault) {
    super(fault.toString());
    this.file = fault.file().toString();
    this.offset = fault.offset();
    this.expected = fault.expected();
    this.found = fault.found();
  }

  /** The same as a value. */
  public FileFault fault() {
    return new FileFault(Path.of(file), offset, expected, found);
  }
}
