package io.quiver.node;

import io.quiver.catalog.DatabaseOptions;
import io.quiver.core.Limits;
import io.quiver.snapshot.SnapshotOptions;
import java.nio.file.Path;
import java.util.List;

/**
 * Where a node keeps its data and how many threads search it.
 *
 * @param searchThreads platform threads that search, over all collections
 * @param importRoots folders below which clients may name files to import, besides the data
 *     directory
 * @param snapshots when they are taken by themselves
 */
public record NodeOptions(
    Path dataDirectory,
    DatabaseOptions database,
    int searchThreads,
    List<Path> importRoots,
    SnapshotOptions snapshots) {
  private static final int SEARCH_THREADS_MAX = 1_024;

  public NodeOptions {
    Limits.check("search_threads", searchThreads, 1, SEARCH_THREADS_MAX);
    importRoots = List.copyOf(importRoots);
  }

  public NodeOptions(Path dataDirectory, DatabaseOptions database, int searchThreads) {
    this(dataDirectory, database, searchThreads, List.of(), SnapshotOptions.NONE);
  }

  public NodeOptions withImportRoots(List<Path> roots) {
    return new NodeOptions(dataDirectory, database, searchThreads, roots, snapshots);
  }

  public NodeOptions withSnapshots(SnapshotOptions plan) {
    return new NodeOptions(dataDirectory, database, searchThreads, importRoots, plan);
  }

  /** One search thread per core. */
  public static NodeOptions of(Path dataDirectory) {
    return new NodeOptions(
        dataDirectory, DatabaseOptions.DEFAULT, Runtime.getRuntime().availableProcessors());
  }
}
