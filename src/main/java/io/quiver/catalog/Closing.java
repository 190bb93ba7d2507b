package io.quiver.catalog;

import io.quiver.collection.Collection;
import java.io.IOException;
import java.util.Optional;

/** Closes collections, also past one that fails. */
final class Closing {
  private Closing() {}

  /**
   * Closes all of them.
   *
   * @throws IOException the first that was met; it carries the others
   */
  static void all(Iterable<Collection> collections) throws IOException {
    Optional<IOException> first = Optional.empty();
    for (Collection collection : collections) {
      try {
        collection.close();
      } catch (IOException e) {
        first.ifPresent(earlier -> earlier.addSuppressed(e));
        first = first.or(() -> Optional.of(e));
      }
    }
    if (first.isPresent()) {
      throw first.get();
    }
  }
}
