package io.quiver.bus;

import io.quiver.core.CollectionName;
import io.quiver.core.ErrorCode;
import io.quiver.core.Limits;
import io.quiver.core.QuiverException;
import io.quiver.core.Ticket;
import io.quiver.message.Failure;
import io.quiver.message.Request;
import io.quiver.message.SearchHits;
import io.quiver.message.ShardRequest;
import io.vertx.core.Future;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;

/**
 * One question over the bus and its answer, or the {@link QuiverException} that says why there is
 * none: a failure that was answered, an address without a consumer, or silence.
 */
final class Asking {
  /** Reads, and what concerns the whole node. */
  static final long TIMEOUT_MILLIS = 60_000;

  /** A write waits for its turn, the disk, and the rows to be applied. */
  static final long WRITE_TIMEOUT_MILLIS = 120_000;

  static final long LONG_TIMEOUT_MILLIS = 3_600_000;

  /** What a search with a deadline is given on top, so that the shard's own answer arrives. */
  static final long GRACE_MILLIS = 100;

  private static final DeliveryOptions SEARCH = Codecs.request(Limits.SEARCH_MILLIS_MAX);
  private static final DeliveryOptions PLAIN = Codecs.request(TIMEOUT_MILLIS);
  private static final DeliveryOptions LONG = Codecs.request(LONG_TIMEOUT_MILLIS);
  private static final DeliveryOptions WRITE = Codecs.request(WRITE_TIMEOUT_MILLIS);

  private final EventBus bus;
  private final Routes routes;

  Asking(EventBus bus, Routes routes) {
    this.bus = bus;
    this.routes = routes;
  }

  /** Asks the node as a whole. */
  <T> Future<T> node(String address, Request request, Class<T> type) {
    return ask(address, request, PLAIN, type, Optional.empty());
  }

  /** The same for what reads and writes a whole collection. */
  <T> Future<T> longNode(String address, Request request, Class<T> type) {
    return ask(address, request, LONG, type, Optional.empty());
  }

  <T> Future<T> read(Route route, CollectionName name, Asked asked, Class<T> type) {
    return ask(route.reads(), asked, PLAIN, type, Optional.of(name));
  }

  <T> Future<T> write(Route route, CollectionName name, Asked asked, Class<T> type) {
    return ask(route.writes(), asked, WRITE, type, Optional.of(name));
  }

  Future<SearchHits> search(String address, ShardRequest search, Ticket ticket) {
    DeliveryOptions options =
        search.deadlineMillis() == 0
            ? SEARCH
            : Codecs.request(search.deadlineMillis() + GRACE_MILLIS);
    Asked asked = new Asked(search, ticket);
    return ask(address, asked, options, SearchHits.class, Optional.of(search.collection()));
  }

  private <T> Future<T> ask(
      String address,
      Object request,
      DeliveryOptions options,
      Class<T> type,
      Optional<CollectionName> collection) {
    long startNanos = System.nanoTime();
    Future<io.vertx.core.eventbus.Message<Object>> asked;
    try {
      asked = bus.request(address, request, options);
    } catch (RejectedExecutionException e) { // Found the consumer, but its threads are gone.
      return Future.failedFuture(gone(collection));
    }
    return asked.transform((reply, error) ->
        error == null
            ? answer(reply.body(), type)
            : Future.failedFuture(
                unanswered(error, startNanos, options.getSendTimeout(), collection)));
  }

  private static <T> Future<T> answer(Object reply, Class<T> type) {
    if (reply instanceof Failure failure) {
      return Future.failedFuture(failure.toException());
    }
    if (!type.isInstance(reply)) { // somebody else answers at our address
      String got = reply == null ? "nothing" : reply.getClass().getName();
      return Future.failedFuture(
          new QuiverException(
              ErrorCode.INTERNAL,
              "wrong reply on the event bus: want=" + type.getSimpleName() + " got=" + got));
    }
    return Future.succeededFuture(type.cast(reply));
  }

  private QuiverException unanswered(
      Throwable error, long startNanos, long timeoutMillis, Optional<CollectionName> collection) {
    if (!(error instanceof ReplyException reply)
        || reply.failureType() == ReplyFailure.RECIPIENT_FAILURE
        || reply.failureType() == ReplyFailure.ERROR) {
      return new QuiverException(ErrorCode.INTERNAL, "internal error on the event bus", error);
    }
    long waitedMillis = (System.nanoTime() - startNanos) / 1_000_000;
    // Vert.x also says TIMEOUT, at once, for a message that was on its way to a consumer that left.
    if (reply.failureType() == ReplyFailure.TIMEOUT && waitedMillis >= timeoutMillis) {
      return new QuiverException(
          ErrorCode.DEADLINE_EXCEEDED, "no answer within " + timeoutMillis + " ms", error);
    }
    return gone(collection);
  }

  private QuiverException gone(Optional<CollectionName> collection) {
    return collection
        .filter(name -> routes.find(name).isEmpty())
        .map(routes::missing)
        .orElseGet(Routes::noNode);
  }
}
