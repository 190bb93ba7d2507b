package io.quiver.quant;

import io.quiver.simd.Kernels;
import java.util.Optional;

/**
 * Puts a few keys at once where they belong in a sorted array. Belongs to one thread; allocates
 * nothing after it was made.
 */
public sealed interface KeyMerge permits SortedKeys {
  /** Keys that are put in at once, at most. */
  int BATCH = 8;

  /**
   * Merges {@code batch[from .. from + count)} into {@code keys[0 .. size)}.
   *
   * @param keys has 2 · {@link #BATCH} longs more than {@code size}; the first {@link #BATCH} of
   *     them are no smaller than any key in the batch, and all are overwritten
   * @param batch in any order; has {@link #BATCH} longs from {@code from} on
   * @param count 1 to {@link #BATCH}
   * @return the first place of a new key
   */
  int merge(long[] keys, int size, long[] batch, int from, int count);

  /** One for the calling thread, if this machine's registers make it faster than one by one. */
  static Optional<KeyMerge> whereFast() {
    return Kernels.vectorBits() == 512 ? Optional.of(new SortedKeys()) : Optional.empty();
  }
}
