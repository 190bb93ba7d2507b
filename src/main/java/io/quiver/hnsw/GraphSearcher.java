package io.quiver.hnsw;

import io.quiver.core.Deadline;
import io.quiver.vectors.Scorer;
import java.util.Objects;

/**
 * Searches graphs: Algorithm 5 of Malkov and Yashunin. Belongs to one thread and is made for reuse,
 * over any number of graphs: it allocates only when a graph or {@code ef} is larger than any
 * before.
 */
public final class GraphSearcher {
  final LayerSearch search = new LayerSearch();
  private int found;

  /**
   * Searches from now on go around a node, unless they enter the graph by it.
   *
   * @param ordinal -1 = none
   */
  public void leaveOut(int ordinal) {
    search.without = ordinal;
  }

  /**
   * Finds the nearest {@code k} rows to the scorer's target.
   *
   * @param ef candidates kept; raised to {@code k} if smaller
   * @return how many were found: fewer than {@code k} if the graph has fewer live nodes, or so many
   *     dead ones around the target that the candidates ran out ({@link CandidatePool#DEAD_MAX})
   */
  public int search(Graph graph, Scorer scorer, SearchView view, int k, int ef) {
    return search(graph, scorer, view, k, ef, Deadline.NEVER);
  }

  /**
   * The same for somebody who does not wait for ever.
   *
   * @throws io.quiver.core.QuiverException DEADLINE_EXCEEDED
   */
  public int search(Graph graph, Scorer scorer, SearchView view, int k, int ef, Deadline deadline) {
    return search(graph, scorer, scorer, view, k, ef, deadline);
  }

  /**
   * The same with a scorer of its own for the base layer, which knows only rows below the limit of
   * the view; the scores of both may be compared, and those it returns are its.
   *
   * @throws io.quiver.core.QuiverException DEADLINE_EXCEEDED
   */
  public int search(
      Graph graph, Scorer scorer, Scorer base, SearchView view, int k, int ef, Deadline deadline) {
    search.deadline = deadline;
    long entry = graph.entry();
    if (Graph.isNone(entry) || k <= 0) {
      found = 0;
      return 0;
    }
    long from = search.descend(graph, scorer, entry, 0);
    search.search(graph, base, 0, from, Math.max(ef, k), view.ordinalLimit(), view.dead());
    return finish(k);
  }

  /** Makes the nearest {@code k} of the pool what was found. */
  int finish(int k) {
    found = Math.min(k, search.pool.finish());
    return found;
  }

  /** The ordinal at {@code rank} of the last search, 0 being the nearest. */
  public int ordinal(int rank) {
    return CandidatePool.ordinalOf(search.pool.keyAt(Objects.checkIndex(rank, found)));
  }

  public float score(int rank) {
    return CandidatePool.scoreOf(search.pool.keyAt(Objects.checkIndex(rank, found)));
  }
}
