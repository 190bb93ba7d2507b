package io.quiver.fuzz;

import java.io.IOException;

/** What Jazzer calls, in a JVM that is for one target. */
public final class JazzerEntry {
  private static final Guard GUARD = new Guard(Targets.of(System.getProperty(Targets.PROPERTY)));

  private JazzerEntry() {}

  public static void fuzzerTestOneInput(byte[] input) throws IOException {
    GUARD.run(input);
  }
}
