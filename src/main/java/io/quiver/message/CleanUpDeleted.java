package io.quiver.message;

import io.quiver.core.QuiverException;

/**
 * Lets go of what was deleted longer ago. Answered by {@link CleanedUp}.
 *
 * @param retentionMillis what is younger is kept; {@link #AS_SET} = as the server's setting says
 */
public record CleanUpDeleted(long retentionMillis) implements RecoveryRequest {
  public static final long AS_SET = -1;
  public static final long HOURS_MAX = 87_600;

  private static final long HOUR_MILLIS = 3_600_000;

  public CleanUpDeleted {
    if (retentionMillis < AS_SET || retentionMillis > HOURS_MAX * HOUR_MILLIS) {
      throw QuiverException.invalid(
          "retention_hours", "0 to " + HOURS_MAX, retentionMillis / (double) HOUR_MILLIS);
    }
  }

  public static CleanUpDeleted ofHours(long hours) {
    if (hours < 0 || hours > HOURS_MAX) {
      throw QuiverException.invalid("retention_hours", "0 to " + HOURS_MAX, hours);
    }
    return new CleanUpDeleted(hours * HOUR_MILLIS);
  }
}
