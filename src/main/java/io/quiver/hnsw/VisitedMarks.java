package io.quiver.hnsw;

import java.util.Arrays;

/**
 * Which ordinals one search has met. A byte each, compared with the number of the search, so that
 * clearing costs one pass in 255 searches. Belongs to one thread.
 */
final class VisitedMarks {
  private byte[] marks = new byte[0];
  private byte epoch;

  /**
   * Forgets all marks.
   *
   * @param bound ordinals below it can be marked; the array only grows
   */
  void begin(int bound) {
    if (marks.length < bound) {
      marks = new byte[Math.max(bound, marks.length + (marks.length >> 1))];
      epoch = 0;
    }
    epoch++;
    if (epoch == 0) {
      Arrays.fill(marks, (byte) 0);
      epoch = 1;
    }
  }

  /**
   * Marks an ordinal; false if it was marked or is out of bounds (inserted since the search began).
   */
  boolean mark(int ordinal) {
    byte[] array = marks;
    if (ordinal >= array.length || array[ordinal] == epoch) {
      return false;
    }
    array[ordinal] = epoch;
    return true;
  }

  /**
   * Marks ordinals and keeps those below {@code limit} that were not marked yet. Whether one was is
   * as good as random, so nothing branches on it.
   *
   * @return how many are kept, at the begin of {@code ordinals}
   */
  int markNew(int[] ordinals, int count, int limit) {
    byte[] array = marks;
    int end = Math.min(limit, array.length);
    int kept = 0;
    for (int i = 0; i < count; i++) {
      int ordinal = ordinals[i];
      if (ordinal < end) {
        int difference = array[ordinal] ^ epoch;
        array[ordinal] = epoch;
        ordinals[kept] = ordinal;
        kept += (difference | -difference) >>> 31;
      }
    }
    return kept;
  }

  /** 1 if an ordinal is not marked and not out of bounds, else 0: to be added, not branched on. */
  int isNew(int ordinal) {
    byte[] array = marks;
    if (ordinal >= array.length) {
      return 0;
    }
    int difference = array[ordinal] ^ epoch;
    return (difference | -difference) >>> 31;
  }
}
