package io.quiver.hnsw;

import java.io.IOException;
import java.nio.file.Path;

/** A graph file that cannot be used; the graph has to be rebuilt from the rows. */
public final class GraphFileException extends IOException {
  private static final long serialVersionUID = 1L;

  GraphFileException(Path file, long offset, String what, Object expected, Object found) {
    super(describe(file, offset, what, expected, found));
  }

  GraphFileException(String described) {
    super(described);
  }

  static String describe(Path file, long offset, String what, Object expected, Object found) {
    return "%s: offset %d: %s: expected=%s found=%s".formatted(file, offset, what, expected, found);
  }
}
