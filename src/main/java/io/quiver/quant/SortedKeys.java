package io.quiver.quant;

import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Merges with the Vector API: one after the other, each key would be looked for by branches that no
 * processor foresees, and wait for the shift before it. Right at any width, but fast only where
 * registers have 512 bits.
 */
final class SortedKeys implements KeyMerge {
  private static final VectorSpecies<Long> LONGS = LongVector.SPECIES_512;

  /** In longer arrays a place is looked for by halves first. */
  private static final int COMPARED_MAX = 256;

  private final long[] sorted = new long[2 * BATCH];
  private final int[] places = new int[BATCH];

  @Override
  public int merge(long[] keys, int size, long[] batch, int from, int count) {
    int first = order(keys, size, batch, from, count);
    int left = count; // New keys whose places were not written yet.
    for (int block = (size + count - 1) & -BATCH; left > 0; block -= BATCH) {
      int mask = 0;
      while (left > 0 && places[left - 1] >= block) {
        left--;
        mask |= 1 << (places[left] - block);
      }
      VectorMask<Long> isNew = VectorMask.fromLong(LONGS, mask);
      LongVector.fromArray(LONGS, keys, block - left)
          .expand(isNew.not())
          .or(LongVector.fromArray(LONGS, sorted, left).expand(isNew))
          .intoArray(keys, block);
    }
    return first;
  }

  /** Sorts the batch and finds the place of each. */
  private int order(long[] keys, int size, long[] batch, int from, int count) {
    LongVector all = LongVector.fromArray(LONGS, batch, from);
    int valid = (1 << count) - 1;
    int first = size + count;
    for (int i = 0; i < count; i++) {
      long key = batch[from + i];
      int before =
          ((int) all.compare(VectorOperators.LT, key).toLong() & valid)
              | ((int) all.compare(VectorOperators.EQ, key).toLong() & ((1 << i) - 1));
      int rank = Integer.bitCount(before);
      int place = countBelow(keys, size, key) + rank;
      sorted[rank] = key;
      places[rank] = place;
      first = Math.min(first, place);
    }
    return first;
  }

  private static int countBelow(long[] keys, int size, long key) {
    int low = 0;
    int high = size;
    while (high - low > COMPARED_MAX) {
      int middle = ((low + high) >>> 1) & -BATCH;
      if (keys[middle] < key) {
        low = middle;
      } else {
        high = middle;
      }
    }
    int below = low;
    for (int at = low; at < high; at += BATCH) {
      below += LongVector.fromArray(LONGS, keys, at).compare(VectorOperators.LT, key).trueCount();
    }
    return below;
  }
}
