package io.quiver.hnsw;

import io.quiver.vectors.Scorer;
import io.quiver.vectors.VectorSpace;

/** What one thread needs to insert: scorers and buffers. Reuse it; belongs to one thread. */
public final class InsertContext {
  final LayerSearch search = new LayerSearch();
  final Scorer query;
  final LinkEditor editor;

  // Chosen neighbours by layer: found first on all layers, linked after.
  private final int[][] chosen;
  private final float[][] chosenScores;
  private final int[] chosenCount;

  InsertContext(Graph graph, VectorSpace space) {
    this.query = space.scorer();
    this.editor = new LinkEditor(graph, space.scorer());
    GraphParams params = graph.params();
    this.chosen = new int[params.maxLayer()][params.maxConnections()];
    this.chosenScores = new float[params.maxLayer()][params.maxConnections()];
    this.chosenCount = new int[params.maxLayer()];
  }

  int[] chosen(int layer) {
    return chosen[layer];
  }

  float chosenScore(int layer, int i) {
    return chosenScores[layer][i];
  }

  int chosenCount(int layer) {
    return chosenCount[layer];
  }

  void chooseNone(int layer) {
    chosenCount[layer] = 0;
  }

  /** Selects at most M of the pool's candidates as neighbours of {@code ordinal}. */
  void choose(int layer, int ordinal, int max) {
    NeighborSelector selector = editor.selector;
    selector.begin(max);
    CandidatePool pool = search.pool;
    int candidates = pool.finish();
    for (int i = 0; i < candidates && selector.count() < max; i++) {
      long key = pool.keyAt(i);
      if (CandidatePool.ordinalOf(key) != ordinal) {
        selector.offer(CandidatePool.ordinalOf(key), CandidatePool.scoreOf(key));
      }
    }
    selector.fill(max);
    chosenCount[layer] = selector.count();
    for (int i = 0; i < selector.count(); i++) {
      chosen[layer][i] = selector.kept()[i];
      chosenScores[layer][i] = selector.scoreAt(i);
    }
  }
}
