package io.quiver.vectors;

import java.util.Arrays;

/**
 * The rows whose checksums were right when they were read first. A checksum of every row that is
 * found would cost as much as finding them; so a row is verified when it is first read after its
 * files were opened, and by whoever reads everything in the background.
 *
 * <p>Thread safety: any thread. One that does not see yet what another added verifies once more.
 */
final class VerifiedRows {
  private static final int FIRST_WORDS = 16;

  private volatile long[] words = {};

  boolean contains(int ordinal) {
    long[] seen = words;
    int word = ordinal >>> 6;
    return word < seen.length && (seen[word] & 1L << ordinal) != 0;
  }

  synchronized void add(int ordinal) {
    int word = ordinal >>> 6;
    long[] present = words;
    if (word >= present.length) {
      int wanted = Math.max(Math.max(FIRST_WORDS, word + 1), 2 * present.length);
      present = Arrays.copyOf(present, wanted);
    }
    present[word] |= 1L << ordinal;
    words = present;
  }
}
