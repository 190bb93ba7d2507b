package io.quiver.snapshot;

import java.util.List;
import java.util.regex.Pattern;

/**
 * One file of a snapshot.
 *
 * @param path in the snapshot's folder, with {@code /}; never leads out of it
 * @param bytes how much of it counts: rows may have been appended behind them
 * @param sums CRC32C of each {@link FileSums#CHUNK_BYTES} of them; empty = not computed yet
 */
record SavedFile(String path, long bytes, List<Integer> sums) {
  private static final Pattern PATH =
      Pattern.compile(
          "metadata\\.json"
              + "|[0-9]{1,3}(\\.[0-9]{1,9})?/(vectors|ordinals|payload|ids|index)\\.bin");

  SavedFile {
    sums = List.copyOf(sums);
    long chunks = (bytes + FileSums.CHUNK_BYTES - 1) / FileSums.CHUNK_BYTES;
    if (!PATH.matcher(path).matches() || bytes <= 0) {
      throw new IllegalArgumentException("no file of a snapshot: %s, %d".formatted(path, bytes));
    }
    if (!sums.isEmpty() && sums.size() != chunks) {
      throw new IllegalArgumentException(
          "%s: checksums: want=%d got=%d".formatted(path, chunks, sums.size()));
    }
  }

  boolean isSealed() {
    return !sums.isEmpty();
  }
}
