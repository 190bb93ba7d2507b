package io.quiver.cli;

import java.util.Arrays;

/**
 * Which version of each slot there is, and which there may have been while a search ran: a version
 * may be seen from when it was sent until its successor was acknowledged. Version 0 is no row.
 *
 * <p>Thread safety: all methods, from any thread; only the owner of a slot changes it.
 *
 * <p>Invariants: a slot has at most one write under way. The last {@link #DEPTH} versions of each
 * slot are known; a search that is older than all of them gets the benefit of the doubt.
 */
final class SoakModel {
  static final int ABSENT = 0;
  private static final int DEPTH = 4;
  private static final long STILL = Long.MAX_VALUE;

  private final int slots;
  private final int[] versions; // Ring of DEPTH a slot, the newest at heads[slot].
  private final long[] sent; // nanoTime since the soak began.
  private final long[] ended;
  private final byte[] heads;
  private final int[] used;

  SoakModel(int slots) {
    this.slots = slots;
    this.versions = new int[slots * DEPTH];
    this.sent = new long[slots * DEPTH];
    this.ended = new long[slots * DEPTH];
    this.heads = new byte[slots];
    this.used = new int[slots];
    Arrays.fill(sent, Long.MIN_VALUE);
    Arrays.fill(ended, Long.MIN_VALUE); // Nothing was there before the first state ...
    for (int slot = 0; slot < slots; slot++) {
      ended[slot * DEPTH] = STILL; // ... which is that there is no row.
    }
  }

  int slots() {
    return slots;
  }

  /** The present version; ABSENT if the slot has no row. */
  synchronized int version(int slot) {
    return versions[slot * DEPTH + heads[slot]];
  }

  synchronized int live() {
    int live = 0;
    for (int slot = 0; slot < slots; slot++) {
      live += version(slot) == ABSENT ? 0 : 1;
    }
    return live;
  }

  /** Owner: a version that the slot never had. */
  synchronized int fresh(int slot) {
    return ++used[slot];
  }

  /** Owner: before a write goes out. */
  synchronized void sending(int slot, int version, long nowNanos) {
    int next = slot * DEPTH + (heads[slot] + 1) % DEPTH;
    heads[slot] = (byte) ((heads[slot] + 1) % DEPTH);
    versions[next] = version;
    sent[next] = nowNanos;
    ended[next] = STILL;
  }

  /** Owner: the write that was sent last was acknowledged. */
  synchronized void acknowledged(int slot, long nowNanos) {
    int before = slot * DEPTH + (heads[slot] + DEPTH - 1) % DEPTH;
    if (ended[before] == STILL) {
      ended[before] = nowNanos;
    }
  }

  /** Whether something that was asked and answered in this time may have seen this version. */
  synchronized boolean mayBe(int slot, int version, long askedNanos, long answeredNanos) {
    if (slot < 0 || slot >= slots) {
      return false;
    }
    long oldest = Long.MAX_VALUE;
    for (int i = slot * DEPTH; i < (slot + 1) * DEPTH; i++) {
      if (versions[i] == version && sent[i] <= answeredNanos && ended[i] >= askedNanos) {
        return true;
      }
      oldest = Math.min(oldest, sent[i]);
    }
    return oldest > askedNanos && version <= used[slot];
  }
}
