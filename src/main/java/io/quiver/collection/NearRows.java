package io.quiver.collection;

import java.util.Arrays;

/**
 * Rows and how far they are from what is sought: nearest first once sorted, in no order where
 * distances are equal. Eight bytes a row. For one thread.
 */
final class NearRows {
  /** Where the ordinals of each shard begin in one count of all. */
  private final int[] bases;

  /** Distance in the upper half, so that it sorts; row in the lower. */
  private long[] packed = new long[64];

  private int size;

  /**
   * None yet.
   *
   * @param rows of each shard
   */
  NearRows(int[] rows) {
    bases = new int[rows.length];
    for (int shard = 1; shard < rows.length; shard++) {
      bases[shard] = Math.addExact(bases[shard - 1], rows[shard - 1]);
    }
  }

  /** A row and how far it is. */
  record Near(int shard, int ordinal, float distance) {}

  void add(int shard, int ordinal, float distance) {
    if (size == packed.length) {
      packed = Arrays.copyOf(packed, 2 * size);
    }
    int bits = Float.floatToRawIntBits(distance + 0f); // Minus zero is zero.
    int sortable = bits ^ ((bits >> 31) & Integer.MAX_VALUE);
    packed[size++] = (long) sortable << 32 | bases[shard] + ordinal;
  }

  void sort() {
    Arrays.sort(packed, 0, size);
  }

  /** Leaves the first so many. */
  void cut(int count) {
    size = Math.min(size, count);
  }

  int size() {
    return size;
  }

  float distance(int rank) {
    int sortable = (int) (packed[rank] >> 32);
    return Float.intBitsToFloat(sortable ^ ((sortable >> 31) & Integer.MAX_VALUE));
  }

  Near get(int rank) {
    int row = (int) packed[rank];
    int found = Arrays.binarySearch(bases, row);
    int shard = found >= 0 ? found : -found - 2;
    while (shard + 1 < bases.length && bases[shard + 1] == row) {
      shard++; // Those before it are empty.
    }
    return new Near(shard, row - bases[shard], distance(rank));
  }
}
