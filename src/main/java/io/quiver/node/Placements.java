package io.quiver.node;

import io.quiver.bus.Gate;
import io.quiver.bus.Routes;
import io.quiver.collection.Collection;
import io.quiver.core.CollectionName;
import io.quiver.message.AliasTable;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.ThreadingModel;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Which verticles serve which collection. Collections are spread over the search verticles by their
 * name, so one that is created again comes back to the same event loop.
 *
 * <p>Thread safety: any thread, but one change of the same name at a time. Deploys from threads
 * that belong to no verticle, for a verticle's children are stopped before it.
 */
final class Placements {
  private static final String WRITER_POOL = "quiver-write";

  private final Vertx vertx;
  private final WriteBudget budget;
  private final List<SearchVerticle> searchers;
  private final Routes routes;
  private final DeploymentOptions writer;
  private final WorkerExecutor threads;
  private final Map<CollectionName, String> deployments = new ConcurrentHashMap<>();

  Placements(Vertx vertx, WriteBudget budget, List<SearchVerticle> searchers) {
    this.vertx = vertx;
    this.budget = budget;
    this.searchers = List.copyOf(searchers);
    this.routes = Routes.of(vertx);
    int threadCount = Math.max(2, Runtime.getRuntime().availableProcessors());
    this.writer =
        new DeploymentOptions()
            .setThreadingModel(ThreadingModel.WORKER)
            .setWorkerPoolName(WRITER_POOL)
            .setWorkerPoolSize(threadCount);
    // The last collection to go must not take the threads with it that tell late requests so.
    this.threads = vertx.createSharedWorkerExecutor(WRITER_POOL, threadCount);
  }

  /** Serves a collection; clients see it when the future completes. */
  Future<Void> place(Collection collection) {
    CollectionName name = collection.config().name();
    Gate gate = new Gate();
    return Future.all(
            searcher(name).serve(collection, gate),
            vertx
                .deployVerticle(() -> new CollectionVerticle(collection, budget), writer)
                .onSuccess(id -> deployments.put(name, id)))
        .<Void>mapEmpty()
        .onSuccess(served -> routes.add(name, collection.config().shards(), gate));
  }

  /** No client sees the collection from here on; completes when its last write is answered. */
  Future<Void> remove(CollectionName name) {
    routes.remove(name);
    return retire(name);
  }

  /**
   * Stops serving a collection whose name will be served again: its clients hear UNAVAILABLE
   * meanwhile.
   */
  Future<Void> pause(CollectionName name) {
    return retire(name);
  }

  /** Clients see these aliases, and no others, from here on. */
  void setAliases(AliasTable aliases) {
    routes.setAliases(aliases);
  }

  /** Stops serving all collections, whose routes stay so that late requests hear UNAVAILABLE. */
  Future<Void> retireAll() {
    return Future.join(deployments.keySet().stream().map(this::retire).toList()).mapEmpty();
  }

  /** After {@link #retireAll}. */
  Future<Void> close() {
    return threads.close();
  }

  private Future<Void> retire(CollectionName name) {
    String deployment = deployments.remove(name);
    Future<Void> writerStopped =
        deployment == null ? Future.succeededFuture() : vertx.undeploy(deployment);
    return Future.join(writerStopped, searcher(name).forget(name)).mapEmpty();
  }

  private SearchVerticle searcher(CollectionName name) {
    return searchers.get(Math.floorMod(name.hashCode(), searchers.size()));
  }
}
