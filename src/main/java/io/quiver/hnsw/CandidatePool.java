package io.quiver.hnsw;

import io.quiver.quant.KeyMerge;
import java.util.Arrays;
import java.util.Optional;

/**
 * The candidates of one search in one sorted array: the paper's C and W at once. Holds the {@code
 * ef} nearest live nodes, and every dead one nearer than the last of them.
 *
 * <pre>
 *   key = [score as an ordered int: 32][ordinal: 30][dead: 1][expanded: 1]
 * </pre>
 *
 * <p>Dead nodes are expanded but take no place; so many of them may gather that the array is
 * bounded: beyond {@link #DEAD_MAX} the farthest candidate falls out. Belongs to one thread.
 *
 * <p>Invariants: when {@code live == ef} the last key is live, so it is the bound; as long as no
 * dead node is in the array, what follows the last key is no smaller than a key that may enter.
 */
final class CandidatePool {
  /** Most dead candidates kept beside the live ones. */
  static final int DEAD_MAX = 1 << 14;

  private static final long EXPANDED = 1;
  private static final long DEAD = 2;

  private final Optional<KeyMerge> merger = KeyMerge.whereFast();
  private long[] keys = new long[64];
  private long[] near = new long[64];
  private int size;
  private int live;
  private int ef;
  private int cursor;

  void begin(int ef) {
    this.ef = ef;
    size = 0;
    live = 0;
    cursor = 0;
    int room = ef + 2 * KeyMerge.BATCH;
    if (keys.length < room) {
      keys = new long[room];
    }
    Arrays.fill(keys, 0, room, Long.MAX_VALUE);
  }

  /**
   * Maps a score to an int of the same order, negative scores included: IEEE 754 floats order like
   * sign-magnitude integers.
   */
  private static int ordered(float score) {
    int bits = Float.floatToRawIntBits(score);
    return bits ^ ((bits >> 31) & 0x7fff_ffff);
  }

  static long key(float score, int ordinal, boolean dead) {
    return (long) ordered(score) << 32 | (long) ordinal << 2 | (dead ? DEAD : 0);
  }

  static float scoreOf(long key) {
    int bits = (int) (key >> 32);
    return Float.intBitsToFloat(bits ^ ((bits >> 31) & 0x7fff_ffff));
  }

  static int ordinalOf(long key) {
    return (int) key >>> 2;
  }

  /** Above this key nothing enters. */
  long bound() {
    return live == ef ? keys[size - 1] : Long.MAX_VALUE;
  }

  /** Puts a node in its place, if it is near enough. */
  void offer(float score, int ordinal, boolean dead) {
    long key = key(score, ordinal, dead);
    if (key < bound()) {
      insert(key, dead);
    }
  }

  /**
   * The same for many live nodes at once. Which of them are near enough is found out without
   * branches, which would be mispredicted half the time.
   */
  void offerLive(int[] ordinals, float[] scores, int count) {
    near(count);
    long bound = bound();
    int kept = 0;
    for (int i = 0; i < count; i++) {
      long key = key(scores[i], ordinals[i], false);
      near[kept] = key;
      kept += key < bound ? 1 : 0;
    }
    offerNear(kept);
  }

  /** Where {@link #offerNear} looks: room for {@code count} keys of live nodes. */
  long[] near(int count) {
    if (near.length < count + KeyMerge.BATCH) {
      near = new long[count + KeyMerge.BATCH];
    }
    return near;
  }

  /**
   * Puts the first {@code count} keys of {@link #near} in their places, as far as they are near
   * enough.
   */
  void offerNear(int count) {
    if (merger.isPresent() && live == size) {
      for (int i = 0; i < count; i += KeyMerge.BATCH) {
        int added = Math.min(KeyMerge.BATCH, count - i);
        cursor = Math.min(cursor, merger.get().merge(keys, size, near, i, added));
        size = Math.min(ef, size + added);
      }
      live = size;
      return;
    }
    for (int i = 0; i < count; i++) {
      if (near[i] < bound()) { // It comes nearer with each.
        insert(near[i], false);
      }
    }
  }

  private void insert(long key, boolean dead) {
    int at = placeOf(key);
    if (size == keys.length && !makeRoom(at)) {
      return;
    }
    System.arraycopy(keys, at, keys, at + 1, size - at);
    keys[at] = key;
    size++;
    if (at < cursor) {
      cursor = at;
    }
    if (!dead) {
      live++;
      trim();
    }
  }

  private int placeOf(long key) {
    int low = 0;
    int high = size;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (keys[middle] < key) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  private boolean makeRoom(int at) {
    int most = ef + 1 + DEAD_MAX;
    if (keys.length < most) {
      keys = Arrays.copyOf(keys, Math.min(most, 2 * keys.length));
      return true;
    }
    if (at == size) {
      return false;
    }
    size--;
    if (!isDead(keys[size])) {
      live--;
    }
    return true;
  }

  private void trim() {
    if (live > ef) {
      size--;
      live--;
    }
    if (live == ef) {
      while (isDead(keys[size - 1])) {
        size--;
      }
    }
  }

  private static boolean isDead(long key) {
    return (key & DEAD) != 0;
  }

  /** From now on holds more live nodes; those that fell out already are lost. */
  void widen(int efMore) {
    ef = Math.max(ef, efMore);
    int room = ef + 2 * KeyMerge.BATCH;
    if (keys.length < room) {
      keys = Arrays.copyOf(keys, room);
    }
    if (size < room) {
      Arrays.fill(keys, size, room, Long.MAX_VALUE);
    }
  }

  /** Takes the nearest candidate that was not expanded yet; −1 if there is none. */
  int next() {
    while (cursor < size) {
      long key = keys[cursor];
      if ((key & EXPANDED) == 0) {
        keys[cursor++] = key | EXPANDED;
        return ordinalOf(key);
      }
      cursor++;
    }
    return -1;
  }

  /** Ends the search: drops the dead; {@link #keyAt} then gives the live ones, nearest first. */
  int finish() {
    if (live < size) {
      int kept = 0;
      for (int i = 0; i < size; i++) {
        if (!isDead(keys[i])) {
          keys[kept++] = keys[i];
        }
      }
      size = kept;
    }
    return size;
  }

  long keyAt(int rank) {
    return keys[rank];
  }
}
