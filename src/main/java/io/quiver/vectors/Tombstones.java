package io.quiver.vectors;

import io.quiver.core.OrdinalSet;
import java.util.Arrays;

/**
 * The ordinals whose rows were deleted or replaced, as an immutable bitmap in pages of 4 KiB that
 * versions share: adding ordinals copies only the pages they fall in. So a search and a checkpoint
 * keep the version they began with at no cost.
 */
public final class Tombstones implements Bits {
  public static final Tombstones NONE = new Tombstones(new long[0][], 0);

  private static final int PAGE_SHIFT = 15;
  private static final int PAGE_WORDS = 1 << (PAGE_SHIFT - 6);

  private final long[][] pages;
  private final int count;

  private Tombstones(long[][] pages, int count) {
    this.pages = pages;
    this.count = count;
  }

  /** How many ordinals are in the set. */
  public int count() {
    return count;
  }

  /** How many ordinals below {@code limit} are in the set. */
  public int countBelow(int limit) {
    int below = 0;
    for (int page = 0; page < pages.length; page++) {
      for (int word = 0; pages[page] != null && word < PAGE_WORDS; word++) {
        int first = (page << PAGE_SHIFT) + (word << 6);
        if (first + 64 <= limit) {
          below += Long.bitCount(pages[page][word]);
        } else if (first < limit) {
          below += Long.bitCount(pages[page][word] & ((1L << (limit - first)) - 1));
        }
      }
    }
    return below;
  }

  @Override
  public boolean contains(int ordinal) {
    int page = ordinal >>> PAGE_SHIFT;
    if (page >= pages.length || pages[page] == null) {
      return false;
    }
    return (pages[page][(ordinal >>> 6) & (PAGE_WORDS - 1)] & (1L << ordinal)) != 0;
  }

  /** Those of a set that are below {@code limit} and not in this one. */
  public OrdinalSet living(OrdinalSet set, int limit) {
    if (count == 0 && set.bound() <= limit) {
      return set;
    }
    long[] words = set.toWords();
    int last = Math.min(words.length, pages.length * PAGE_WORDS);
    for (int word = 0; word < last; word++) {
      long[] page = pages[word / PAGE_WORDS];
      words[word] &= page == null ? -1L : ~page[word % PAGE_WORDS];
    }
    return OrdinalSet.owning(words, Math.min(set.bound(), limit));
  }

  /** This set and {@code ordinals[0 .. length)}. */
  public Tombstones with(int[] ordinals, int length) {
    if (length == 0) {
      return this;
    }
    int top = 0;
    for (int i = 0; i < length; i++) {
      top = Math.max(top, ordinals[i]);
    }
    long[][] copy = Arrays.copyOf(pages, Math.max(pages.length, (top >>> PAGE_SHIFT) + 1));
    int added = 0;
    for (int i = 0; i < length; i++) {
      added += add(copy, ordinals[i]) ? 1 : 0;
    }
    return new Tombstones(copy, count + added);
  }

  private boolean add(long[][] copy, int ordinal) {
    int page = ordinal >>> PAGE_SHIFT;
    long[] mine = page < pages.length ? pages[page] : null;
    if (copy[page] == null) {
      copy[page] = new long[PAGE_WORDS];
    } else if (copy[page] == mine) {
      copy[page] = mine.clone();
    }
    int word = (ordinal >>> 6) & (PAGE_WORDS - 1);
    boolean fresh = (copy[page][word] & (1L << ordinal)) == 0;
    copy[page][word] |= 1L << ordinal;
    return fresh;
  }

  /** The bitmap of ordinals below {@code limit}, 64 to a word, lowest bit first. */
  public long[] toWords(int limit) {
    long[] words = new long[(limit + 63) >>> 6];
    for (int word = 0; word < words.length; word++) {
      int page = word / PAGE_WORDS;
      if (page < pages.length && pages[page] != null) {
        words[word] = pages[page][word % PAGE_WORDS];
      }
    }
    return words;
  }

  /** The set of a bitmap as {@link #toWords} gives it. */
  public static Tombstones ofWords(long[] words) {
    long[][] pages = new long[(words.length + PAGE_WORDS - 1) / PAGE_WORDS][];
    int count = 0;
    for (int word = 0; word < words.length; word++) {
      if (words[word] != 0) {
        int page = word / PAGE_WORDS;
        if (pages[page] == null) {
          pages[page] = new long[PAGE_WORDS];
        }
        pages[page][word % PAGE_WORDS] = words[word];
        count += Long.bitCount(words[word]);
      }
    }
    return new Tombstones(pages, count);
  }

  /** Bytes of heap this version holds, shared pages included. */
  public long memoryBytes() {
    long bytes = 8L * pages.length;
    for (long[] page : pages) {
      bytes += page == null ? 0 : 8L * PAGE_WORDS;
    }
    return bytes;
  }
}
