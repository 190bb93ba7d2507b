package io.quiver.query;

import io.quiver.core.OrdinalSet;

/**
 * The ordinals of live rows in ascending order, some at a time, for scans. Belongs to one thread
 * and is made for reuse.
 */
final class RowBlocks {
  /** Rows scored between two looks at the clock: some 10 to 100 µs. */
  static final int ROWS_MAX = 1_024;

  private final int[] ordinals = new int[ROWS_MAX];
  private int next;

  /** Begins anew at a row. */
  void begin(int from) {
    next = from;
  }

  /** What was gathered last; valid until more are. */
  int[] ordinals() {
    return ordinals;
  }

  /** Gathers the next live rows; returns how many, 0 only at the end. */
  int gather(Searchable rows) {
    int block = 0;
    for (; next < rows.count() && block < ROWS_MAX; next++) {
      if (!rows.dead().contains(next)) {
        ordinals[block++] = next;
      }
    }
    return block;
  }

  /** Gathers the next members of a set of live rows; returns how many, 0 only at the end. */
  int gather(OrdinalSet set) {
    int block = 0;
    for (next = set.next(next); next >= 0 && block < ROWS_MAX; next = set.next(next + 1)) {
      ordinals[block++] = next;
    }
    if (next < 0) {
      next = set.bound();
    }
    return block;
  }
}
