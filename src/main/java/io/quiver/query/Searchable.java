package io.quiver.query;

import io.quiver.core.OrdinalSet;
import io.quiver.hnsw.Graph;
import io.quiver.hnsw.SearchForm;
import io.quiver.vectors.RowStore;
import io.quiver.vectors.Tombstones;

/**
 * What one search sees of a shard.
 *
 * @param indexed rows below it are in the graph, unless dead; 0 = the graph is not used
 * @param form codes for the graph; they may lag behind
 * @param count rows there are, dead ones included; the rows from {@code indexed} on are scanned
 * @param live rows that are not dead
 */
public record Searchable(
    RowStore rows,
    Graph graph,
    SearchForm form,
    int indexed,
    int count,
    int live,
    Tombstones dead) {
  /** A graph search scores about this many rows for each candidate it keeps. */
  static final int ROWS_PER_CANDIDATE = 16;

  /** Whether graph searches that keep so many candidates are less work than to score so many. */
  boolean isGraphCheaper(long candidates, int scanned) {
    return indexed > 0 && candidates * ROWS_PER_CANDIDATE < scanned;
  }

  /** Those of a set that a search may return. */
  OrdinalSet living(OrdinalSet set) {
    return dead.living(set, count);
  }
}
