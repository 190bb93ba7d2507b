package io.quiver.testkit;

import java.util.EnumMap;
import java.util.Map;

/** What a power cut can take from a {@link FaultyDisk}: so that a test can say it met all of it. */
public enum Loss {
  /** No byte of an unsynced write is there. */
  DROPPED_WRITE,
  /** Some sectors of 512 bytes of an unsynced write are there, others are not. */
  TORN_512,
  /** The same with sectors of 4 KiB. */
  TORN_4096,
  /** Bytes of a write are there, bytes of one before it in the same file are not. */
  REORDERED_WRITES,
  /** A file is as long as it was some unsynced changes ago. */
  OLD_SIZE,
  /** A name that was made, renamed or deleted, and not synced, is as it was before. */
  DIRECTORY_ENTRY;

  /** Counts by kind. One thread. */
  public static final class Tally {
    private final Map<Loss, Long> counts = new EnumMap<>(Loss.class);

    void met(Loss loss) {
      counts.merge(loss, 1L, Long::sum);
    }

    public void add(Tally other) {
      other.counts.forEach((loss, count) -> counts.merge(loss, count, Long::sum));
    }

    public Map<Loss, Long> counts() {
      return counts;
    }
  }
}
