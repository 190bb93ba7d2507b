package io.quiver.bus;

import io.quiver.core.CollectionName;
import io.quiver.core.ErrorCode;
import io.quiver.core.QuiverException;
import io.quiver.core.Ticket;
import io.quiver.message.Message;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.MessageConsumer;

/**
 * Where the node takes what is sent to one of its addresses. Anything on the same Vert.x instance
 * can send anything there, and everyone gets an answer at once: what is no message of Quiver fails
 * as a Vert.x delivery, with the number of INVALID_ARGUMENT; what the handler throws goes back as a
 * {@link io.quiver.message.Failure}.
 */
public final class Inbox {
  private Inbox() {}

  /**
   * Opens an address of this process.
   *
   * @param handler called with requests whose body is a message; sends the reply itself
   */
  public static MessageConsumer<Message> open(
      Vertx vertx, String address, Handler<io.vertx.core.eventbus.Message<Message>> handler) {
    return vertx.eventBus().localConsumer(address, request -> take(request, handler));
  }

  /** Takes a request with its ticket. */
  @FunctionalInterface
  public interface TicketedHandler {
    /**
     * Sends the reply itself; what it throws is sent as a failure.
     *
     * @param body what {@code request} carries
     * @param ticket a fresh one if the request came without
     */
    void handle(io.vertx.core.eventbus.Message<?> request, Message body, Ticket ticket);
  }

  /** Opens an address of this process to which requests may be sent with a ticket. */
  public static MessageConsumer<Object> openTicketed(
      Vertx vertx, String address, TicketedHandler handler) {
    return vertx.eventBus().localConsumer(address, request -> take(request, handler));
  }

  /** What to throw for a message that does not belong to this address. */
  public static QuiverException misplaced(String expected, Message got) {
    return QuiverException.invalid("message", expected, got.getClass().getSimpleName());
  }

  /** Refuses a request for one collection that was sent to the address of another. */
  public static void checkCollection(CollectionName want, CollectionName got) {
    if (!want.equals(got)) {
      throw QuiverException.invalid("collection", want.value(), got);
    }
  }

  private static void take(
      io.vertx.core.eventbus.Message<Message> request,
      Handler<io.vertx.core.eventbus.Message<Message>> handler) {
    Object body = ((io.vertx.core.eventbus.Message<?>) request).body();
    if (body instanceof Message) {
      answered(request, () -> handler.handle(request));
    } else {
      refuse(request, body);
    }
  }

  private static void take(
      io.vertx.core.eventbus.Message<Object> request, TicketedHandler handler) {
    switch (request.body()) {
      case Asked asked ->
          answered(request, () -> handler.handle(request, asked.request(), asked.ticket()));
      case Message message ->
          answered(request, () -> handler.handle(request, message, new Ticket()));
      case null, default -> refuse(request, request.body());
    }
  }

  private static void answered(io.vertx.core.eventbus.Message<?> request, Runnable handling) {
    try {
      handling.run();
    } catch (Throwable e) {
      Replies.send(request, Replies.failure(e));
    }
  }

  private static void refuse(io.vertx.core.eventbus.Message<?> request, Object body) {
    String got = body == null ? "nothing" : body.getClass().getName();
    request.fail(
        ErrorCode.INVALID_ARGUMENT.wire(), "message: expected a message of Quiver, got " + got);
  }
}
