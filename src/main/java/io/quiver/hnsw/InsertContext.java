package io.quiver.hnsw;

import io.quiver.vectors.Scorer;
import io.quiver.vectors.VectorSpace;
import java.util.Optional;

/** What one thread needs to insert: scorers and buffers. Reuse it; belongs to one thread. */
public final class InsertContext {
  final LayerSearch search = new LayerSearch();
  final LinkEditor editor;

  /** Nearest candidates whose scores by codes are compared with those by rows. */
  private static final int COMPARED = 8;

  /** What they may be off on average, of the way from the nearest candidate to the farthest. */
  private static final float ERROR_SHARE_MAX = 1 / 8f;

  private final Scorer exact;
  private final Optional<Scorer> coded;
  private final int fewestCoded;
  private Scorer query;
  private final int[] compared = new int[COMPARED];
  private final float[] comparedScores = new float[COMPARED];

  // Chosen neighbours by layer: found first on all layers, linked after.
  private final int[][] chosen;
  private final float[][] chosenScores;
  private final int[] chosenCount;

  InsertContext(Graph graph, VectorSpace space, Optional<InsertCodes> codes) {
    this.exact = space.scorer();
    this.query = exact;
    this.coded = codes.map(InsertCodes::walk);
    this.fewestCoded = codes.map(InsertCodes::fewest).orElse(0);
    this.editor = new LinkEditor(graph, codes.map(InsertCodes::pairs).orElseGet(space::scorer));
    GraphParams params = graph.params();
    this.chosen = new int[params.maxLayer()][params.maxConnections()];
    this.chosenScores = new float[params.maxLayer()][params.maxConnections()];
    this.chosenCount = new int[params.maxLayer()];
  }

  /** The row to be inserted. */
  void target(int ordinal) {
    exact.target(ordinal);
    query = ordinal < fewestCoded ? exact : coded.orElse(exact);
    if (query != exact) {
      query.target(ordinal);
    }
  }

  /** What scores other rows against it. */
  Scorer query() {
    return query;
  }

  /** Looks at rows from now on, until the next target. */
  void leaveCodes() {
    query = exact;
  }

  /**
   * Whether the candidates lie so close together, as seen from the origin or beside their other
   * components, that their codes hardly tell them apart.
   */
  boolean isTooCoarse() {
    if (query == exact) {
      return false;
    }
    CandidatePool pool = search.pool;
    int candidates = pool.finish();
    if (candidates <= COMPARED) {
      return true;
    }
    for (int i = 0; i < COMPARED; i++) {
      compared[i] = CandidatePool.ordinalOf(pool.keyAt(i));
    }
    exact.score(compared, COMPARED, comparedScores);
    float error = 0;
    for (int i = 0; i < COMPARED; i++) {
      error += Math.abs(comparedScores[i] - CandidatePool.scoreOf(pool.keyAt(i)));
    }
    float way =
        CandidatePool.scoreOf(pool.keyAt(candidates - 1)) - CandidatePool.scoreOf(pool.keyAt(0));
    return !(error <= COMPARED * ERROR_SHARE_MAX * way);
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
