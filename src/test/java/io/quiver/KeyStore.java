package io.quiver;

import io.quiver.testkit.Operation;
import io.quiver.testkit.Operation.Outcome;

/** What a client of {@link SingleKeyHistoryTest} talks to. */
interface KeyStore {
  /** The answer says that nothing was done. */
  final class Refused extends Exception {
    private static final long serialVersionUID = 1L;
  }

  Outcome run(Operation.Kind kind, String key, int value) throws Refused;
}
