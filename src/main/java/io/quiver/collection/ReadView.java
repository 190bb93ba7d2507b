package io.quiver.collection;

import io.quiver.hnsw.Graph;
import io.quiver.vectors.Tombstones;

/**
 * What a reader of one shard sees: the rows below {@code count} that are not in {@code dead}.
 * Immutable; the writer replaces it as a whole, so a write appears as a whole.
 *
 * @param lsn last log record that is in it
 */
record ReadView(int count, Tombstones dead, long lsn) {
  int live() {
    return count - dead.count();
  }

  /** The first live row that is not in a graph; the count if all are. */
  int firstOutside(Graph graph) {
    int ordinal = 0;
    while (ordinal < count && (dead.contains(ordinal) || graph.contains(ordinal))) {
      ordinal++;
    }
    return ordinal;
  }
}
