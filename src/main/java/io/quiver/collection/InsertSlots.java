package io.quiver.collection;

import java.util.concurrent.atomic.AtomicIntegerArray;

/**
 * From which ordinal on each of the running inserts of a shard may still be missing in the graph.
 *
 * <p>Thread safety: any thread; a slot belongs to whoever claimed it, claims are made under the
 * index's lock.
 */
final class InsertSlots {
  private static final int IDLE = Integer.MAX_VALUE;

  private final AtomicIntegerArray first;

  InsertSlots(int count) {
    first = new AtomicIntegerArray(count);
    for (int slot = 0; slot < count; slot++) {
      first.set(slot, IDLE);
    }
  }

  int claim(int ordinal) {
    for (int slot = 0; slot < first.length(); slot++) {
      if (first.get(slot) == IDLE) {
        first.set(slot, ordinal);
        return slot;
      }
    }
    throw new AssertionError("more slices than slots");
  }

  void announce(int slot, int ordinal) {
    first.set(slot, ordinal);
  }

  void release(int slot) {
    first.set(slot, IDLE);
  }

  /** No running insert is below it; {@code next}, if none runs. */
  int least(int next) {
    int least = next;
    for (int slot = 0; slot < first.length(); slot++) {
      least = Math.min(least, first.get(slot));
    }
    return least;
  }
}
