package io.quiver.bus;

import io.quiver.core.CollectionName;
import io.quiver.core.ErrorCode;
import io.quiver.core.Limits;
import io.quiver.core.QuiverException;
import io.quiver.message.ChangeEvent;
import io.quiver.message.CheckHealth;
import io.quiver.message.CollectionConfig;
import io.quiver.message.CollectionInfo;
import io.quiver.message.CollectionNames;
import io.quiver.message.CreateCollection;
import io.quiver.message.DeleteAck;
import io.quiver.message.DeleteVectors;
import io.quiver.message.DescribeCollection;
import io.quiver.message.DescribeNode;
import io.quiver.message.DropCollection;
import io.quiver.message.Dropped;
import io.quiver.message.FoundVectors;
import io.quiver.message.GetVectors;
import io.quiver.message.HealthReport;
import io.quiver.message.ListCollections;
import io.quiver.message.NodeInfo;
import io.quiver.message.Reply;
import io.quiver.message.Request;
import io.quiver.message.SearchHits;
import io.quiver.message.SearchVectors;
import io.quiver.message.WriteAck;
import io.quiver.message.WriteVectors;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.MessageConsumer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * Quiver's operations as typed records and futures over the event bus: what REST and gRPC translate
 * to, and what an application that embeds Quiver calls. Every failed future carries a {@link
 * QuiverException}; futures complete on the context of the caller. Thread-safe.
 *
 * <p>A write that fails with DEADLINE_EXCEEDED may or may not have happened.
 */
public final class QuiverClient {
  private final Vertx vertx;
  private final Routes routes;
  private final Asking asking;
  private final RequestObserver observer;

  private QuiverClient(Vertx vertx, RequestObserver observer) {
    this.vertx = vertx;
    this.routes = Routes.of(vertx);
    this.asking = new Asking(vertx.eventBus(), routes);
    this.observer = observer;
  }

  /** A client of the node that runs on this Vert.x instance. */
  public static QuiverClient create(Vertx vertx) {
    return create(vertx, RequestObserver.NONE);
  }

  /** The same, with somebody who is told of every request. */
  public static QuiverClient create(Vertx vertx, RequestObserver observer) {
    Codecs.register(vertx);
    return new QuiverClient(vertx, observer);
  }

  public Future<CollectionInfo> create(CollectionConfig config) {
    return catalog(new CreateCollection(config), CollectionInfo.class);
  }

  public Future<Dropped> drop(CollectionName name) {
    return catalog(new DropCollection(name), Dropped.class);
  }

  /** All collections, sorted by name. */
  public Future<List<CollectionName>> list() {
    return catalog(new ListCollections(), CollectionNames.class).map(CollectionNames::names);
  }

  public Future<CollectionInfo> describe(CollectionName name) {
    return catalog(new DescribeCollection(name), CollectionInfo.class);
  }

  public Future<NodeInfo> describeNode() {
    return catalog(new DescribeNode(), NodeInfo.class);
  }

  /** See {@link CheckHealth}. */
  public Future<HealthReport> health(boolean deep) {
    return observed(
        new CheckHealth(deep), check -> asking.node(Addresses.HEALTH, check, HealthReport.class));
  }

  public Future<WriteAck> write(WriteVectors write) {
    return observed(
        write,
        request ->
            routed(
                write.collection(),
                route -> asking.write(route, write.collection(), request, WriteAck.class)));
  }

  public Future<DeleteAck> delete(DeleteVectors delete) {
    return observed(
        delete,
        request ->
            routed(
                delete.collection(),
                route -> asking.write(route, delete.collection(), request, DeleteAck.class)));
  }

  public Future<FoundVectors> get(GetVectors get) {
    return observed(
        get,
        request ->
            routed(
                get.collection(),
                route -> asking.read(route, get.collection(), request, FoundVectors.class)));
  }

  /** Fans out to every shard, merges once, applies {@code offset} and {@code limit}. */
  public Future<SearchHits> search(SearchVectors search) {
    return observed(
        search,
        request ->
            routed(
                search.collection(),
                route -> FanOut.search(route, search, address -> asking.search(address, search))));
  }

  /**
   * Runs the searches side by side; fails if one fails, naming the first of them by its index.
   *
   * @param searches 1 to {@link Limits#SEARCH_BATCH_MAX}
   */
  public Future<List<SearchHits>> searchAll(List<SearchVectors> searches) {
    if (searches.isEmpty() || searches.size() > Limits.SEARCH_BATCH_MAX) {
      return Future.failedFuture(
          QuiverException.invalid("searches", "1 to " + Limits.SEARCH_BATCH_MAX, searches.size()));
    }
    List<Future<SearchHits>> asked = new ArrayList<>(searches.size());
    for (SearchVectors search : searches) {
      asked.add(search(search));
    }
    return Future.join(asked).transform(done -> allOrFirstFailure(asked));
  }

  /** Calls the handler for every change of the collection until the consumer is unregistered. */
  public MessageConsumer<ChangeEvent> onChange(CollectionName name, Handler<ChangeEvent> handler) {
    return vertx
        .eventBus()
        .consumer(Addresses.events(name), message -> handler.handle(message.body()));
  }

  private <T extends Reply> Future<T> catalog(Request request, Class<T> type) {
    return observed(request, asked -> asking.node(Addresses.CATALOG, asked, type));
  }

  private <T> Future<T> routed(CollectionName name, Function<Route, Future<T>> ask) {
    Optional<Route> route = routes.find(name);
    return route.isPresent() ? ask.apply(route.get()) : Future.failedFuture(routes.missing(name));
  }

  private <T extends Reply> Future<T> observed(Request request, Function<Request, Future<T>> ask) {
    if (observer == RequestObserver.NONE) {
      return ask.apply(request);
    }
    long startNanos = System.nanoTime();
    return ask.apply(request)
        .onComplete((reply, error) ->
            observer.completed(
                request,
                error == null ? reply : Replies.failure(error),
                System.nanoTime() - startNanos));
  }

  private static Future<List<SearchHits>> allOrFirstFailure(List<Future<SearchHits>> asked) {
    List<SearchHits> answers = new ArrayList<>(asked.size());
    for (int i = 0; i < asked.size(); i++) {
      if (asked.get(i).failed()) {
        return Future.failedFuture(atIndex(i, asked.get(i).cause()));
      }
      answers.add(asked.get(i).result());
    }
    return Future.succeededFuture(answers);
  }

  private static QuiverException atIndex(int index, Throwable error) {
    String place = "searches[" + index + "]";
    if (error instanceof QuiverException known) {
      Map<String, String> details = new TreeMap<>(known.details());
      details.merge("field", place, (field, prefix) -> prefix + "." + field);
      return new QuiverException(known.code(), place + ": " + known.getMessage(), details, known);
    }
    return new QuiverException(ErrorCode.INTERNAL, place + ": " + error.getMessage(), error);
  }
}
