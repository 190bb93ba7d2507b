package io.quiver.catalog;

import io.quiver.collection.Tuning;
import io.quiver.core.Owner;
import io.quiver.wal.WalOptions;
import java.time.Duration;

/**
 * How a database runs.
 *
 * @param walSegmentBytes size at which the log begins a new segment
 * @param checkpointLogBytes log bytes of one collection after which it is checkpointed
 * @param indexThreads threads that insert into graphs, over all collections; 0 = no background work
 *     (the simulation drives it by hand)
 * @param tuning when background work pays
 * @param scrubPeriod in which everything on disk is read and verified once; zero = never
 * @param deletedRetention for which a dropped collection can be restored; zero = not at all
 * @param defaultOwner whom a collection belongs to if its creator names nobody
 */
public record DatabaseOptions(
    long walSegmentBytes,
    long checkpointLogBytes,
    int indexThreads,
    Tuning tuning,
    Duration scrubPeriod,
    Duration deletedRetention,
    Owner defaultOwner) {
  private static final Duration WEEK = Duration.ofDays(7);
  private static final Duration DAY = Duration.ofDays(1);

  public static final DatabaseOptions DEFAULT =
      new DatabaseOptions(64L << 20, 256L << 20, Runtime.getRuntime().availableProcessors());

  public DatabaseOptions(
      long walSegmentBytes,
      long checkpointLogBytes,
      int indexThreads,
      Tuning tuning,
      Duration scrubPeriod) {
    this(walSegmentBytes, checkpointLogBytes, indexThreads, tuning, scrubPeriod, DAY, Owner.NONE);
  }

  public DatabaseOptions(long walSegmentBytes, long checkpointLogBytes, int indexThreads) {
    this(walSegmentBytes, checkpointLogBytes, indexThreads, Tuning.DEFAULT);
  }

  public DatabaseOptions(
      long walSegmentBytes, long checkpointLogBytes, int indexThreads, Tuning tuning) {
    this(walSegmentBytes, checkpointLogBytes, indexThreads, tuning, WEEK);
  }

  /** Codes may take this share of the memory there is. */
  public DatabaseOptions(
      long walSegmentBytes, long checkpointLogBytes, int indexThreads, int codePercent) {
    this(
        walSegmentBytes,
        checkpointLogBytes,
        indexThreads,
        Tuning.DEFAULT.withCodePercent(codePercent));
  }

  public DatabaseOptions withScrubPeriod(Duration period) {
    return new DatabaseOptions(
        walSegmentBytes,
        checkpointLogBytes,
        indexThreads,
        tuning,
        period,
        deletedRetention,
        defaultOwner);
  }

  public DatabaseOptions withDeletedRetention(Duration retention) {
    return new DatabaseOptions(
        walSegmentBytes,
        checkpointLogBytes,
        indexThreads,
        tuning,
        scrubPeriod,
        retention,
        defaultOwner);
  }

  public DatabaseOptions withDefaultOwner(Owner owner) {
    return new DatabaseOptions(
        walSegmentBytes,
        checkpointLogBytes,
        indexThreads,
        tuning,
        scrubPeriod,
        deletedRetention,
        owner);
  }

  WalOptions wal() {
    int groupBytes = (int) Math.min(WalOptions.DEFAULT.groupBytes(), walSegmentBytes);
    return new WalOptions(walSegmentBytes, groupBytes);
  }
}
