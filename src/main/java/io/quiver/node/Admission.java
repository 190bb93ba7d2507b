package io.quiver.node;

import java.util.concurrent.TimeUnit;

/**
 * Decides whether one more search of a collection may wait for a thread, by the time it would have
 * to. In calm weather anything may wait that is served in {@link #WAIT_NANOS_MAX}. Whoever is over
 * that is turned away, and then a flood is on: as long as it lasts only so many wait that each is
 * served about one search later, so that who is let in is served fast and the threads never lack
 * work. The flood is over when in a second fewer were turned away than let in.
 *
 * <p>Not thread-safe. Time is given, never asked for.
 */
final class Admission {
  /** Expected wait up to which nobody is turned away. */
  static final long WAIT_NANOS_MAX = TimeUnit.MILLISECONDS.toNanos(100);

  /** The same in a flood: what searches shorter than this may wait. */
  static final long FLOOD_WAIT_NANOS_MAX = TimeUnit.MILLISECONDS.toNanos(1);

  private static final long PERIOD_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** Long searches may wait for this many of their like in calm weather. */
  private static final int CALM_SEARCHES = 4;

  private boolean flood;
  private long periodFrom;
  private int admitted;
  private int refused;

  /**
   * Decides, and counts what it decided.
   *
   * @param waitNanos until the search would have been served if the threads did nothing but its own
   *     work and what waits before it
   * @param serviceNanos what a search of this collection takes
   */
  boolean admits(long waitNanos, long serviceNanos, long nowNanos) {
    if (flood && nowNanos - periodFrom >= PERIOD_NANOS) {
      flood = refused >= admitted;
      begin(nowNanos);
    }
    if (waitNanos <= bound(serviceNanos)) {
      admitted++;
      return true;
    }
    if (!flood) {
      flood = true;
      begin(nowNanos);
    }
    refused++;
    return false;
  }

  /** Counts searches that were turned away before they came here. */
  void turnedAway(int searches) {
    refused += searches;
  }

  /** Whether a search would be turned away now because of a flood. Counts nothing. */
  boolean isFloodFor(long waitNanos, long serviceNanos) {
    return flood && waitNanos > bound(serviceNanos);
  }

  boolean isFlood() {
    return flood;
  }

  private long bound(long serviceNanos) {
    return flood
        ? Math.max(FLOOD_WAIT_NANOS_MAX, serviceNanos)
        : Math.max(WAIT_NANOS_MAX, CALM_SEARCHES * serviceNanos);
  }

  private void begin(long nowNanos) {
    periodFrom = nowNanos;
    admitted = 0;
    refused = 0;
  }
}
