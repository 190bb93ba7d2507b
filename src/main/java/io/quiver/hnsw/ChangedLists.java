package io.quiver.hnsw;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Which lists were written since somebody last looked: a bit each.
 *
 * <p>Thread safety: any thread marks and takes; growing is the owner's, under its lock.
 *
 * <p>Invariants: whoever takes a mark sees what was written before it was set; a write after the
 * mark was taken sets it again.
 */
final class ChangedLists {
  private static final int CHUNK_BITS = 14;
  private static final int CHUNK_WORDS = (1 << CHUNK_BITS) / Long.SIZE;

  private volatile AtomicLongArray[] chunks = new AtomicLongArray[0];

  void reserve(int count) {
    int wanted = (count + (1 << CHUNK_BITS) - 1) >> CHUNK_BITS;
    if (wanted > chunks.length) {
      AtomicLongArray[] longer = Arrays.copyOf(chunks, wanted);
      for (int i = chunks.length; i < wanted; i++) {
        longer[i] = new AtomicLongArray(CHUNK_WORDS);
      }
      chunks = longer;
    }
  }

  private AtomicLongArray chunkOf(int index) {
    return chunks[index >> CHUNK_BITS];
  }

  private static int wordOf(int index) {
    return (index / Long.SIZE) & (CHUNK_WORDS - 1);
  }

  void mark(int index) {
    AtomicLongArray chunk = chunkOf(index);
    long bit = 1L << index;
    if ((chunk.get(wordOf(index)) & bit) == 0) {
      chunk.getAndAccumulate(wordOf(index), bit, (present, added) -> present | added);
    }
  }

  void clear(int index) {
    chunkOf(index).getAndAccumulate(wordOf(index), 1L << index, (present, bit) -> present & ~bit);
  }

  /** The first marked list in {@code from .. limit - 1}; −1 = none. */
  int next(int from, int limit) {
    for (int index = from; index < limit; index = (index / Long.SIZE + 1) * Long.SIZE) {
      long marked = chunkOf(index).get(wordOf(index)) & (-1L << index);
      if (marked != 0) {
        int found = (index & -Long.SIZE) + Long.numberOfTrailingZeros(marked);
        return found < limit ? found : -1;
      }
    }
    return -1;
  }
}
