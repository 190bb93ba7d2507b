package io.quiver.api;

import io.quiver.api.Front.Outcome;
import java.util.function.BooleanSupplier;

/** A stream of requests of one client. */
interface Writer {
  /**
   * Writes until stopped, or until a request got no answer that settles it.
   *
   * @return UNKNOWN if it ended for want of an answer
   */
  Outcome run(BooleanSupplier stopped);

  /** Requests that were done. */
  long acknowledged();
}
