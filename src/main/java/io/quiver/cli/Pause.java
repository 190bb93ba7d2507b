package io.quiver.cli;

import java.util.function.BooleanSupplier;

/** Waits. */
final class Pause {
  private static final long PAUSE_MILLIS = 2;

  private Pause() {}

  static void until(BooleanSupplier condition) {
    while (!condition.getAsBoolean()) {
      millis(PAUSE_MILLIS);
    }
  }

  static void millis(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CommandException("interrupted", e);
    }
  }
}
