package io.quiver.bus;

import io.quiver.core.CollectionName;
import io.quiver.core.ErrorCode;
import io.quiver.core.Limits;
import io.quiver.core.QuiverException;
import io.quiver.core.Ticket;
import io.quiver.core.VectorId;
import io.quiver.filter.Filter;
import io.quiver.message.AliasAction;
import io.quiver.message.AliasTable;
import io.quiver.message.BatchHits;
import io.quiver.message.BatchSearch;
import io.quiver.message.ChangeAliases;
import io.quiver.message.ChangeEvent;
import io.quiver.message.ChangeMetadata;
import io.quiver.message.CheckHealth;
import io.quiver.message.CollectionConfig;
import io.quiver.message.CollectionInfo;
import io.quiver.message.CollectionNames;
import io.quiver.message.CreateCollection;
import io.quiver.message.DeleteAck;
import io.quiver.message.DeleteByFilter;
import io.quiver.message.DeleteVectors;
import io.quiver.message.DescribeCollection;
import io.quiver.message.DescribeNode;
import io.quiver.message.DiscoverVectors;
import io.quiver.message.DropCollection;
import io.quiver.message.Dropped;
import io.quiver.message.FoundVectors;
import io.quiver.message.GetVectors;
import io.quiver.message.HealthReport;
import io.quiver.message.ImportCollection;
import io.quiver.message.ListAliases;
import io.quiver.message.ListCollections;
import io.quiver.message.NodeInfo;
import io.quiver.message.OfCollection;
import io.quiver.message.RecommendVectors;
import io.quiver.message.Reply;
import io.quiver.message.Request;
import io.quiver.message.ScrollRows;
import io.quiver.message.ScrolledRows;
import io.quiver.message.SearchHits;
import io.quiver.message.SearchVectors;
import io.quiver.message.ShardRequest;
import io.quiver.message.WriteAck;
import io.quiver.message.WriteVectors;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.MessageConsumer;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Quiver's operations as typed records and futures over the event bus: what REST and gRPC translate
 * to, and what an application that embeds Quiver calls. Every failed future carries a {@link
 * QuiverException}; futures complete on the context of the caller. Thread-safe.
 *
 * <p>A write that fails with DEADLINE_EXCEEDED may or may not have happened.
 */
public final class QuiverClient extends KeyedClient {
  private final Vertx vertx;
  private final Routes routes;
  private final Asking asking;
  private final RequestObserver observer;
  private final Supplier<Ticket> tickets;

  private QuiverClient(
      Vertx vertx, Asking asking, RequestObserver observer, Supplier<Ticket> tickets) {
    this.vertx = vertx;
    this.routes = Routes.of(vertx);
    this.asking = asking;
    this.observer = observer;
    this.tickets = tickets;
  }

  /** A client of the node that runs on this Vert.x instance. */
  public static QuiverClient create(Vertx vertx) {
    return create(vertx, RequestObserver.NONE);
  }

  /** The same, with somebody who is told of every request. */
  public static QuiverClient create(Vertx vertx, RequestObserver observer) {
    Codecs.register(vertx);
    Asking asking = new Asking(vertx.eventBus(), Routes.of(vertx));
    return new QuiverClient(vertx, asking, observer, Ticket::new);
  }

  /**
   * The same client for one request: when its ticket is cancelled, what has not started of it is
   * dropped and a search that runs stops soon. Reads and searches of one ticket are let in or
   * turned away together.
   */
  public QuiverClient on(Ticket ticket) {
    return new QuiverClient(vertx, asking, observer, () -> ticket);
  }

  public Future<CollectionInfo> create(CollectionConfig config) {
    return catalog(() -> new CreateCollection(config), CollectionInfo.class);
  }

  /** See {@link ImportCollection}; waits as long as it takes, up to an hour. */
  public Future<CollectionInfo> importCollection(ImportCollection request) {
    return observed(
        request, asked -> asking.longNode(Addresses.CATALOG, asked, CollectionInfo.class));
  }

  public Future<Dropped> drop(CollectionName name) {
    return catalog(() -> new DropCollection(name), Dropped.class);
  }

  /** All collections, sorted by name. */
  public Future<List<CollectionName>> list() {
    return catalog(ListCollections::new, CollectionNames.class).map(CollectionNames::names);
  }

  public Future<CollectionInfo> describe(CollectionName name) {
    return catalog(() -> new DescribeCollection(name), CollectionInfo.class);
  }

  public Future<NodeInfo> describeNode() {
    return catalog(DescribeNode::new, NodeInfo.class);
  }

  /** See {@link CheckHealth}. */
  public Future<HealthReport> health(boolean deep) {
    return observed(
        new CheckHealth(deep), check -> asking.node(Addresses.HEALTH, check, HealthReport.class));
  }

  /** All aliases of the node. */
  public Future<AliasTable> aliases() {
    return catalog(ListAliases::new, AliasTable.class);
  }

  /** Changes aliases, all steps or none; answers with all aliases there are then. */
  public Future<AliasTable> changeAliases(List<AliasAction> actions) {
    return catalog(() -> new ChangeAliases(actions), AliasTable.class);
  }

  public Future<WriteAck> write(WriteVectors write) {
    return routed(write, (route, at) -> sent(route, at, WriteAck.class));
  }

  public Future<DeleteAck> delete(DeleteVectors delete) {
    return routed(delete, (route, at) -> sent(route, at, DeleteAck.class));
  }

  /** Deletes the rows that a filter means, in steps; see {@link DeleteByFilter}. */
  public Future<DeleteAck> deleteByFilter(DeleteByFilter delete) {
    return routed(
        delete,
        (route, at) ->
            PagedWrite.deletes(
                pages(route, at.ids(), at.filter(), Limits.SEARCH_LIMIT_MAX),
                ids -> sent(route, at.of(ids), DeleteAck.class)));
  }

  /** Changes metadata in steps of {@link ChangeMetadata#STEP_ROWS_MAX} rows. */
  public Future<WriteAck> changeMetadata(ChangeMetadata change) {
    return routed(
        change,
        (route, at) ->
            PagedWrite.changes(
                pages(route, at.ids(), at.filter(), ChangeMetadata.STEP_ROWS_MAX),
                ids -> sent(route, at.of(ids), WriteAck.class)));
  }

  private Function<Optional<VectorId>, Future<ScrolledRows>> pages(
      Route route, List<VectorId> named, Filter filter, int limit) {
    CollectionName name = route.collection();
    return named.isEmpty()
        ? after ->
            asking.read(
                route,
                name,
                asked(new ScrollRows(name, after, limit, false, false, filter)),
                ScrolledRows.class)
        : PagedWrite.of(named, limit);
  }

  @Override
  <T> Future<T> sent(Route route, Request write, Class<T> type) {
    if (!route.gate().enterWrite()) {
      return Future.failedFuture(
          new QuiverException(
              ErrorCode.OVERLOADED,
              Limits.SENT_WRITES_MAX + " writes of the collection wait for an answer already"));
    }
    return asking
        .write(route, route.collection(), asked(write), type)
        .onComplete(answered -> route.gate().leaveWrite());
  }

  public Future<FoundVectors> get(GetVectors get) {
    return read(get, FoundVectors.class);
  }

  /** Fans out to every shard, merges once, applies {@code offset} and {@code limit}. */
  public Future<SearchHits> search(SearchVectors search) {
    return search(search, tickets.get());
  }

  private Future<SearchHits> search(SearchVectors search, Ticket ticket) {
    return routed(search, (route, at) -> fanOut(route, at, ticket));
  }

  @Override
  Future<SearchHits> fanOut(Route route, ShardRequest search) {
    return fanOut(route, search, tickets.get());
  }

  private Future<SearchHits> fanOut(Route route, ShardRequest search, Ticket ticket) {
    return FanOut.search(route, search, address -> asking.search(address, search, ticket));
  }

  /** Finds rows like some examples and unlike others; see {@link RecommendVectors}. */
  public Future<SearchHits> recommend(RecommendVectors recommend) {
    Ticket ticket = tickets.get();
    return routed(
        recommend,
        (route, at) ->
            vectorsOf(route, new Examples(at), ticket)
                .compose(found -> fanOut(route, found.search(at), ticket)));
  }

  /** Finds rows near a target that pairs of rows move; see {@link DiscoverVectors}. */
  public Future<SearchHits> discover(DiscoverVectors discover) {
    Ticket ticket = tickets.get();
    return routed(
        discover,
        (route, at) ->
            vectorsOf(route, new Examples(at), ticket)
                .compose(found -> fanOut(route, found.search(at), ticket)));
  }

  private Future<Examples> vectorsOf(Route route, Examples examples, Ticket ticket) {
    if (examples.ids().isEmpty()) {
      return Future.succeededFuture(examples);
    }
    GetVectors get = new GetVectors(route.collection(), examples.ids(), true, false);
    return asking
        .read(route, route.collection(), new Asked(get, ticket), FoundVectors.class)
        .map(examples::with);
  }

  @Override
  <Q extends Request & OfCollection<Q>, T> Future<T> read(Q request, Class<T> type) {
    return routed(request, (route, at) -> asking.read(route, route.collection(), asked(at), type));
  }

  /**
   * Why a search that has come, but is not read yet, is turned away: it would have to wait too
   * long. Empty if it may be read and sent, or if there is no such collection.
   */
  public Optional<QuiverException> turnsAway(String collection) {
    if (!routes.isFlooded(collection)) {
      return Optional.empty();
    }
    observer.turnedAway();
    return Optional.of(
        new QuiverException(
            ErrorCode.OVERLOADED, collection + ": more searches wait than can be served soon"));
  }

  /** Runs the searches, a few side by side; {@link BatchSearch} tells how many, and what fails. */
  public Future<List<SearchHits>> searchAll(List<SearchVectors> searches) {
    BatchSearch batch;
    try {
      batch = new BatchSearch(searches);
    } catch (QuiverException wrong) {
      return Future.failedFuture(wrong);
    }
    Ticket ticket = tickets.get();
    return observed(
            batch,
            asked ->
                SearchBatch.run(batch.searches(), each -> search(each, ticket)).map(BatchHits::new))
        .map(BatchHits::answers);
  }

  /**
   * Calls the handler for every change of the collection until the consumer is unregistered. An
   * alias stands for what it stands for now.
   */
  public MessageConsumer<ChangeEvent> onChange(CollectionName name, Handler<ChangeEvent> handler) {
    CollectionName own = routes.find(name).map(Route::collection).orElse(name);
    return vertx
        .eventBus()
        .consumer(Addresses.events(own), message -> handler.handle(message.body()));
  }

  @Override
  <T extends Reply> Future<T> catalog(Supplier<Request> request, Class<T> type) {
    try {
      return observed(request.get(), asked -> asking.node(Addresses.CATALOG, asked, type));
    } catch (QuiverException wrong) {
      return Future.failedFuture(wrong);
    }
  }

  @Override
  <T extends Reply> Future<T> copying(Supplier<Request> request, Class<T> type) {
    try {
      return observed(request.get(), asked -> asking.longNode(Addresses.CATALOG, asked, type));
    } catch (QuiverException wrong) {
      return Future.failedFuture(wrong);
    }
  }

  @Override
  <Q extends Request & OfCollection<Q>, T> Future<T> routed(
      Q request, BiFunction<Route, Q, Future<T>> ask) {
    return observed(request, asked -> onRoute(request, ask));
  }

  private <Q extends Request & OfCollection<Q>, T> Future<T> onRoute(
      Q request, BiFunction<Route, Q, Future<T>> ask) {
    CollectionName name = request.collection();
    Optional<Route> found = routes.find(name);
    if (found.isEmpty()) {
      return Future.failedFuture(routes.missing(name));
    }
    Route route = found.get();
    if (route.collection().equals(name)) {
      return ask.apply(route, request);
    }
    return ask.apply(route, request.at(route.collection()))
        .recover(error ->
            hasMovedOn(name, route, error) ? onRoute(request, ask) : Future.failedFuture(error));
  }

  /** An alias may be switched, and its former collection dropped, while a request is on its way. */
  private boolean hasMovedOn(CollectionName alias, Route former, Throwable error) {
    return error instanceof QuiverException known
        && known.code() == ErrorCode.COLLECTION_NOT_FOUND
        && routes
            .find(alias)
            .filter(route -> !route.collection().equals(former.collection()))
            .isPresent();
  }

  private <T> Future<T> observed(Request request, Function<Request, Future<T>> ask) {
    if (request == null) {
      return Future.failedFuture(QuiverException.invalid("request", "a value", "nothing"));
    }
    if (observer == RequestObserver.NONE) {
      return ask.apply(request);
    }
    long startNanos = System.nanoTime();
    return ask.apply(request)
        .onComplete((reply, error) ->
            observer.completed(
                request,
                error == null ? (Reply) reply : Replies.failure(error),
                System.nanoTime() - startNanos,
                tickets.get()));
  }

  private Asked asked(Request request) {
    return new Asked(request, tickets.get());
  }
}
