package io.quiver.node;

import io.quiver.catalog.DatabaseOptions;
import io.quiver.core.Limits;
import java.nio.file.Path;

/**
 * Where a node keeps its data and how many threads search it.
 *
 * @param searchThreads platform threads that search, over all collections
 */
public record NodeOptions(Path dataDirectory, DatabaseOptions database, int searchThreads) {
  private static final int SEARCH_THREADS_MAX = 1_024;

  public NodeOptions {
    Limits.check("search_threads", searchThreads, 1, SEARCH_THREADS_MAX);
  }

  /** One search thread per core. */
  public static NodeOptions of(Path dataDirectory) {
    return new NodeOptions(
        dataDirectory, DatabaseOptions.DEFAULT, Runtime.getRuntime().availableProcessors());
  }
}
