package io.quiver.hnsw;

import java.lang.foreign.Arena;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.StampedLock;

/**
 * One graph over ordinals: the links of every layer and the entry point. A node is present between
 * its insert and the {@link GraphRepair} that removes it; ordinals need not be dense.
 *
 * <p>Thread safety: searches take no lock. Inserts run beside each other and beside searches
 * ({@link GraphBuilder}); each holds {@link #change} shared. Repair, remap and checkpoints hold it
 * alone: they wait for running inserts and keep new ones waiting, but not searches. {@link #close}
 * must not run beside anything: it frees the memory that searches read.
 *
 * <p>Invariants: every link points to an ordinal below {@link #bound()}; on the base layer every
 * present node is reachable from the entry point ({@link SpanningTree}).
 */
public final class Graph implements AutoCloseable {
  /** Ordinals are below this. */
  public static final int ORDINALS_MAX = 1 << 30;

  static final long NO_ENTRY = -1;
  private static final int STRIPES = 64;

  final StampedLock change = new StampedLock();

  private final GraphParams params;
  private final Arena arena = Arena.ofShared();
  private final LinkLists base;
  private final UpperLayers upper;
  private final Object[] stripes = new Object[STRIPES];
  private final AtomicInteger bound = new AtomicInteger();
  private final AtomicInteger nodes = new AtomicInteger();
  private volatile boolean needsReconnect;
  private volatile long entry = NO_ENTRY; // level << 32 | ordinal: one write publishes both.

  /** An empty graph; it owns memory only once nodes are inserted. */
  public Graph(GraphParams params) {
    this.params = params;
    this.base = new LinkLists(params.linksMax(0), arena);
    this.upper = new UpperLayers(params.linksMax(1), arena);
    for (int i = 0; i < STRIPES; i++) {
      stripes[i] = new Object();
    }
  }

  public GraphParams params() {
    return params;
  }

  /** Present nodes. */
  public int nodes() {
    return nodes.get();
  }

  /** All ordinals that were ever inserted are below it. */
  public int bound() {
    return bound.get();
  }

  public boolean contains(int ordinal) {
    return ordinal < bound() && base.isPresent(ordinal);
  }

  /**
   * True if the graph was read from a checkpoint that left newer nodes out, so that some nodes may
   * be out of reach until {@link GraphRepair#reconnect}.
   */
  public boolean needsReconnect() {
    return needsReconnect;
  }

  /** Bytes of native memory (mapped files included) and of the tables beside it. */
  public long memoryBytes() {
    return base.memoryBytes() + upper.memoryBytes() + STRIPES * 20L;
  }

  /** Frees the memory. No other call may be running or follow. */
  @Override
  public void close() {
    arena.close();
  }

  Arena arena() {
    return arena;
  }

  LinkLists base() {
    return base;
  }

  UpperLayers upper() {
    return upper;
  }

  /** The lists of a layer; {@link #listIndex} tells which of them is a node's. */
  LinkLists lists(int layer) {
    return layer == 0 ? base : upper.lists;
  }

  int listIndex(int ordinal, int layer) {
    return layer == 0 ? ordinal : upper.index(ordinal, layer);
  }

  int level(int ordinal) {
    return upper.level(ordinal);
  }

  /** What a thread holds while it changes a list of {@code ordinal}. */
  Object stripe(int ordinal) {
    return stripes[ordinal & (STRIPES - 1)];
  }

  boolean isEmpty() {
    return isNone(entry);
  }

  /** The entry point, packed; see {@link #isNone}, {@link #entryOrdinal}, {@link #entryLevel}. */
  long entry() {
    return entry;
  }

  static boolean isNone(long entry) {
    return entry == NO_ENTRY;
  }

  static int entryOrdinal(long entry) {
    return (int) entry;
  }

  static int entryLevel(long entry) {
    return (int) (entry >>> 32);
  }

  static long packEntry(int ordinal, int level) {
    return (long) level << 32 | ordinal;
  }

  void setEntry(long packed) {
    entry = packed;
  }

  /** Makes a node the entry point if the graph has none. */
  synchronized boolean claimEntry(int ordinal, int level) {
    if (!isEmpty()) {
      return false;
    }
    setEntry(packEntry(ordinal, level));
    return true;
  }

  /** Makes a node the entry point if it is on a higher layer than the present one. */
  synchronized void raiseEntry(int ordinal, int level) {
    if (isEmpty() || level > entryLevel(entry)) {
      setEntry(packEntry(ordinal, level));
    }
  }

  /** Gives a new node its lists, still absent, and returns its level. */
  int admit(int ordinal) {
    base.reserve(ordinal + 1);
    int level = upper.level(ordinal);
    if (level == 0) {
      level = params.levelOf(ordinal);
      if (level > 0) {
        upper.add(ordinal, level);
      }
    }
    bound.accumulateAndGet(ordinal + 1, Math::max);
    return level;
  }

  void added(int count) {
    nodes.addAndGet(count);
  }

  /** After the lists were taken from a file or another graph. */
  void restored(int boundNow, int nodesNow, boolean severed) {
    bound.set(boundNow);
    nodes.set(nodesNow);
    needsReconnect = severed;
  }

  void reconnected() {
    needsReconnect = false;
  }
}
