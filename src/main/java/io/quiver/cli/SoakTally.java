package io.quiver.cli;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.LongAdder;

/**
 * Counts requests by kind, and how long they took to within a sixteenth. Thread-safe; {@link #take}
 * belongs to one thread.
 */
final class SoakTally {
  private static final int STEPS = 16;
  private static final int BUCKETS = 64 * STEPS;

  enum Kind {
    SEARCH,
    UPSERT,
    DELETE
  }

  /** What was counted since the last look. */
  record Counts(Map<Kind, Long> done, long errors, double p50Millis, double p99Millis) {}

  private final Map<Kind, LongAdder> done = new EnumMap<>(Kind.class);
  private final LongAdder errors = new LongAdder();
  private final AtomicLongArray searches = new AtomicLongArray(BUCKETS);
  private long errorsTaken;

  SoakTally() {
    for (Kind kind : Kind.values()) {
      done.put(kind, new LongAdder());
    }
  }

  void done(Kind kind, long nanos) {
    done.get(kind).increment();
    if (kind == Kind.SEARCH) {
      searches.incrementAndGet(bucket(Math.max(nanos, STEPS)));
    }
  }

  /** A request that was refused or not answered, and is asked again. */
  void failed() {
    errors.increment();
  }

  long errors() {
    return errors.sum();
  }

  Counts take() {
    Map<Kind, Long> counts = new EnumMap<>(Kind.class);
    done.forEach((kind, count) -> counts.put(kind, count.sumThenReset()));
    long[] buckets = new long[BUCKETS];
    long total = 0;
    for (int i = 0; i < BUCKETS; i++) {
      buckets[i] = searches.getAndSet(i, 0);
      total += buckets[i];
    }
    long all = errors.sum();
    Counts taken =
        new Counts(
            counts, all - errorsTaken, millis(buckets, total, 0.5), millis(buckets, total, 0.99));
    errorsTaken = all;
    return taken;
  }

  private static int bucket(long nanos) {
    int log = 63 - Long.numberOfLeadingZeros(nanos);
    return log * STEPS + (int) ((nanos >> (log - 4)) & (STEPS - 1));
  }

  /** The upper end of the bucket in which the quantile lies. */
  private static double millis(long[] buckets, long total, double quantile) {
    long below = 0;
    for (int i = 0; i < buckets.length; i++) {
      below += buckets[i];
      if (total > 0 && below >= quantile * total) {
        int log = i / STEPS;
        return (STEPS + i % STEPS + 1) * Math.pow(2, log - 4) / 1e6;
      }
    }
    return Double.NaN;
  }
}
