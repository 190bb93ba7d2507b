package io.quiver.bus;

import io.quiver.core.Ticket;
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

  /**
   * The same, with the ticket of the request, for those who want to know its id.
   *
   * @param ticket a fresh one if the client's request had none
   */
  default void completed(Request request, Reply reply, long nanos, Ticket ticket) {
    completed(request, reply, nanos);
  }

  /** Both are told. */
  static RequestObserver both(RequestObserver one, RequestObserver other) {
    return new RequestObserver() {
      @Override
      public void completed(Request request, Reply reply, long nanos) {
        one.completed(request, reply, nanos);
        other.completed(request, reply, nanos);
      }

      @Override
      public void completed(Request request, Reply reply, long nanos, Ticket ticket) {
        one.completed(request, reply, nanos, ticket);
        other.completed(request, reply, nanos, ticket);
      }

      @Override
      public void turnedAway() {
        one.turnedAway();
        other.turnedAway();
      }
    };
  }

  /** A search was turned away before it was read ({@link QuiverClient#turnsAway}). */
  default void turnedAway() {}
}
