package io.quiver.collection;

import io.quiver.hnsw.Graph;
import io.quiver.hnsw.SearchBlocks;

/** What searches of a shard walk: a graph, and the blocks of codes made of it. */
record Searched(Graph graph, SearchBlocks blocks) {
  private static final System.Logger LOG = System.getLogger(Searched.class.getName());

  /** Writes some blocks; what goes wrong with them only costs speed. */
  void code(int indexed, int count) {
    try {
      blocks.work(indexed, count);
    } catch (RuntimeException | Error e) {
      LOG.log(System.Logger.Level.ERROR, "codes are given up; searches read rows instead", e);
      blocks.giveUp();
    }
  }

  /** Nobody may search any more. */
  void close() {
    blocks.close();
    graph.close();
  }
}
