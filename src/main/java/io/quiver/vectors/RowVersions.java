package io.quiver.vectors;

import io.quiver.disk.DamagedFileException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * Which version each row of a shard has: a number that the write gave it which made the row, larger
 * than that of every write before. Rows of one write lie side by side, and later writes behind
 * earlier ones, so a version is kept for each run of ordinals, not for each row.
 *
 * <p>Thread safety: one writer adds; any thread asks for ordinals that were published to it through
 * a volatile after they were added.
 *
 * <p>Invariant: neither ordinals nor versions fall from one run to the next.
 */
public final class RowVersions {
  /** In a file: the first ordinal and the version. */
  static final int RUN_BYTES = 2 * Long.BYTES;

  /** In a file, before the runs: the last version that was given. */
  static final int HEAD_BYTES = Long.BYTES;

  /** Beyond {@code size} the writer goes on in the same arrays. */
  private static final class Runs {
    private final int[] firsts;
    private final long[] versions;
    private final int size;

    Runs(int[] firsts, long[] versions, int size) {
      this.firsts = firsts;
      this.versions = versions;
      this.size = size;
    }
  }

  private volatile Runs runs;
  private volatile long last;

  private RowVersions(Runs runs, long last) {
    this.runs = runs;
    this.last = last;
  }

  /** Of a shard without rows. */
  public static RowVersions none() {
    return new RowVersions(new Runs(new int[4], new long[4], 0), 0);
  }

  /** All rows have the same. */
  static RowVersions uniform(long version) {
    RowVersions versions = none();
    versions.add(0, version);
    return versions;
  }

  /**
   * The version of a row.
   *
   * @param ordinal of a published row
   */
  public long of(int ordinal) {
    Runs present = runs;
    int low = 0;
    int high = present.size;
    while (low < high) { // The first run that begins behind the ordinal.
      int middle = (low + high) >>> 1;
      if (present.firsts[middle] <= ordinal) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low == 0 ? 0 : present.versions[low - 1];
  }

  /** The largest version that a write was given, whether a row of it is left or not. */
  public long last() {
    return last;
  }

  /** Writer only, before the rows are published: those from {@code first} on have this version. */
  public void add(int first, long version) {
    Runs present = runs;
    int size = present.size;
    if (size == 0 || present.versions[size - 1] != version) {
      boolean isFull = size == present.firsts.length;
      int[] firsts = isFull ? Arrays.copyOf(present.firsts, 2 * size) : present.firsts;
      long[] versions = isFull ? Arrays.copyOf(present.versions, 2 * size) : present.versions;
      firsts[size] = first;
      versions[size] = version;
      runs = new Runs(firsts, versions, size + 1);
    }
    given(version);
  }

  /** Writer only. A write was given this version, here or in another shard. */
  public void given(long version) {
    last = Math.max(last, version);
  }

  /**
   * Writer only. Takes over the versions of rows that went to other ordinals, in the same order.
   *
   * @param moved the new ordinal of each old one, negative if the row is gone
   */
  public void addMoved(RowVersions from, int[] moved) {
    Runs present = from.runs;
    int run = -1;
    for (int ordinal = 0; ordinal < moved.length; ordinal++) {
      while (run + 1 < present.size && present.firsts[run + 1] <= ordinal) {
        run++;
      }
      if (moved[ordinal] >= 0 && run >= 0) {
        add(moved[ordinal], present.versions[run]);
      }
    }
    given(from.last);
  }

  public long memoryBytes() {
    return (long) runs.firsts.length * (Integer.BYTES + Long.BYTES);
  }

  /** As of now, for a checkpoint; nothing is added to what is returned. */
  RowVersions copy() {
    return new RowVersions(runs, last);
  }

  int runCount() {
    return runs.size;
  }

  static long fileBytes(int runCount) {
    return HEAD_BYTES + (long) runCount * RUN_BYTES;
  }

  /** Writes {@link #fileBytes}. */
  void put(MemorySegment target, long at) {
    Runs present = runs;
    target.set(RowLayout.LONG, at, last);
    for (int i = 0; i < present.size; i++) {
      long runAt = at + HEAD_BYTES + (long) i * RUN_BYTES;
      target.set(RowLayout.LONG, runAt, present.firsts[i]);
      target.set(RowLayout.LONG, runAt + Long.BYTES, present.versions[i]);
    }
  }

  /**
   * Reads what {@link #put} wrote.
   *
   * @throws DamagedFileException if ordinals or versions fall
   */
  static RowVersions get(MemorySegment source, long at, int runCount, Path path)
      throws DamagedFileException {
    RowVersions versions = none();
    long before = 0;
    long version = 0;
    for (int i = 0; i < runCount; i++) {
      long runAt = at + HEAD_BYTES + (long) i * RUN_BYTES;
      long first = source.get(RowLayout.LONG, runAt);
      long next = source.get(RowLayout.LONG, runAt + Long.BYTES);
      if (first < before || first > Integer.MAX_VALUE || next < version) {
        throw new DamagedFileException(
            path,
            runAt,
            "rows from %d on of version %d or later".formatted(before, version),
            "from %d on of version %d".formatted(first, next));
      }
      versions.add((int) first, next);
      before = first;
      version = next;
    }
    versions.given(source.get(RowLayout.LONG, at));
    return versions;
  }
}
