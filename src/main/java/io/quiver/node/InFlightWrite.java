package io.quiver.node;

import io.quiver.collection.PreparedWrite;
import io.quiver.message.Failure;
import io.quiver.message.LogAck;
import io.quiver.message.Message;
import java.util.Optional;

/**
 * A write between its preparation and its answer. It is settled when the log has answered, well or
 * badly; one that has nothing to log is settled from the start.
 */
final class InFlightWrite {
  private final io.vertx.core.eventbus.Message<?> request;
  private final PreparedWrite prepared;
  private final long bytes;
  private Optional<Message> outcome;

  InFlightWrite(io.vertx.core.eventbus.Message<?> request, PreparedWrite prepared, long bytes) {
    this.request = request;
    this.prepared = prepared;
    this.bytes = bytes;
    this.outcome = prepared.command().isPresent() ? Optional.empty() : Optional.of(new LogAck(0));
  }

  io.vertx.core.eventbus.Message<?> request() {
    return request;
  }

  PreparedWrite prepared() {
    return prepared;
  }

  /** What it took from the {@link WriteBudget}. */
  long bytes() {
    return bytes;
  }

  /** {@link LogAck} or {@link Failure}. */
  void settle(Message answer) {
    outcome = Optional.of(answer);
  }

  boolean isSettled() {
    return outcome.isPresent();
  }

  Message outcome() {
    return outcome.orElseThrow();
  }
}
