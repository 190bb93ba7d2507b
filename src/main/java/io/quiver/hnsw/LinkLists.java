package io.quiver.hnsw;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Lists of links of one fixed capacity, off heap, by index: on the base layer the index is the
 * ordinal. This is the only class that knows how links lie in memory.
 *
 * <pre>
 *   list i = [link 0][link 1] ... [link n - 1][NONE] ... [NONE]   int32 little-endian,
 *            padded to a multiple of 64 bytes, beginning at one
 *   link   = ordinal, plus TREE if the link is one of the spanning tree's
 *   ABSENT in the first place: the index has no node
 * </pre>
 *
 * <p>Lists lie in chunks, which double from 64 lists up to {@link #CHUNK_LISTS} and keep that size;
 * what was allocated never moves.
 *
 * <p>Thread safety: any thread reads at any time, without a lock. A list is written by one thread
 * at a time, which its caller ensures. A reader beside a writer may see a mix of the old list and
 * the new one; each value in it is a link that was valid or the end mark, so a search at worst
 * takes a detour.
 *
 * <p>Invariants: the links of a list are dense; the chunk table only grows; a list that was written
 * since {@link #clearChanged} is marked as changed.
 */
final class LinkLists {
  static final int NONE = -1;
  static final int ABSENT = -2;

  /** Marks a link that may not be pruned: see {@link SpanningTree}. */
  static final int TREE = 1 << 30;

  static final int CHUNK_LISTS = 1 << 14;

  private static final int ORDINAL_MASK = TREE - 1;
  private static final int CHUNK_BITS = 14;
  private static final int FIRST_BITS = 6;
  private static final int SMALL_CHUNKS = CHUNK_BITS - FIRST_BITS;
  private static final int ALIGNMENT_BYTES = 64;
  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT.withOrder(ByteOrder.LITTLE_ENDIAN);

  private final int linksMax;
  private final long strideBytes;
  private final Arena arena;
  private final ChangedLists changed = new ChangedLists();
  private volatile MemorySegment[] chunks = new MemorySegment[0];

  /** Lists of at most {@code linksMax} links; memory lives as long as {@code arena}. */
  LinkLists(int linksMax, Arena arena) {
    this.linksMax = linksMax;
    this.strideBytes = strideBytes(linksMax);
    this.arena = arena;
  }

  static long strideBytes(int linksMax) {
    long bytes = (long) linksMax * Integer.BYTES;
    return (bytes + ALIGNMENT_BYTES - 1) / ALIGNMENT_BYTES * ALIGNMENT_BYTES;
  }

  int linksMax() {
    return linksMax;
  }

  long strideBytes() {
    return strideBytes;
  }

  /** Lists that have memory. */
  int capacity() {
    int count = chunks.length;
    return count == 0 ? 0 : chunkStart(count - 1) + chunkSize(count - 1);
  }

  long memoryBytes() {
    return capacity() * strideBytes;
  }

  /** Gives the lists below {@code count} memory; new lists are absent. */
  synchronized void reserve(int count) {
    while (capacity() < count) {
      MemorySegment fresh = arena.allocate(chunkSize(chunks.length) * strideBytes, ALIGNMENT_BYTES);
      for (long i = 0; i < fresh.byteSize() / Integer.BYTES; i++) {
        fresh.setAtIndex(INT, i, ABSENT);
      }
      append(fresh);
    }
  }

  /**
   * Takes over lists that lie one after the other in {@code mapped}: whole chunks stay where they
   * are, the lists of the last, incomplete chunk are copied to fresh memory. Only while empty.
   */
  synchronized void adopt(MemorySegment mapped, int count) {
    int next = 0;
    while (next + chunkSize(chunks.length) <= count) {
      int size = chunkSize(chunks.length);
      append(mapped.asSlice(next * strideBytes, size * strideBytes));
      next += size;
    }
    reserve(count);
    if (next < count) {
      MemorySegment last = chunks[chunks.length - 1];
      MemorySegment.copy(mapped, next * strideBytes, last, 0, (count - next) * strideBytes);
    }
  }

  private void append(MemorySegment chunk) {
    changed.reserve(capacity() + chunkSize(chunks.length));
    MemorySegment[] longer = Arrays.copyOf(chunks, chunks.length + 1);
    longer[chunks.length] = chunk;
    chunks = longer;
  }

  private static int chunkOf(int index) {
    return index < CHUNK_LISTS
        ? Integer.SIZE - Integer.numberOfLeadingZeros(index >>> FIRST_BITS)
        : SMALL_CHUNKS + (index >>> CHUNK_BITS);
  }

  private static int chunkStart(int chunk) {
    if (chunk > SMALL_CHUNKS) {
      return (chunk - SMALL_CHUNKS) << CHUNK_BITS;
    }
    return chunk == 0 ? 0 : 1 << (FIRST_BITS + chunk - 1);
  }

  private static int chunkSize(int chunk) {
    return chunk > SMALL_CHUNKS ? CHUNK_LISTS : 1 << (FIRST_BITS + Math.max(0, chunk - 1));
  }

  private long offset(int index, int chunk) {
    return (index - chunkStart(chunk)) * strideBytes;
  }

  boolean isPresent(int index) {
    return index < capacity() && rawLink(index, 0) != ABSENT;
  }

  /** The value at {@code place} of a list, flag and all. */
  int rawLink(int index, int place) {
    int chunk = chunkOf(index);
    return chunks[chunk].get(INT, offset(index, chunk) + (long) place * Integer.BYTES);
  }

  /**
   * Reads the ordinals that a list links to into {@code target}.
   *
   * @return how many; 0 for an absent node
   */
  int read(int index, int[] target) {
    int count = readRaw(index, target);
    for (int i = 0; i < count; i++) {
      target[i] &= ORDINAL_MASK;
    }
    return count;
  }

  /** Reads the links with their flags. */
  int readRaw(int index, int[] target) {
    int chunk = chunkOf(index);
    MemorySegment[] table = chunks;
    if (chunk >= table.length) {
      return 0; // A link of a concurrent insert, seen before the chunk it points into.
    }
    MemorySegment memory = table[chunk];
    long offset = offset(index, chunk);
    int count = 0;
    while (count < linksMax) {
      int link = memory.get(INT, offset + (long) count * Integer.BYTES);
      if (link < 0) {
        break;
      }
      target[count++] = link;
    }
    return count;
  }

  /**
   * Gathers the linked ordinals below {@code limit} that are not marked yet, and marks them.
   *
   * @return how many were written to {@code target}
   */
  int gather(int index, VisitedMarks visited, int limit, int[] target) {
    int chunk = chunkOf(index);
    MemorySegment[] table = chunks;
    if (chunk >= table.length) {
      return 0;
    }
    MemorySegment memory = table[chunk];
    long offset = offset(index, chunk);
    int links = 0;
    for (; links < linksMax; links++) {
      int link = memory.get(INT, offset + (long) links * Integer.BYTES);
      if (link < 0) {
        break;
      }
      target[links] = link & ORDINAL_MASK;
    }
    return visited.markNew(target, links, limit);
  }

  /** Replaces a list by {@code links[0 .. count)}, flags included; makes an absent node present. */
  void write(int index, int[] links, int count) {
    int chunk = chunkOf(index);
    MemorySegment memory = chunks[chunk];
    long offset = offset(index, chunk);
    for (int i = 0; i < linksMax; i++) {
      memory.set(INT, offset + (long) i * Integer.BYTES, i < count ? links[i] : NONE);
    }
    changed.mark(index);
  }

  void setRawLink(int index, int place, int link) {
    int chunk = chunkOf(index);
    chunks[chunk].set(INT, offset(index, chunk) + (long) place * Integer.BYTES, link);
    changed.mark(index);
  }

  /**
   * The first list in {@code from .. limit - 1} that was written since its mark was cleared; −1.
   */
  int nextChanged(int from, int limit) {
    return changed.next(from, limit);
  }

  /** To be called before the list is read. */
  void clearChanged(int index) {
    changed.clear(index);
  }

  /** Makes the node absent. */
  void clear(int index) {
    write(index, new int[0], 0);
    setRawLink(index, 0, ABSENT);
  }

  static int ordinalOf(int rawLink) {
    return rawLink & ORDINAL_MASK;
  }

  static boolean isTree(int rawLink) {
    return rawLink >= 0 && (rawLink & TREE) != 0;
  }
}
