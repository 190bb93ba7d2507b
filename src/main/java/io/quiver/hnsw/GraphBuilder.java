package io.quiver.hnsw;

import io.quiver.core.QuiverException;
import io.quiver.vectors.Bits;
import io.quiver.vectors.VectorSpace;
import java.lang.invoke.VarHandle;
import java.util.Optional;

/**
 * Inserts nodes: Algorithm 1 of Malkov and Yashunin.
 *
 * <p>Thread safety: any number of threads may insert into one graph, each with its own context; an
 * ordinal is inserted by one of them. A new node is found only after its own lists are complete:
 * first its neighbours are chosen on every layer, then its lists are written, then others link to
 * it.
 */
public final class GraphBuilder {
  private static final int FIND_EF = 16;
  private static final int FIND_TIES = 2;

  private final Graph graph;
  private final VectorSpace space;
  private final Optional<InsertCodes> codes;

  /** Inserts by rows. */
  public GraphBuilder(Graph graph, VectorSpace space) {
    this(graph, space, Optional.empty());
  }

  /** Inserts by codes, if there are any. */
  public GraphBuilder(Graph graph, VectorSpace space, Optional<InsertCodes> codes) {
    this.graph = graph;
    this.space = space;
    this.codes = codes;
  }

  /** A context for the calling thread. */
  public InsertContext context() {
    return new InsertContext(graph, space, codes);
  }

  /**
   * Inserts the row at {@code ordinal}; does nothing if it is present. The row must exist and not
   * change any more.
   */
  public void insert(int ordinal, InsertContext context) {
    if (ordinal < 0 || ordinal >= Graph.ORDINALS_MAX) {
      throw QuiverException.invalid("ordinal", "0 to " + (Graph.ORDINALS_MAX - 1), ordinal);
    }
    long stamp = graph.change.readLock();
    try {
      if (!graph.contains(ordinal)) {
        insertNew(ordinal, context);
      }
    } finally {
      graph.change.unlockRead(stamp);
    }
  }

  private void insertNew(int ordinal, InsertContext context) {
    int level = graph.admit(ordinal);
    graph.added(1);
    if (graph.isEmpty()) {
      clearChoice(context, 0, level);
      writeOwn(ordinal, level, context);
      if (graph.claimEntry(ordinal, level)) {
        return;
      }
    }
    long entry = graph.entry();
    int top = Math.min(level, Graph.entryLevel(entry));
    choose(ordinal, entry, top, context);
    clearChoice(context, top + 1, level);
    writeOwn(ordinal, level, context);
    linkBack(ordinal, top, context);
    ensureFound(ordinal, context);
    if (level > Graph.entryLevel(entry)) {
      graph.raiseEntry(ordinal, level);
    }
  }

  private static void clearChoice(InsertContext context, int from, int level) {
    for (int layer = from; layer <= level; layer++) {
      context.chooseNone(layer);
    }
  }

  /** Chooses neighbours on the layers {@code top} to 0; the pool ends up with the base layer's. */
  private void choose(int ordinal, long entry, int top, InsertContext context) {
    GraphParams params = graph.params();
    context.target(ordinal);
    long from = context.search.descend(graph, context.query(), entry, top);
    for (int layer = top; layer >= 0; layer--) {
      search(layer, from, params.efConstruction(), context);
      if (layer == 0 && context.isTooCoarse()) {
        context.leaveCodes();
        from = context.search.descend(graph, context.query(), entry, 0);
        search(0, from, params.efConstruction(), context);
      }
      context.choose(layer, ordinal, params.maxConnections());
      from = context.search.pool.keyAt(0);
    }
  }

  private void search(int layer, long from, int ef, InsertContext context) {
    context.search.search(graph, context.query(), layer, from, ef, Integer.MAX_VALUE, Bits.NONE);
  }

  private void writeOwn(int ordinal, int level, InsertContext context) {
    for (int layer = level; layer >= 0; layer--) {
      graph
          .lists(layer)
          .write(
              graph.listIndex(ordinal, layer), context.chosen(layer), context.chosenCount(layer));
    }
    VarHandle.releaseFence(); // Whoever sees a link to this node sees its lists.
  }

  private void linkBack(int ordinal, int top, InsertContext context) {
    tie(ordinal, context);
    for (int layer = 0; layer <= top; layer++) {
      for (int i = 0; i < context.chosenCount(layer); i++) {
        context.editor.link(
            layer, context.chosen(layer)[i], ordinal, context.chosenScore(layer, i));
      }
    }
  }

  /**
   * Looks for the new node as a small search would. Where all rows are about equally far, the links
   * that a large search found for it lie where a small one never comes; then the nodes that it does
   * come to keep a link to the new one, whatever the heuristic says.
   */
  private void ensureFound(int ordinal, InsertContext context) {
    long entry = graph.entry();
    long from = context.search.descend(graph, context.query(), entry, 0);
    search(0, from, FIND_EF, context);
    CandidatePool pool = context.search.pool;
    int candidates = pool.finish();
    for (int i = 0; i < candidates; i++) {
      if (CandidatePool.ordinalOf(pool.keyAt(i)) == ordinal) {
        return;
      }
    }
    int tied = 0;
    for (int i = 0; i < candidates && tied < FIND_TIES; i++) {
      long key = pool.keyAt(i);
      boolean isTied =
          context.editor.tie(
              CandidatePool.ordinalOf(key),
              ordinal,
              CandidatePool.scoreOf(key),
              SpanningTree.tiesMax(graph.params()));
      tied += isTied ? 1 : 0;
    }
  }

  /** Ties a node to the nearest one with room; the search widens until there is one. */
  private void tie(int ordinal, InsertContext context) {
    int tiesMax = SpanningTree.tiesMax(graph.params());
    for (int ef = graph.params().efConstruction(); ; ef *= 2) {
      CandidatePool pool = context.search.pool;
      int candidates = pool.finish();
      for (int i = 0; i < candidates; i++) {
        int other = CandidatePool.ordinalOf(pool.keyAt(i));
        float score = CandidatePool.scoreOf(pool.keyAt(i));
        if (other != ordinal && context.editor.tie(other, ordinal, score, tiesMax)) {
          context.editor.tie(ordinal, other, score, Integer.MAX_VALUE);
          return;
        }
      }
      long entry = graph.entry();
      long from = context.search.descend(graph, context.query(), entry, 0);
      search(0, from, 2 * ef, context);
    }
  }
}
