package io.quiver.front.rest;

import io.vertx.core.Vertx;
import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;

/**
 * Refusals that are held back for a moment. Most clients ask again at once, whatever {@code
 * Retry-After} says; so a few dozen connections could keep the node busy with nothing but refusing
 * them, and a flood would never end. Held back, a connection is refused some fifty times a second.
 * Confined to one event loop.
 */
final class Refusals {
  /** Long enough to calm who repeats, and well within the 50 ms in which a refusal is promised. */
  static final long PAUSE_MILLIS = 20;

  private static final long TICK_MILLIS = 5;

  private record Held(long dueNanos, Runnable refusal) {}

  private final ArrayDeque<Held> held = new ArrayDeque<>();
  private final Vertx vertx;

  Refusals(Vertx vertx) {
    this.vertx = vertx;
  }

  /** Runs the refusal after the pause, give or take a tick. */
  void hold(Runnable refusal) {
    if (held.isEmpty()) {
      vertx.setTimer(TICK_MILLIS, this::release);
    }
    long pauseNanos = TimeUnit.MILLISECONDS.toNanos(PAUSE_MILLIS);
    held.add(new Held(System.nanoTime() + pauseNanos, refusal));
  }

  private void release(long timer) {
    long nowNanos = System.nanoTime();
    while (!held.isEmpty() && held.getFirst().dueNanos - nowNanos <= 0) {
      held.removeFirst().refusal.run();
    }
    if (!held.isEmpty()) {
      vertx.setTimer(TICK_MILLIS, this::release);
    }
  }
}
