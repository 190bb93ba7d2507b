package io.quiver.hnsw;

/** Copies a graph to new ordinals, for when compaction moves the rows. */
public final class GraphRemap {
  private GraphRemap() {}

  /**
   * Makes a graph with the same links between rows that have other ordinals. Inserts wait
   * meanwhile; the old graph stays as it is.
   *
   * @param newOrdinalByOld where each row went, −1 = dropped; no present node may be dropped
   *     (repair first) and no two may go to one place
   */
  public static Graph remap(Graph old, int[] newOrdinalByOld) {
    long stamp = old.change.writeLock();
    Graph fresh = new Graph(old.params());
    try {
      copy(old, fresh, newOrdinalByOld);
      return fresh;
    } catch (RuntimeException e) {
      fresh.close();
      throw e;
    } finally {
      old.change.unlockWrite(stamp);
    }
  }

  private static void copy(Graph old, Graph fresh, int[] newOrdinalByOld) {
    int[] links = new int[old.params().linksMax(0)];
    int bound = 0;
    for (int ordinal = 0; ordinal < old.bound(); ordinal++) {
      if (old.contains(ordinal)) {
        int target = newOrdinal(newOrdinalByOld, ordinal);
        bound = Math.max(bound, target + 1);
        fresh.base().reserve(target + 1);
        int level = old.level(ordinal);
        if (level > 0) {
          fresh.upper().add(target, level);
        }
        for (int layer = 0; layer <= level; layer++) {
          int count = old.lists(layer).readRaw(old.listIndex(ordinal, layer), links);
          for (int i = 0; i < count; i++) {
            int flag = links[i] & LinkLists.TREE;
            links[i] = newOrdinal(newOrdinalByOld, LinkLists.ordinalOf(links[i])) | flag;
          }
          fresh.lists(layer).write(fresh.listIndex(target, layer), links, count);
        }
      }
    }
    fresh.restored(bound, old.nodes(), old.needsReconnect());
    if (!old.isEmpty()) {
      long entry = old.entry();
      int ordinal = newOrdinal(newOrdinalByOld, Graph.entryOrdinal(entry));
      fresh.setEntry(Graph.packEntry(ordinal, Graph.entryLevel(entry)));
    }
  }

  private static int newOrdinal(int[] newOrdinalByOld, int ordinal) {
    if (ordinal >= newOrdinalByOld.length || newOrdinalByOld[ordinal] < 0) {
      throw new IllegalArgumentException(
          "node %d is in the graph but has no new ordinal".formatted(ordinal));
    }
    return newOrdinalByOld[ordinal];
  }
}
