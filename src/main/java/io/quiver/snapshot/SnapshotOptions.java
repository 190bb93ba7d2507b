package io.quiver.snapshot;

import io.quiver.core.Limits;
import java.time.Duration;

/**
 * When snapshots are taken by themselves, and how long those are kept.
 *
 * @param every after so much time, if there may have been a change; zero = not by time
 * @param everyOperations after so many rows were written or deleted; 0 = not by count
 * @param keep how many of each collection; 0 = all
 * @param keepFor how long, but for the newest of each collection; zero = for ever
 */
public record SnapshotOptions(Duration every, long everyOperations, int keep, Duration keepFor) {
  public static final SnapshotOptions NONE =
      new SnapshotOptions(Duration.ZERO, 0, 0, Duration.ZERO);

  public SnapshotOptions {
    Limits.check("snapshot_every_minutes", every.toMinutes(), 0, Integer.MAX_VALUE);
    Limits.check("snapshot_every_operations", everyOperations, 0, Long.MAX_VALUE);
    Limits.check("snapshot_keep", keep, 0, Integer.MAX_VALUE);
    Limits.check("snapshot_keep_hours", keepFor.toHours(), 0, Integer.MAX_VALUE);
  }

  /** Whether any is taken. */
  boolean isOn() {
    return !every.isZero() || everyOperations > 0;
  }
}
