package io.quiver.quant;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * Native memory for items of one size, by ordinal, in chunks that never move. Items are reached by
 * address through {@link #ALL}, so that the loops over them carry no checks of a segment each.
 *
 * <p>Thread safety: any thread grows it; any thread reads items that were announced to it, as long
 * as the arena lives.
 */
final class Chunks {
  /**
   * All memory there is. Bounds are the reader's business here: it asks only for ordinals that were
   * written, and whoever searches holds the arena open.
   */
  static final MemorySegment ALL = all();

  private static final long CHUNK_BYTES_MIN = 4L << 20;

  private final long itemBytes;
  private final int chunkBits;
  private final CodeMemory budget;
  private final Arena arena;
  private volatile long[] bases = {};

  /**
   * No chunk yet; their memory lives as long as the arena.
   *
   * @param itemBytes a multiple of 16
   */
  Chunks(long itemBytes, CodeMemory budget, Arena arena) {
    this.itemBytes = itemBytes;
    this.chunkBits = Long.SIZE - Long.numberOfLeadingZeros((CHUNK_BYTES_MIN - 1) / itemBytes);
    this.budget = budget;
    this.arena = arena;
  }

  @SuppressWarnings("restricted")
  private static MemorySegment all() {
    return MemorySegment.NULL.reinterpret(Long.MAX_VALUE);
  }

  /** Makes room for an item, which is zeros; false if there is no memory for it. */
  boolean reserve(int ordinal) {
    return has(ordinal) || grow(ordinal);
  }

  /** Whether there is room for an item. */
  boolean has(int ordinal) {
    return ordinal >> chunkBits < bases.length;
  }

  private synchronized boolean grow(int ordinal) {
    while (ordinal >> chunkBits >= bases.length) {
      if (!budget.tryReserve(itemBytes << chunkBits)) {
        return false;
      }
      MemorySegment chunk = arena.allocate(itemBytes << chunkBits, HugePages.BYTES);
      HugePages.ask(chunk);
      long[] more = Arrays.copyOf(bases, bases.length + 1);
      more[bases.length] = chunk.address();
      bases = more;
    }
    return true;
  }

  /** Where an item lies in {@link #ALL}, if there is room for it. */
  long at(int ordinal) {
    return bases[ordinal >> chunkBits] + (ordinal & (1 << chunkBits) - 1) * itemBytes;
  }

  long memoryBytes() {
    return (bases.length * itemBytes) << chunkBits;
  }

  /** Gives back what was counted; the memory itself goes with the arena. */
  void close() {
    budget.release(memoryBytes());
  }
}
