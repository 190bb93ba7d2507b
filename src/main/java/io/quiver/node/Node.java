package io.quiver.node;

import io.quiver.bus.Codecs;
import io.quiver.bus.Durations;
import io.quiver.bus.Figures;
import io.quiver.bus.Routes;
import io.quiver.catalog.Database;
import io.quiver.catalog.Surroundings;
import io.quiver.core.ErrorCode;
import io.quiver.core.QuiverException;
import io.quiver.disk.Disk;
import io.quiver.disk.OsDisk;
import io.quiver.migrate.DvecIntake;
import io.vertx.core.Deployable;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.ThreadingModel;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;

/**
 * A data directory served on the event bus of a Vert.x instance, which can carry one node at a
 * time.
 *
 * <p>Start: database, threads, log writer, search verticles, one writer per collection, and at last
 * the catalog. Stop: the same backwards, each part after it has finished what it was doing.
 */
public final class Node {
  private static final int INSPECTION_THREADS = 2;
  private static final int QUEUED_MAX = 1_024;

  private final Vertx vertx;
  private final Shutdown shutdown = new Shutdown();

  private Node(Vertx vertx) {
    this.vertx = vertx;
  }

  /**
   * Opens the database and serves every collection in it.
   *
   * @return fails with UNAVAILABLE if this Vert.x instance has a node, or with what kept the data
   *     directory from being opened; then nothing is left behind
   */
  public static Future<Node> start(Vertx vertx, NodeOptions options) {
    Node node = new Node(vertx);
    return Waiting.onThread(vertx, "quiver-start", () -> node.startAll(options));
  }

  /** Takes no more work, finishes what is under way, closes the database. */
  public Future<Void> stop() {
    return shutdown.runOnThread(vertx);
  }

  private Node startAll(NodeOptions options) throws Exception {
    try {
      startParts(options);
      return this;
    } catch (Throwable e) {
      shutdown.undo(e);
      throw e;
    }
  }

  private void startParts(NodeOptions options) throws Exception {
    Codecs.register(vertx);
    Routes routes = Routes.of(vertx);
    if (!routes.claim()) {
      throw new QuiverException(
          ErrorCode.UNAVAILABLE, "this Vert.x instance has a Quiver node already: use another one");
    }
    shutdown.push("routes", routes::release);
    Disk disk = new OsDisk();
    DvecIntake.Found arrived =
        DvecIntake.run(disk, options.dataDirectory(), Surroundings.REAL.nowMillis());
    Database database = Database.open(disk, options.dataDirectory(), options.database());
    shutdown.push("database", database::close);
    SearchPool searches = new SearchPool(options.searchThreads());
    shutdown.push("quiver-search", searches::close);
    Durations syncs = new Durations();
    LogWriter log = NodeFigures.timed(LogWriter.of(database), syncs);
    deploy("log writer", new WalVerticle(log), logOptions());
    WriteBudget budget = new WriteBudget();
    Placements placements = new Placements(vertx, budget, startSearchers(searches));
    shutdown.push("writer threads", () -> Waiting.await(placements.close()));
    shutdown.push("collections", () -> Waiting.await(placements.retireAll()));
    ImportRoots roots = new ImportRoots(options.dataDirectory(), options.importRoots());
    Conversions conversions = new Conversions(vertx, database, disk, placements, arrived, roots);
    Waiting.await(
        Future.all(
            database.collections().stream()
                .filter(each -> !conversions.holds(each.name()))
                .map(placements::place)
                .toList()));
    placements.setAliases(database.aliases());
    WorkPool inspections = startPool("quiver-inspect", INSPECTION_THREADS, QUEUED_MAX);
    WorkPool changes = startPool("quiver-catalog", 1, QUEUED_MAX);
    WorkPool copies = startPool("quiver-copies", 1, QUEUED_MAX);
    WorkPool transfers = startPool("quiver-transfers", 1, QUEUED_MAX);
    deploy(
        "catalog",
        new CatalogVerticle(
            database,
            placements,
            conversions,
            options.snapshots(),
            changes,
            inspections,
            copies,
            transfers),
        new DeploymentOptions());
    deploy(
        "health",
        new HealthVerticle(database, searches, inspections, budget, conversions),
        new DeploymentOptions());
    conversions.start();
    shutdown.push("conversions", conversions::stop);
    showFigures(new NodeFigures(database, searches, budget, syncs));
  }

  private void showFigures(NodeFigures figures) {
    Figures.of(vertx).add(figures);
    shutdown.push("figures", () -> Figures.of(vertx).remove(figures));
  }

  private List<SearchVerticle> startSearchers(SearchPool searches) throws Exception {
    List<SearchVerticle> searchers = new ArrayList<>();
    for (int i = 0; i < Runtime.getRuntime().availableProcessors(); i++) {
      SearchVerticle searcher = new SearchVerticle(searches);
      deploy("searches " + i, searcher, new DeploymentOptions());
      searchers.add(searcher);
    }
    return searchers;
  }

  private WorkPool startPool(String name, int threads, int queuedMax) {
    WorkPool pool = new WorkPool(name, threads, queuedMax);
    shutdown.push(name, pool::close);
    return pool;
  }

  private void deploy(String name, Deployable verticle, DeploymentOptions options)
      throws Exception {
    String id = Waiting.await(vertx.deployVerticle(verticle, options));
    shutdown.push(name, () -> Waiting.await(vertx.undeploy(id)));
  }

  private static DeploymentOptions logOptions() {
    return new DeploymentOptions()
        .setThreadingModel(ThreadingModel.WORKER)
        .setWorkerPoolName("quiver-wal")
        .setWorkerPoolSize(1);
  }
}
