package io.quiver.hnsw;

import io.quiver.core.Deadline;
import io.quiver.vectors.Bits;
import io.quiver.vectors.Scorer;

/**
 * Algorithm 2 of Malkov and Yashunin on one layer, with its scratch: what searches and inserts
 * share. All unvisited neighbours of a node are scored in one call. Belongs to one thread;
 * allocates only when the graph or {@code ef} grew.
 */
final class LayerSearch {
  /** Nodes expanded between two looks at the deadline, less one: some 100 µs. */
  private static final int EXPANSIONS_MASK = 127;

  final CandidatePool pool = new CandidatePool();
  final VisitedMarks visited = new VisitedMarks();

  /** Until when a walk of the base layer is waited for; inserts are not hurried. */
  Deadline deadline = Deadline.NEVER;

  /** A node that is as if it were not there; -1 = none. The entry of a graph always is. */
  int without = -1;

  private int bound;
  private int[] batch = new int[64];
  private float[] scores = new float[64];

  /** Prepares the scratch; ordinals beyond the bound (newer, or damage) are not visited. */
  private void begin(Graph graph) {
    bound = graph.bound();
    visited.begin(bound);
    if (without >= 0 && without < bound) {
      visited.mark(without);
    }
    int linksMax = graph.params().linksMax(0);
    if (batch.length < linksMax) {
      batch = new int[linksMax];
      scores = new float[linksMax];
    }
  }

  /**
   * Goes greedily to the nearest node of each layer above {@code layer}.
   *
   * @return where to enter {@code layer}, as a pool key with its score
   */
  long descend(Graph graph, Scorer scorer, long entry, int layer) {
    begin(graph);
    int best = Graph.entryOrdinal(entry);
    float bestScore = scorer.score(best);
    for (int at = Graph.entryLevel(entry); at > layer; at--) {
      boolean moved = true;
      while (moved) {
        moved = false;
        int index = graph.upper().index(best, at);
        // Marks are kept from layer to layer: what was farther once is farther still.
        int count = index < 0 ? 0 : graph.upper().lists.gather(index, visited, bound, batch);
        scorer.score(batch, count, scores);
        for (int i = 0; i < count; i++) {
          if (scores[i] < bestScore) {
            bestScore = scores[i];
            best = batch[i];
            moved = true;
          }
        }
      }
    }
    return CandidatePool.key(bestScore, best, false);
  }

  /**
   * Fills the pool with the {@code ef} nearest of a layer.
   *
   * @param from where to enter, as {@link #descend} returned it
   * @param ordinalLimit nodes at or above are left out, except that {@code from} is passed through
   */
  void search(
      Graph graph, Scorer scorer, int layer, long from, int ef, int ordinalLimit, Bits dead) {
    begin(graph);
    pool.begin(ef);
    int first = CandidatePool.ordinalOf(from);
    visited.mark(first);
    pool.offer(CandidatePool.scoreOf(from), first, first >= ordinalLimit || dead.contains(first));
    if (layer == 0) {
      expandBase(graph.base(), scorer, Math.min(ordinalLimit, bound), dead);
    } else {
      expandUpper(graph.upper(), scorer, layer);
    }
  }

  private void expandBase(LinkLists lists, Scorer scorer, int ordinalLimit, Bits dead) {
    boolean allLive = dead == Bits.NONE;
    int expanded = 0;
    for (int node = pool.next(); node >= 0; node = pool.next()) {
      if ((++expanded & EXPANSIONS_MASK) == 0) {
        deadline.check();
      }
      int count = lists.gather(node, visited, ordinalLimit, batch);
      if (count == 0) {
        continue;
      }
      scorer.score(batch, count, scores);
      if (allLive) {
        pool.offerLive(batch, scores, count);
      } else {
        for (int i = 0; i < count; i++) {
          pool.offer(scores[i], batch[i], dead.contains(batch[i]));
        }
      }
    }
  }

  private void expandUpper(UpperLayers upper, Scorer scorer, int layer) {
    for (int node = pool.next(); node >= 0; node = pool.next()) {
      int index = upper.index(node, layer);
      int count = index < 0 ? 0 : upper.lists.gather(index, visited, bound, batch);
      scorer.score(batch, count, scores);
      for (int i = 0; i < count; i++) {
        pool.offer(scores[i], batch[i], false);
      }
    }
  }
}
