package io.quiver.ops;

import io.vertx.core.Vertx;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;

/**
 * Looks four times a second for what takes too long. When the look itself comes late, because the
 * process was stopped or had no processor, what the clients sent meanwhile is not read yet: then
 * the next look decides and not this one.
 *
 * <p>Confined to the event loop that makes it; ends with the verticle that makes it.
 */
public final class EdgeSweep {
  private static final long PERIOD_MILLIS = 250;
  private static final long LATE_NANOS = TimeUnit.MILLISECONDS.toNanos(2 * PERIOD_MILLIS);

  private final LongConsumer look;
  private long lastNanos = System.nanoTime();
  private boolean lateBefore;

  private EdgeSweep(LongConsumer look) {
    this.look = look;
  }

  /**
   * Begins to look.
   *
   * @param look gets the time by {@link System#nanoTime}
   */
  public static void start(Vertx vertx, LongConsumer look) {
    EdgeSweep sweep = new EdgeSweep(look);
    vertx.setPeriodic(PERIOD_MILLIS, timer -> sweep.at(System.nanoTime()));
  }

  private void at(long nowNanos) {
    boolean late = nowNanos - lastNanos > LATE_NANOS;
    lastNanos = nowNanos;
    boolean wait = late && !lateBefore;
    lateBefore = late;
    if (!wait) {
      look.accept(nowNanos);
    }
  }
}
