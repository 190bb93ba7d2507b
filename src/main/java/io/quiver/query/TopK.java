package io.quiver.query;

import java.util.Arrays;

/**
 * The k best (score, ordinal) pairs offered so far: a max-heap of packed longs, the worst on top.
 * Equal scores keep the lower ordinal. Reused from search to search by one thread; allocates only
 * when k grows.
 */
final class TopK {
  private long[] heap = new long[64];
  private int size;
  private int k;
  private float nearestLost;

  /** Begins anew with another k. */
  void reset(int newK) {
    if (heap.length < newK) {
      heap = new long[Math.max(newK, heap.length * 2)];
    }
    size = 0;
    k = newK;
    nearestLost = Float.POSITIVE_INFINITY;
  }

  /** Whether a pair was left out that scored as well as the worst one kept. */
  boolean lostTie() {
    return size == k && nearestLost == worst();
  }

  /** Whether a pair was offered that is not among those kept. */
  boolean hasLost() {
    return nearestLost < Float.POSITIVE_INFINITY;
  }

  /** The worst score kept; before {@link #sort}. */
  float worst() {
    return score(heap[0]);
  }

  int size() {
    return size;
  }

  /** Scores above this cannot enter. */
  float bound() {
    return size < k ? Float.POSITIVE_INFINITY : score(heap[0]);
  }

  void offer(float score, int ordinal) {
    long key = pack(score, ordinal);
    if (size < k) {
      siftUp(key);
    } else if (key < heap[0]) {
      nearestLost = Math.min(nearestLost, score(heap[0]));
      siftDown(key);
    } else {
      nearestLost = Math.min(nearestLost, score);
    }
  }

  /** Sorts the pairs, best first; read them with {@link #ordinal} and {@link #score}. */
  void sort() {
    Arrays.sort(heap, 0, size);
  }

  int ordinal(int rank) {
    return (int) heap[rank];
  }

  float score(int rank) {
    return score(heap[rank]);
  }

  private void siftUp(long key) {
    int at = size++;
    while (at > 0) {
      int parent = (at - 1) >>> 1;
      if (heap[parent] >= key) {
        break;
      }
      heap[at] = heap[parent];
      at = parent;
    }
    heap[at] = key;
  }

  private void siftDown(long key) {
    int at = 0;
    while (true) {
      int child = 2 * at + 1;
      if (child >= size) {
        break;
      }
      if (child + 1 < size && heap[child + 1] > heap[child]) {
        child++;
      }
      if (heap[child] <= key) {
        break;
      }
      heap[at] = heap[child];
      at = child;
    }
    heap[at] = key;
  }

  /** Order of the longs = order of the scores, negative ones included, then of the ordinals. */
  private static long pack(float score, int ordinal) {
    int bits = Float.floatToIntBits(score);
    int ordered = bits ^ ((bits >> 31) & Integer.MAX_VALUE);
    return ((long) ordered << 32) | ordinal;
  }

  private static float score(long key) {
    int ordered = (int) (key >> 32);
    return Float.intBitsToFloat(ordered ^ ((ordered >> 31) & Integer.MAX_VALUE));
  }
}
