package io.quiver.hnsw;

import io.quiver.vectors.Scorer;
import io.quiver.vectors.VectorSpace;
import java.util.Optional;

/**
 * What a node's block leads to: its links, and where these leave places empty, neighbours of its
 * neighbours. A search reads all places of a block whether they are used or not, so more of them
 * cost nothing but their coding, and save steps.
 *
 * <p>The graph itself does not have these links: they are not kept up when others change, and end
 * with the block. Belongs to one thread at a time.
 */
final class BlockLinks {
  /** Neighbours of neighbours that are looked at; twice as many brought little. */
  private static final int CANDIDATES_MAX = 128;

  private final LinkLists lists;
  private final Scorer scorer;
  private final NeighborSelector selector;
  private final VisitedMarks met = new VisitedMarks();
  private final int[] there;
  private final int[] candidates = new int[CANDIDATES_MAX];
  private final float[] scores = new float[CANDIDATES_MAX];
  private final long[] keys = new long[CANDIDATES_MAX];

  /** Compares rows by codes, if there are any. */
  BlockLinks(Graph graph, VectorSpace rows, Optional<InsertCodes> codes) {
    this.lists = graph.base();
    this.scorer = codes.map(InsertCodes::pairs).orElseGet(rows::scorer);
    this.selector = new NeighborSelector(codes.map(InsertCodes::pairs).orElseGet(rows::scorer));
    this.there = new int[lists.linksMax()];
  }

  /**
   * Reads what the block of a node leads to.
   *
   * @param limit nodes at or above it are added to no list
   * @param links gets the node's own links first, then the others; as long as a list may be
   * @return how many there are
   */
  int read(int ordinal, int limit, int[] links) {
    int own = lists.read(ordinal, links);
    if (own == links.length) {
      return own;
    }
    int count = gather(ordinal, limit, links, own);
    scorer.target(ordinal);
    scorer.score(candidates, count, scores);
    for (int i = 0; i < count; i++) {
      keys[i] = CandidatePool.key(scores[i], candidates[i], false);
    }
    selector.begin(links.length);
    for (int i = 0; i < own; i++) {
      selector.keep(links[i], 0);
    }
    selector.offerAll(keys, count, links.length);
    selector.fill(links.length);
    System.arraycopy(selector.kept(), 0, links, 0, selector.count());
    return selector.count();
  }

  private int gather(int ordinal, int limit, int[] links, int own) {
    met.begin(limit);
    met.mark(ordinal);
    for (int i = 0; i < own; i++) {
      met.mark(links[i]);
    }
    int count = 0;
    for (int i = 0; i < own; i++) {
      int further = lists.read(links[i], there);
      for (int j = 0; j < further && count < CANDIDATES_MAX; j++) {
        if (there[j] < limit && met.mark(there[j]) && lists.isPresent(there[j])) {
          candidates[count++] = there[j];
        }
      }
    }
    return count;
  }
}
