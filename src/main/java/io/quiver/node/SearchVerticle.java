package io.quiver.node;

import io.quiver.bus.Addresses;
import io.quiver.bus.Routes;
import io.quiver.collection.Collection;
import io.quiver.core.CollectionName;
import io.quiver.core.ErrorCode;
import io.quiver.core.QuiverException;
import io.quiver.message.GetVectors;
import io.quiver.message.Message;
import io.quiver.message.Reply;
import io.quiver.message.SearchVectors;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.eventbus.MessageConsumer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;

/**
 * Takes searches and reads of its collections from the bus on an event loop and hands them to the
 * search pool; the answer goes out from the thread that searched.
 */
final class SearchVerticle extends VerticleBase {
  private static final long NEVER = Long.MAX_VALUE;

  private final WorkPool pool;
  private final Map<CollectionName, List<MessageConsumer<Message>>> served = new HashMap<>();
  private Routes routes;

  SearchVerticle(WorkPool pool) {
    this.pool = pool;
  }

  @Override
  public Future<?> start() {
    routes = Routes.of(vertx);
    return Future.succeededFuture();
  }

  /** Begins to answer for a collection. From any thread. */
  Future<Void> serve(Collection collection) {
    return onLoop(() -> subscribe(collection));
  }

  /** Answers no more for a collection. From any thread. */
  Future<Void> forget(CollectionName name) {
    return onLoop(() -> unsubscribe(name));
  }

  private Future<Void> onLoop(Callable<Future<Void>> work) {
    Promise<Void> done = Promise.promise();
    context.runOnContext(then -> {
      try {
        work.call().onComplete(done);
      } catch (Exception e) {
        done.fail(e);
      }
    });
    return done.future();
  }

  private Future<Void> subscribe(Collection collection) {
    CollectionName name = collection.config().name();
    List<MessageConsumer<Message>> consumers = new ArrayList<>();
    consumers.add(
        vertx
            .eventBus()
            .localConsumer(Addresses.read(name), request -> onRead(collection, request)));
    for (int i = 0; i < collection.config().shards(); i++) {
      int shard = i;
      consumers.add(
          vertx
              .eventBus()
              .localConsumer(
                  Addresses.search(name, shard), request -> onSearch(collection, shard, request)));
    }
    served.put(name, consumers);
    return Future.all(consumers.stream().map(MessageConsumer::completion).toList()).mapEmpty();
  }

  private Future<Void> unsubscribe(CollectionName name) {
    List<MessageConsumer<Message>> consumers = served.remove(name);
    return consumers == null
        ? Future.succeededFuture()
        : Future.all(consumers.stream().map(MessageConsumer::unregister).toList()).mapEmpty();
  }

  private void onRead(Collection collection, io.vertx.core.eventbus.Message<Message> request) {
    answer(
        collection,
        request,
        () -> {
          if (request.body() instanceof GetVectors get) {
            return collection.get(get);
          }
          throw QuiverException.invalid("message", "GetVectors", request.body());
        });
  }

  private void onSearch(
      Collection collection, int shard, io.vertx.core.eventbus.Message<Message> request) {
    long receivedNanos = System.nanoTime();
    answer(
        collection,
        request,
        () -> {
          if (request.body() instanceof SearchVectors search) {
            return collection.search(shard, search, deadlineNanos(search, receivedNanos));
          }
          throw QuiverException.invalid("message", "SearchVectors", request.body());
        });
  }

  /** A collection that was dropped meanwhile is gone, whatever came of the work on it. */
  private void answer(
      Collection collection,
      io.vertx.core.eventbus.Message<Message> request,
      Callable<? extends Reply> work) {
    CollectionName name = collection.config().name();
    pool.answer(
        request,
        () -> {
          try {
            Reply reply = work.call();
            if (routes.find(name).isPresent()) {
              return reply;
            }
          } catch (Exception e) {
            if (routes.find(name).isPresent()) {
              throw e;
            }
          }
          throw QuiverException.collectionNotFound(name.value());
        });
  }

  /**
   * When to give up.
   *
   * @return the {@code nanoTime} of the deadline
   * @throws QuiverException DEADLINE_EXCEEDED if it passed while the search waited for a thread
   */
  private static long deadlineNanos(SearchVectors search, long receivedNanos) {
    if (search.deadlineMillis() == 0) {
      return NEVER;
    }
    long deadlineNanos = receivedNanos + search.deadlineMillis() * 1_000_000;
    if (System.nanoTime() - deadlineNanos >= 0) {
      throw new QuiverException(
          ErrorCode.DEADLINE_EXCEEDED,
          "the search waited for a thread longer than " + search.deadlineMillis() + " ms");
    }
    return deadlineNanos;
  }
}
