package io.quiver.cli;

import io.vertx.core.Future;
import java.util.List;
import java.util.function.Supplier;

/** One connection of a bench, and the requests that were encoded before the clock started. */
@FunctionalInterface
interface BenchLine {
  /**
   * Sends a request.
   *
   * @param number which of those that were prepared
   * @return completes on an event loop, with what reads the ids of the hits; of a write there are
   *     none
   */
  Future<Supplier<List<String>>> send(int number);
}
