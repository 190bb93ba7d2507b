package io.quiver.hnsw;

import io.quiver.vectors.Scorer;

/**
 * Adds links to lists that may be full, where the heuristic then decides what stays. Flagged links
 * always stay. Belongs to one thread; locks the stripe of the node whose list it changes.
 */
final class LinkEditor {
  final NeighborSelector selector;

  private final Graph graph;
  private final Scorer pair;
  private final int[] links;
  private final int[] others;
  private final float[] scores;
  private final long[] keys;

  /** {@code pair} is retargeted all the time: nobody else may use it. */
  LinkEditor(Graph graph, Scorer pair) {
    this.graph = graph;
    this.pair = pair;
    this.selector = new NeighborSelector(pair);
    int room = graph.params().linksMax(0) + 1;
    this.links = new int[room];
    this.others = new int[room];
    this.scores = new float[room];
    this.keys = new long[room];
  }

  /** Links {@code from} to {@code to}; the heuristic may refuse it. */
  void link(int layer, int from, int to, float score) {
    synchronized (graph.stripe(from)) {
      add(layer, from, to, score, 0);
    }
  }

  /**
   * Ties {@code from} to {@code to} on the base layer, unless {@code from} has no room for one
   * more.
   *
   * @param tiesMax most flagged links {@code from} may have afterwards
   */
  boolean tie(int from, int to, float score, int tiesMax) {
    synchronized (graph.stripe(from)) {
      int count = graph.base().readRaw(from, links);
      if (SpanningTree.ties(links, count) >= tiesMax) {
        return false;
      }
      add(0, from, to, score, LinkLists.TREE);
      return true;
    }
  }

  private void add(int layer, int from, int to, float score, int flag) {
    LinkLists lists = graph.lists(layer);
    int index = graph.listIndex(from, layer);
    if (index < 0) {
      return;
    }
    int count = lists.readRaw(index, links);
    for (int i = 0; i < count; i++) {
      if (LinkLists.ordinalOf(links[i]) == to) {
        lists.setRawLink(index, i, links[i] | flag);
        return;
      }
    }
    if (count < lists.linksMax()) {
      lists.setRawLink(index, count, to | flag);
      return;
    }
    links[count] = to | flag;
    shrink(lists, index, from, count, score);
  }

  /** Re-selects a full list of {@code count} links and the one after them. */
  private void shrink(LinkLists lists, int index, int from, int count, float newScore) {
    int max = lists.linksMax();
    selector.begin(max + 1);
    for (int i = 0; i < count; i++) {
      others[i] = LinkLists.ordinalOf(links[i]);
    }
    pair.target(from);
    pair.score(others, count, scores);
    scores[count] = newScore;
    int free = 0;
    for (int i = 0; i <= count; i++) {
      if (LinkLists.isTree(links[i])) {
        selector.keep(links[i], scores[i]);
      } else {
        keys[free++] = CandidatePool.key(scores[i], LinkLists.ordinalOf(links[i]), false);
      }
    }
    selector.offerAll(keys, free, max);
    lists.write(index, selector.kept(), selector.count());
  }
}
