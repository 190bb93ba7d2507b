package io.quiver.collection;

import io.quiver.core.VectorId;

/**
 * Whether a write may be done depends on one before it, which the log may still refuse: the writer
 * has to ask again when that one was applied or abandoned. Never seen by a client.
 */
public final class UndecidedException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** About all rows. */
  UndecidedException() {
    super("a write waits for the log", null, false, false);
  }

  UndecidedException(VectorId id) {
    super("a write of this id waits for the log: " + id, null, false, false);
  }
}
