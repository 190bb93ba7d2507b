package io.quiver.hnsw;

/**
 * Why every node stays reachable. The heuristic may prune the last link to a node: under the inner
 * product, whose long vectors are everybody's neighbours, it does so to most short ones, and to
 * duplicates under any metric. So each node is tied to one other by a link in both directions,
 * flagged {@link LinkLists#TREE}, that no pruning touches. A new node is tied to the nearest node
 * that has room, which was found from the entry point; so the tied links are a spanning tree, and
 * from anywhere on the base layer everything can be reached, at any time.
 *
 * <p>A node holds at most {@link #tiesMax} of these links, so that the heuristic has the rest.
 */
final class SpanningTree {
  private SpanningTree() {}

  /** Three at least: with two the tree would be a path, and only its end had room. */
  static int tiesMax(GraphParams params) {
    return Math.max(3, params.maxConnections());
  }

  /** Flagged links of a list. */
  static int ties(int[] rawLinks, int count) {
    int ties = 0;
    for (int i = 0; i < count; i++) {
      if (LinkLists.isTree(rawLinks[i])) {
        ties++;
      }
    }
    return ties;
  }
}
