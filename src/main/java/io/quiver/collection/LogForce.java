package io.quiver.collection;

import java.io.IOException;

/** Puts the log on stable storage, as far as it was written. */
@FunctionalInterface
public interface LogForce {
  /** Every record that was applied before the call is durable when it returns. */
  void force() throws IOException;
}
