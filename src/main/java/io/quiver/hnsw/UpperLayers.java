package io.quiver.hnsw;

import java.lang.foreign.Arena;
import java.util.Arrays;

/**
 * The layers above the base: an open-addressing table from ordinal to level and lists. Only one
 * node in M has an entry. A node of level L has L consecutive lists, for the layers 1 to L.
 *
 * <p>Thread safety: any thread reads without a lock; {@link #add} locks. Entries are never removed
 * (a removed node's lists are absent).
 */
final class UpperLayers {
  private static final int SLOT_BITS = 27;
  private static final long SLOT_MASK = (1L << SLOT_BITS) - 1;
  private static final long EMPTY = -1;

  final LinkLists lists;

  // Entry: ordinal << 32 | level << 27 | first list. Republished whole when it grows.
  private volatile long[] table = emptyTable(8);
  private int entries;
  private int nextList;

  UpperLayers(int linksMax, Arena arena) {
    this.lists = new LinkLists(linksMax, arena);
  }

  private static long[] emptyTable(int size) {
    long[] fresh = new long[size];
    Arrays.fill(fresh, EMPTY);
    return fresh;
  }

  /** The highest layer of a node, 0 if it has no entry. */
  int level(int ordinal) {
    long entry = find(ordinal);
    return entry == EMPTY ? 0 : levelOf(entry);
  }

  /**
   * The index in {@link #lists} of a node's list on {@code layer >= 1}; −1 if it is not so high.
   */
  int index(int ordinal, int layer) {
    long entry = find(ordinal);
    if (entry == EMPTY || layer > levelOf(entry)) {
      return -1;
    }
    return (int) (entry & SLOT_MASK) + layer - 1;
  }

  private long find(int ordinal) {
    long[] entriesNow = table;
    int mask = entriesNow.length - 1;
    for (int i = hash(ordinal) & mask; ; i = (i + 1) & mask) {
      long entry = entriesNow[i];
      if (entry == EMPTY || (int) (entry >>> 32) == ordinal) {
        return entry;
      }
    }
  }

  private static int hash(int ordinal) {
    int h = ordinal * 0x9E3779B9;
    return h ^ (h >>> 15);
  }

  private static int levelOf(long entry) {
    return (int) (entry >>> SLOT_BITS) & 31;
  }

  /** Gives a node lists for the layers 1 to {@code level}; they stay absent until written. */
  synchronized void add(int ordinal, int level) {
    lists.reserve(nextList + level);
    if (2 * (entries + 1) > table.length) {
      long[] larger = emptyTable(2 * table.length);
      for (long entry : table) {
        if (entry != EMPTY) {
          put(larger, entry);
        }
      }
      table = larger;
    }
    put(table, (long) ordinal << 32 | (long) level << SLOT_BITS | nextList);
    entries++;
    nextList += level;
  }

  private static void put(long[] entries, long entry) {
    int mask = entries.length - 1;
    int i = hash((int) (entry >>> 32)) & mask;
    while (entries[i] != EMPTY) {
      i = (i + 1) & mask;
    }
    entries[i] = entry;
  }

  /** The ordinals that have an entry, ascending. */
  int[] ordinals() {
    return Arrays.stream(table)
        .filter(entry -> entry != EMPTY)
        .mapToInt(entry -> (int) (entry >>> 32))
        .sorted()
        .toArray();
  }

  long memoryBytes() {
    return lists.memoryBytes() + (long) table.length * Long.BYTES;
  }
}
