package io.quiver.fuzz;

import java.util.Objects;
import java.util.function.Supplier;

/** Assertions for a place that is passed a million times: they make their texts only to fail. */
public final class Expect {
  private Expect() {}

  public static void that(boolean holds, Supplier<String> otherwise) {
    if (!holds) {
      throw new AssertionError(otherwise.get());
    }
  }

  public static void equal(Object got, Object want) {
    that(Objects.equals(got, want), () -> "want=" + want + "\n got=" + got);
  }

  /** A message for a person: there, and not as long as what it is about. */
  public static void readable(String message) {
    that(message != null && message.length() < 1_000, () -> "no readable message: " + message);
  }
}
