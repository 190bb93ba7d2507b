package io.quiver.bus;

import io.quiver.message.Reply;
import io.quiver.message.Request;

/**
 * Told once about every request that a client sent and its outcome, whichever surface it came from.
 * It runs on the thread that completes the request, often an event loop: it must be thread-safe,
 * return at once and never throw.
 */
@FunctionalInterface
public interface RequestObserver {
  /** Looks away. */
  RequestObserver NONE = (request, reply, nanos) -> {};

  /**
   * A request is done.
   *
   * @param reply what the client got; a {@code Failure} when it failed
   * @param nanos from sending the request to its reply
   */
  void completed(Request request, Reply reply, long nanos);

  /** A search was turned away before it was read ({@link QuiverClient#turnsAway}). */
  default void turnedAway() {}
}
