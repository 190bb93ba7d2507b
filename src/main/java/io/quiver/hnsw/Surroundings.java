package io.quiver.hnsw;

import io.quiver.core.OrdinalSet;

/**
 * What a filtered walk saw on its way to the query, and how it goes on. Where matches are rare, it
 * leads by way of other nodes and has to look at more candidates; where they are rarer than
 * elsewhere, the filter may mean just the rows that are far from the query. Belongs to one thread.
 */
final class Surroundings {
  /** Nodes that are opened whether they match or not; they lead to where the query is. */
  static final int APPROACH = 10;

  /** A node with fewer links to matches lets the walk pass through the others, too. */
  static final int LINKS_MIN = 8;

  private static final int RARE_SHARE = 10;
  private static final int RARE_FACTOR = 4;
  private static final int RARE_EF_MIN = 200;

  private int links;
  private int matching;

  void begin() {
    links = 0;
    matching = 0;
  }

  /** The links of one more node; only of those near the query, the second half of the approach. */
  void saw(int opened, int linksThere, int matchingThere) {
    if (opened > APPROACH / 2) {
      links += linksThere;
      matching += matchingThere;
    }
  }

  /**
   * Whether fewer than half as many links lead to matches as chance would have it: then the nearest
   * of them may lie anywhere, and no walk is sure to meet them.
   */
  boolean areAdverse(OrdinalSet matches, int limit) {
    return 2L * matching * limit < (long) links * matches.count();
  }

  /** Whether fewer than one link in ten leads to a match, or they are adverse. */
  boolean areBare(OrdinalSet matches, int limit) {
    return (long) matching * RARE_SHARE < links || areAdverse(matches, limit);
  }

  /** Candidates to keep where matches are rare. */
  static int wider(int ef) {
    return Math.max(RARE_FACTOR * ef, RARE_EF_MIN);
  }
}
