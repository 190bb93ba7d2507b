package io.quiver.core;

import java.util.Arrays;
import java.util.function.IntPredicate;

/**
 * Which of the ordinals {@code [0, bound)} are meant: the rows that pass a filter, say. A bitmap,
 * 64 ordinals to a word, lowest bit first. Immutable, so any thread may read it.
 */
public final class OrdinalSet {
  private final long[] words;
  private final int bound;
  private final int count;

  private OrdinalSet(long[] words, int bound) {
    this.words = words;
    this.bound = bound;
    int bits = 0;
    for (long word : words) {
      bits += Long.bitCount(word);
    }
    count = bits;
  }

  /**
   * Takes the array over: the caller must never write to it again.
   *
   * @param words at least one bit for each ordinal below the bound; bits from there on are cleared
   */
  public static OrdinalSet owning(long[] words, int bound) {
    int last = bound >>> 6;
    if (last < words.length) {
      words[last] &= (1L << bound) - 1;
      Arrays.fill(words, last + 1, words.length, 0);
    }
    return new OrdinalSet(words, bound);
  }

  /** Those of {@code [0, bound)} that pass. */
  public static OrdinalSet of(int bound, IntPredicate passes) {
    long[] words = new long[wordsOf(bound)];
    for (int ordinal = 0; ordinal < bound; ordinal++) {
      if (passes.test(ordinal)) {
        words[ordinal >>> 6] |= 1L << ordinal;
      }
    }
    return new OrdinalSet(words, bound);
  }

  /** All of {@code [0, bound)}. */
  public static OrdinalSet all(int bound) {
    long[] words = new long[wordsOf(bound)];
    Arrays.fill(words, -1L);
    return owning(words, bound);
  }

  /** Words that a bitmap of {@code [0, bound)} takes. */
  public static int wordsOf(int bound) {
    return (bound + 63) >>> 6;
  }

  public int bound() {
    return bound;
  }

  /** How many ordinals are in the set. */
  public int count() {
    return count;
  }

  /** False for ordinals at or above the bound. */
  public boolean contains(int ordinal) {
    return ordinal < bound && (words[ordinal >>> 6] & (1L << ordinal)) != 0;
  }

  /** The first member at or above {@code from}; -1 if there is none. */
  public int next(int from) {
    int index = from >>> 6;
    if (index >= words.length) {
      return -1;
    }
    long word = words[index] & (-1L << from);
    while (word == 0) {
      if (++index == words.length) {
        return -1;
      }
      word = words[index];
    }
    return (index << 6) + Long.numberOfTrailingZeros(word);
  }

  /** Those of both; the bound is the smaller one. */
  public OrdinalSet and(OrdinalSet other) {
    long[] both = new long[wordsOf(Math.min(bound, other.bound))];
    for (int i = 0; i < both.length; i++) {
      both[i] = words[i] & other.words[i];
    }
    return new OrdinalSet(both, Math.min(bound, other.bound));
  }

  /** Those of either; the bound is the larger one. */
  public OrdinalSet or(OrdinalSet other) {
    OrdinalSet large = bound >= other.bound ? this : other;
    OrdinalSet small = large == this ? other : this;
    long[] either = large.words.clone();
    for (int i = 0; i < small.words.length; i++) {
      either[i] |= small.words[i];
    }
    return new OrdinalSet(either, large.bound);
  }

  /** Those of {@code [0, bound)} that are not in the set. */
  public OrdinalSet not() {
    long[] others = new long[words.length];
    for (int i = 0; i < others.length; i++) {
      others[i] = ~words[i];
    }
    return owning(others, bound);
  }

  /** A fresh copy of the bitmap. */
  public long[] toWords() {
    return words.clone();
  }

  /** Bytes of heap it holds. */
  public long memoryBytes() {
    return 8L * words.length;
  }
}
