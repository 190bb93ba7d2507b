package io.quiver.hnsw;

import io.quiver.vectors.Bits;
import io.quiver.vectors.Scorer;
import io.quiver.vectors.VectorSpace;
import java.util.Arrays;
import java.util.BitSet;

/**
 * Removes deleted nodes and mends what linked to them, after FreshDiskANN's delete consolidation
 * (Singh, Subramanya, Krishnaswamy, Simhadri 2021, arXiv:2105.09613): a node that linked to a
 * deleted one may choose anew among its live neighbours and the neighbours of its deleted ones.
 *
 * <p>Thread safety: searches go on beside it; inserts wait until it is done, as it waits for those
 * that run.
 */
public final class GraphRepair {
  private static final int CANDIDATES_MIN = 512;

  /** Measured: with 16 M candidates recall after a repair equals a fresh build's; with 8 M not. */
  private static final int CANDIDATES_PER_CONNECTION = 16;

  private final Graph graph;
  private final Scorer pair;
  private final NeighborSelector selector;
  private final LinkEditor editor;
  private final BitSet doomed;
  private final VisitedMarks visited = new VisitedMarks();
  private final int[] links;
  private final int[] candidates;
  private final int[] frontier;
  private final float[] scores;
  private final long[] keys;
  private int candidateCount;
  private int frontierEnd;

  private GraphRepair(Graph graph, VectorSpace space, BitSet doomed) {
    this.graph = graph;
    this.doomed = doomed;
    this.pair = space.scorer();
    this.editor = new LinkEditor(graph, space.scorer());
    this.selector = new NeighborSelector(space.scorer());
    int linksMax = graph.params().linksMax(0);
    int room = Math.max(CANDIDATES_MIN, 16 * linksMax);
    this.links = new int[linksMax];
    this.candidates = new int[room];
    this.frontier = new int[room];
    this.scores = new float[room];
    this.keys = new long[room];
  }

  /**
   * Removes the dead nodes. Afterwards none of them is present, no link leads to one, and all
   * others are reachable.
   *
   * @return how many nodes were removed
   */
  public static int consolidate(Graph graph, VectorSpace space, Bits dead) {
    long stamp = graph.change.writeLock();
    try {
      BitSet doomed = new BitSet();
      for (int ordinal = 0; ordinal < graph.bound(); ordinal++) {
        if (graph.contains(ordinal) && dead.contains(ordinal)) {
          doomed.set(ordinal);
        }
      }
      if (!doomed.isEmpty()) {
        new GraphRepair(graph, space, doomed).run(space);
      }
      return doomed.cardinality();
    } finally {
      graph.change.unlockWrite(stamp);
    }
  }

  /**
   * Ties every node to the entry point again, linking anew those that cannot be reached. Needed
   * only after {@link GraphFile} says so.
   */
  public static void reconnect(Graph graph, VectorSpace space) {
    long stamp = graph.change.writeLock();
    try {
      new TreeBuilder(graph, space).run();
    } finally {
      graph.change.unlockWrite(stamp);
    }
  }

  private void run(VectorSpace space) {
    for (int ordinal = 0; ordinal < graph.bound(); ordinal++) {
      if (graph.contains(ordinal) && !doomed.get(ordinal)) {
        for (int layer = graph.level(ordinal); layer >= 0; layer--) {
          mend(ordinal, layer);
        }
      }
    }
    replaceEntry();
    doomed.stream().forEach(this::remove);
    graph.added(-doomed.cardinality());
    new TreeBuilder(graph, space).run();
  }

  private void mend(int ordinal, int layer) {
    LinkLists lists = graph.lists(layer);
    int index = graph.listIndex(ordinal, layer);
    int count = lists.read(index, links);
    if (Arrays.stream(links, 0, count).noneMatch(doomed::get)) {
      return;
    }
    visited.begin(graph.bound());
    visited.mark(ordinal);
    candidateCount = 0;
    frontierEnd = 0;
    meet(count);
    int live = candidateCount;
    // Neighbours of deleted neighbours; of theirs in turn only while there are too few to choose.
    int enough = CANDIDATES_PER_CONNECTION * graph.params().maxConnections();
    int end = frontierEnd;
    for (int i = 0; i < frontierEnd && (i < end || candidateCount < enough); i++) {
      int through = graph.listIndex(frontier[i], layer);
      if (through >= 0) {
        meet(lists.read(through, links));
      }
    }
    reselect(layer, index, ordinal, live);
  }

  /** Sorts {@code links[0 .. count)} into candidates and deleted nodes to look behind. */
  private void meet(int count) {
    for (int i = 0; i < count; i++) {
      int other = links[i];
      if (!visited.mark(other)) {
        continue;
      }
      if (doomed.get(other)) {
        if (frontierEnd < frontier.length) {
          frontier[frontierEnd++] = other;
        }
      } else if (candidateCount < candidates.length) {
        candidates[candidateCount++] = other;
      }
    }
  }

  /**
   * Keeps the {@code liveCount} links there are, fills up by the heuristic, and links the new
   * neighbours back: without that the graph thins out with every repair.
   */
  private void reselect(int layer, int index, int ordinal, int liveCount) {
    LinkLists lists = graph.lists(layer);
    pair.target(ordinal);
    pair.score(candidates, candidateCount, scores);
    selector.begin(lists.linksMax());
    for (int i = 0; i < liveCount; i++) {
      selector.keep(candidates[i], scores[i]);
    }
    for (int i = liveCount; i < candidateCount; i++) {
      keys[i - liveCount] = CandidatePool.key(scores[i], candidates[i], false);
    }
    selector.offerAll(keys, candidateCount - liveCount, lists.linksMax());
    lists.write(index, selector.kept(), selector.count());
    for (int i = liveCount; i < selector.count(); i++) {
      editor.link(layer, selector.kept()[i], ordinal, selector.scoreAt(i));
    }
  }

  private void replaceEntry() {
    if (!doomed.get(Graph.entryOrdinal(graph.entry()))) {
      return;
    }
    int best = -1;
    for (int ordinal : graph.upper().ordinals()) {
      if (isKept(ordinal) && (best < 0 || graph.level(ordinal) > graph.level(best))) {
        best = ordinal;
      }
    }
    for (int ordinal = 0; best < 0 && ordinal < graph.bound(); ordinal++) {
      if (isKept(ordinal)) {
        best = ordinal;
      }
    }
    graph.setEntry(best < 0 ? Graph.NO_ENTRY : Graph.packEntry(best, graph.level(best)));
  }

  private boolean isKept(int ordinal) {
    return graph.contains(ordinal) && !doomed.get(ordinal);
  }

  private void remove(int ordinal) {
    for (int layer = graph.level(ordinal); layer >= 0; layer--) {
      graph.lists(layer).clear(graph.listIndex(ordinal, layer));
    }
  }
}
