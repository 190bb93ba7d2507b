package io.quiver.front.rest;

import io.quiver.bus.QuiverClient;
import io.vertx.core.Future;

/** One operation: reads a call into messages. Pure, so large bodies are read on a worker thread. */
@FunctionalInterface
interface Endpoint {
  /**
   * Reads the call.
   *
   * @throws io.quiver.core.QuiverException when the call is wrong
   */
  Prepared prepare(Call call);

  /** A call that was read and found well-formed, ready to be asked of the node. */
  @FunctionalInterface
  interface Prepared {
    Future<Answer> ask(QuiverClient client);
  }
}
