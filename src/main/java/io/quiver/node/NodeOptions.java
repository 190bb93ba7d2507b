package io.quiver.node;

import io.quiver.catalog.DatabaseOptions;
import io.quiver.core.QuiverException;
import java.nio.file.Path;

/**
 * Where a node keeps its data and how many threads search it.
 *
 * @param searchThreads platform threads that search, over all collections
 */
public record NodeOptions(Path dataDirectory, DatabaseOptions database, int searchThreads) {
  private static final int SEARCH_THREADS_MAX = 1_024;

  public NodeOptions {
    if (searchThreads < 1 || searchThreads > SEARCH_THREADS_MAX) {
      throw QuiverException.invalid("search_threads", "1 to " + SEARCH_THREADS_MAX, searchThreads);
    }
  }

  /** One search thread per core. */
  public static NodeOptions of(Path dataDirectory) {
    return new NodeOptions(
        dataDirectory, DatabaseOptions.DEFAULT, Runtime.getRuntime().availableProcessors());
  }
}
