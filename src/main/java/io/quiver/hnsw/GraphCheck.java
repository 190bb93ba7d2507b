package io.quiver.hnsw;

import io.quiver.vectors.Bits;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;

/**
 * Checks a graph's form, trusting nothing that its own code ensures: links valid, dense, without
 * repeats or self links, levels consistent, every node reachable. Reads without a lock: a report
 * taken beside inserts may name what is only half done.
 */
public final class GraphCheck {
  public static final int FAULTS_MAX = 100;

  private final Graph graph;
  private final Bits dead;
  private final List<String> faults = new ArrayList<>();
  private long faultCount;
  private long links;
  private long linksToDead;

  private GraphCheck(Graph graph, Bits dead) {
    this.graph = graph;
    this.dead = dead;
  }

  /**
   * Checks everything.
   *
   * @param dead rows deleted since the last repair; only counted, not a fault
   */
  public static GraphReport check(Graph graph, Bits dead) {
    return new GraphCheck(graph, dead).run();
  }

  private GraphReport run() {
    int nodes = 0;
    for (int ordinal = 0; ordinal < graph.bound(); ordinal++) {
      if (graph.contains(ordinal)) {
        nodes++;
        checkNode(ordinal);
      }
    }
    if (nodes != graph.nodes()) {
      fault("node count: stored=%d present=%d".formatted(graph.nodes(), nodes));
    }
    checkEntry(nodes);
    int reachable = nodes == 0 || graph.isEmpty() ? 0 : checkReachable();
    return new GraphReport(nodes, links, reachable, linksToDead, faults, faultCount);
  }

  private void checkNode(int ordinal) {
    int level = graph.level(ordinal);
    if (level >= graph.params().maxLayer()) {
      fault("node %d: level %d, layers %d".formatted(ordinal, level, graph.params().maxLayer()));
    }
    for (int layer = 0; layer <= level; layer++) {
      if (layer > 0 && !graph.upper().lists.isPresent(graph.listIndex(ordinal, layer))) {
        fault("node %d layer %d: no list though its level is %d".formatted(ordinal, layer, level));
        continue;
      }
      checkList(ordinal, layer);
    }
  }

  private void checkList(int ordinal, int layer) {
    LinkLists lists = graph.lists(layer);
    int index = graph.listIndex(ordinal, layer);
    int[] seen = new int[lists.linksMax()];
    int count = 0;
    boolean ended = false;
    for (int place = 0; place < lists.linksMax(); place++) {
      int link = lists.rawLink(index, place);
      if (link == LinkLists.NONE) {
        ended = true;
      } else if (link < 0 || ended) {
        fault(
            "node %d layer %d place %d: value %d after the end"
                .formatted(ordinal, layer, place, link));
      } else {
        seen[count++] = LinkLists.ordinalOf(link);
        checkLink(ordinal, layer, LinkLists.ordinalOf(link));
      }
    }
    Arrays.sort(seen, 0, count);
    for (int i = 1; i < count; i++) {
      if (seen[i] == seen[i - 1]) {
        fault("node %d layer %d: links to %d twice".formatted(ordinal, layer, seen[i]));
      }
    }
  }

  private void checkLink(int ordinal, int layer, int target) {
    links++;
    if (target == ordinal) {
      fault("node %d layer %d: links to itself".formatted(ordinal, layer));
    } else if (!graph.contains(target)) {
      fault("node %d layer %d: links to %d, which is absent".formatted(ordinal, layer, target));
    } else if (graph.level(target) < layer) {
      fault(
          "node %d layer %d: links to %d, whose level is %d"
              .formatted(ordinal, layer, target, graph.level(target)));
    } else if (dead.contains(target) && !dead.contains(ordinal)) {
      linksToDead++;
    }
  }

  private void checkEntry(int nodes) {
    long entry = graph.entry();
    if (Graph.isNone(entry)) {
      if (nodes > 0) {
        fault("no entry point, nodes=%d".formatted(nodes));
      }
      return;
    }
    int ordinal = Graph.entryOrdinal(entry);
    if (!graph.contains(ordinal)) {
      fault("entry point %d is absent".formatted(ordinal));
    } else if (graph.level(ordinal) != Graph.entryLevel(entry)) {
      fault(
          "entry point %d: stored level=%d, its level=%d"
              .formatted(ordinal, Graph.entryLevel(entry), graph.level(ordinal)));
    }
    for (int other : graph.upper().ordinals()) {
      if (graph.contains(other) && graph.level(other) > Graph.entryLevel(entry)) {
        fault("node %d: level %d above the entry point's".formatted(other, graph.level(other)));
      }
    }
  }

  private int checkReachable() {
    BitSet reached = reachable(graph, Graph.entryOrdinal(graph.entry()));
    int count = 0;
    for (int ordinal = 0; ordinal < graph.bound(); ordinal++) {
      if (graph.contains(ordinal)) {
        if (reached.get(ordinal)) {
          count++;
        } else if (!dead.contains(ordinal)) {
          fault("node %d: not reachable from the entry point on the base layer".formatted(ordinal));
        }
      }
    }
    return count;
  }

  /** The nodes that can be reached from one on the base layer. */
  private static BitSet reachable(Graph graph, int from) {
    BitSet reached = new BitSet(graph.bound());
    int[] queue = new int[graph.bound()];
    int[] links = new int[graph.base().linksMax()];
    int tail = 0;
    queue[tail++] = from;
    reached.set(from);
    for (int head = 0; head < tail; head++) {
      int count = graph.base().read(queue[head], links);
      for (int i = 0; i < count; i++) {
        if (links[i] < graph.bound() && !reached.get(links[i])) {
          reached.set(links[i]);
          queue[tail++] = links[i];
        }
      }
    }
    return reached;
  }

  private void fault(String problem) {
    faultCount++;
    if (faults.size() < FAULTS_MAX) {
      faults.add(problem);
    }
  }
}
