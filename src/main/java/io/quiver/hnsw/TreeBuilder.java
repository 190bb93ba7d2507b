package io.quiver.hnsw;

import io.quiver.vectors.Bits;
import io.quiver.vectors.Scorer;
import io.quiver.vectors.VectorSpace;
import java.util.BitSet;

/**
 * Finds a new {@link SpanningTree} on the base layer: breadth first from the entry point along the
 * links there are; a node that is left over is linked anew to the nearest nodes that were reached.
 * The caller holds {@link Graph#change} alone.
 */
final class TreeBuilder {
  private final Graph graph;
  private final LinkLists base;
  private final Scorer query;
  private final LayerSearch search = new LayerSearch();
  private final LinkEditor editor;
  private final BitSet reached;
  private final int[] links;
  private final int[] queue;
  private final int tiesMax;
  private int head;
  private int tail;

  TreeBuilder(Graph graph, VectorSpace space) {
    this.graph = graph;
    this.base = graph.base();
    this.query = space.scorer();
    this.editor = new LinkEditor(graph, space.scorer());
    this.reached = new BitSet(graph.bound());
    this.links = new int[base.linksMax()];
    this.queue = new int[graph.bound()];
    this.tiesMax = SpanningTree.tiesMax(graph.params());
  }

  void run() {
    if (graph.isEmpty()) {
      return;
    }
    untieAll();
    reach(Graph.entryOrdinal(graph.entry()));
    spread();
    for (int ordinal = 0; ordinal < graph.bound(); ordinal++) {
      if (graph.contains(ordinal) && !reached.get(ordinal)) {
        connect(ordinal);
        spread();
      }
    }
    graph.reconnected();
  }

  private void untieAll() {
    for (int ordinal = 0; ordinal < graph.bound(); ordinal++) {
      int count = graph.contains(ordinal) ? base.readRaw(ordinal, links) : 0;
      for (int i = 0; i < count; i++) {
        if (LinkLists.isTree(links[i])) {
          base.setRawLink(ordinal, i, LinkLists.ordinalOf(links[i]));
        }
      }
    }
  }

  private void reach(int ordinal) {
    reached.set(ordinal);
    queue[tail++] = ordinal;
  }

  /** Ties unreached neighbours to the nodes that link to them, as far as those have room. */
  private void spread() {
    while (head < tail) {
      int from = queue[head++];
      int count = base.readRaw(from, links);
      int ties = SpanningTree.ties(links, count);
      query.target(from);
      for (int i = 0; i < count && ties < tiesMax; i++) {
        int to = LinkLists.ordinalOf(links[i]);
        if (!reached.get(to)) {
          base.setRawLink(from, i, links[i] | LinkLists.TREE);
          editor.tie(to, from, query.score(to), Integer.MAX_VALUE);
          ties++;
          reach(to);
        }
      }
    }
  }

  /** Links a node that nothing leads to with the nearest nodes that were reached. */
  private void connect(int ordinal) {
    query.target(ordinal);
    int entry = Graph.entryOrdinal(graph.entry());
    long from = CandidatePool.key(query.score(entry), entry, false);
    for (int ef = graph.params().efConstruction(); !reached.get(ordinal); ef *= 2) {
      search.search(graph, query, 0, from, ef, Integer.MAX_VALUE, Bits.NONE);
      int found = search.pool.finish();
      for (int i = 0, linked = 0; i < found && !isLinked(ordinal, linked); i++) {
        int other = CandidatePool.ordinalOf(search.pool.keyAt(i));
        if (other != ordinal && reached.get(other)) {
          join(ordinal, other, CandidatePool.scoreOf(search.pool.keyAt(i)));
          linked++;
        }
      }
    }
  }

  /** Enough links, and one of them a tie: the nearest nodes may have no room for it. */
  private boolean isLinked(int ordinal, int linked) {
    return linked >= graph.params().maxConnections() && reached.get(ordinal);
  }

  private void join(int ordinal, int other, float score) {
    if (!reached.get(ordinal) && editor.tie(other, ordinal, score, tiesMax)) {
      editor.tie(ordinal, other, score, Integer.MAX_VALUE);
      reach(ordinal);
    }
    editor.link(0, ordinal, other, score);
    editor.link(0, other, ordinal, score);
  }
}
