package io.quiver.node;

import io.quiver.bus.Addresses;
import io.quiver.bus.Gate;
import io.quiver.bus.Inbox;
import io.quiver.bus.Replies;
import io.quiver.bus.Routes;
import io.quiver.collection.Arrangements;
import io.quiver.collection.Collection;
import io.quiver.collection.ExplainedSearch;
import io.quiver.collection.HybridSearches;
import io.quiver.collection.RowReads;
import io.quiver.collection.TextSearches;
import io.quiver.core.CollectionName;
import io.quiver.core.Deadline;
import io.quiver.core.Limits;
import io.quiver.core.QuiverException;
import io.quiver.core.Ticket;
import io.quiver.message.ArrangedRequest;
import io.quiver.message.CountRows;
import io.quiver.message.ExplainSearch;
import io.quiver.message.GetVectors;
import io.quiver.message.MeasureRecall;
import io.quiver.message.Message;
import io.quiver.message.ReadRows;
import io.quiver.message.Reply;
import io.quiver.message.ScrollRows;
import io.quiver.message.ScrollVersions;
import io.quiver.message.SearchHybrid;
import io.quiver.message.SearchText;
import io.quiver.message.ShardRequest;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.eventbus.MessageConsumer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;

/**
 * Takes searches and reads of its collections from the bus on an event loop and hands them to the
 * search pool; the answer goes out from the thread that searched.
 */
final class SearchVerticle extends VerticleBase {
  private final SearchPool pool;
  private final Map<CollectionName, List<MessageConsumer<Object>>> served = new HashMap<>();
  private Routes routes;

  SearchVerticle(SearchPool pool) {
    this.pool = pool;
  }

  @Override
  public Future<?> start() {
    routes = Routes.of(vertx);
    return Future.succeededFuture();
  }

  /** Begins to answer for a collection. From any thread. */
  Future<Void> serve(Collection collection, Gate gate) {
    return onLoop(() -> subscribe(collection, gate));
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

  private Future<Void> subscribe(Collection collection, Gate gate) {
    CollectionName name = collection.config().name();
    SearchLane lane = new SearchLane(name.value(), gate);
    List<MessageConsumer<Object>> consumers = new ArrayList<>();
    consumers.add(
        Inbox.openTicketed(
            vertx,
            Addresses.read(name),
            (request, body, ticket) ->
                answer(collection, lane, request, read(collection, body, ticket))));
    for (int i = 0; i < collection.config().shards(); i++) {
      int shard = i;
      consumers.add(
          Inbox.openTicketed(
              vertx,
              Addresses.search(name, shard),
              (request, body, ticket) ->
                  answer(collection, lane, request, search(collection, shard, body, ticket))));
    }
    served.put(name, consumers);
    return Future.all(consumers.stream().map(MessageConsumer::completion).toList()).mapEmpty();
  }

  private Future<Void> unsubscribe(CollectionName name) {
    List<MessageConsumer<Object>> consumers = served.remove(name);
    return consumers == null
        ? Future.succeededFuture()
        : Future.all(consumers.stream().map(MessageConsumer::unregister).toList()).mapEmpty();
  }

  /** Work, and until when it is waited for. */
  private record Job(Deadline deadline, Callable<? extends Reply> work) {}

  private static Job read(Collection collection, Message body, Ticket ticket) {
    CollectionName name = collection.config().name();
    Deadline deadline = new Deadline(Long.MAX_VALUE, ticket);
    Deadline limited = deadline(0, ticket);
    return switch (body) {
      case GetVectors get -> {
        Inbox.checkCollection(name, get.collection());
        yield new Job(deadline, () -> collection.get(get));
      }
      case ScrollRows scroll -> {
        Inbox.checkCollection(name, scroll.collection());
        yield new Job(limited, () -> RowReads.scroll(collection, scroll, limited));
      }
      case ScrollVersions scroll -> {
        Inbox.checkCollection(name, scroll.collection());
        yield new Job(limited, () -> RowReads.scroll(collection, scroll, limited));
      }
      case ReadRows read -> {
        Inbox.checkCollection(name, read.collection());
        yield new Job(deadline, () -> RowReads.read(collection, read));
      }
      case CountRows count -> {
        Inbox.checkCollection(name, count.collection());
        yield new Job(limited, () -> RowReads.count(collection, count, limited));
      }
      case MeasureRecall measure -> {
        Inbox.checkCollection(name, measure.collection());
        yield new Job(limited, () -> RowReads.recall(collection, measure, limited));
      }
      case SearchText search -> {
        Inbox.checkCollection(name, search.collection());
        Deadline until = deadline(search.deadlineMillis(), ticket);
        yield new Job(until, () -> TextSearches.run(collection, search, until));
      }
      case SearchHybrid search -> {
        Inbox.checkCollection(name, search.collection());
        Deadline until = deadline(search.deadlineMillis(), ticket);
        yield new Job(until, () -> HybridSearches.run(collection, search, until));
      }
      case ExplainSearch explain -> {
        Inbox.checkCollection(name, explain.collection());
        Deadline until = deadline(explain.search().deadlineMillis(), ticket);
        yield new Job(until, () -> ExplainedSearch.run(collection, explain, until));
      }
      case ArrangedRequest asked -> {
        Inbox.checkCollection(name, asked.collection());
        Deadline until = deadline(asked.deadlineMillis(), ticket);
        yield new Job(until, () -> Arrangements.run(collection, asked, until));
      }
      case Message other -> throw Inbox.misplaced("a read of one collection", other);
    };
  }

  private static Job search(Collection collection, int shard, Message body, Ticket ticket) {
    if (body instanceof ShardRequest search) {
      Inbox.checkCollection(collection.config().name(), search.collection());
      Deadline deadline = deadline(search.deadlineMillis(), ticket);
      return new Job(deadline, () -> collection.search(shard, search, deadline));
    }
    throw Inbox.misplaced("SearchVectors, SearchVersions or SearchByExamples", body);
  }

  /** A collection that was dropped meanwhile is gone, whatever came of the work on it. */
  private void answer(
      Collection collection, SearchLane lane, io.vertx.core.eventbus.Message<?> request, Job job) {
    CollectionName name = collection.config().name();
    pool.answer(
        lane,
        job.deadline(),
        () -> {
          try {
            Reply reply = job.work().call();
            if (routes.find(name).isPresent()) {
              return reply;
            }
          } catch (Exception e) {
            if (routes.find(name).isPresent()) {
              throw e;
            }
          }
          throw QuiverException.collectionNotFound(name.value());
        },
        reply -> Replies.send(request, reply));
  }

  /** Its asker does not wait longer, whether it said so or not. */
  private static Deadline deadline(long wantedMillis, Ticket ticket) {
    long millis = wantedMillis == 0 ? Limits.SEARCH_MILLIS_MAX : wantedMillis;
    return new Deadline(System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis), ticket);
  }
}
