package io.quiver;

import io.quiver.bus.QuiverClient;
import io.quiver.bus.RequestObserver;
import io.quiver.config.QuiverOptions;
import io.quiver.front.grpc.GrpcVerticle;
import io.quiver.front.rest.RestVerticle;
import io.quiver.node.Node;
import io.quiver.node.Shutdown;
import io.quiver.node.Version;
import io.quiver.node.Waiting;
import io.quiver.ops.Metrics;
import io.quiver.ops.OpsOptions;
import io.quiver.ops.OpsVerticle;
import io.quiver.ops.SlowRequests;
import io.vertx.core.Closeable;
import io.vertx.core.Deployable;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Supplier;

/**
 * A running Quiver inside a Vert.x application: a node with its data directory, and the fronts that
 * the options name. A Vert.x instance carries one at a time, and stops it when it is closed.
 *
 * <p>Thread safety: all methods, from any thread.
 */
public final class Quiver {
  private static final int FRONT_INSTANCES = Runtime.getRuntime().availableProcessors();

  private final Vertx vertx;
  private final Shutdown shutdown = new Shutdown();
  private final Closeable whenVertxCloses = done -> stop().onComplete(done);
  private Future<Void> stopped;
  private QuiverClient client;
  private int restPort;
  private int grpcPort;
  private int opsPort;

  private Quiver(Vertx vertx) {
    this.vertx = vertx;
  }

  /**
   * Opens the data directory (made if absent), serves its collections, then opens the ports.
   *
   * @return fails if the directory or a port cannot be had; then nothing is left behind
   */
  public static Future<Quiver> start(Vertx vertx, QuiverOptions options) {
    Quiver quiver = new Quiver(vertx);
    return Waiting.onThread(vertx, "quiver-start", () -> quiver.startAll(options));
  }

  /** The version of this build. */
  public static String version() {
    return Version.text();
  }

  /** A client of this node; others can be made for the same Vert.x instance. */
  public QuiverClient client() {
    return client;
  }

  /** The port on which REST is served; 0 = it is not. */
  public int restPort() {
    return restPort;
  }

  /** The port on which gRPC is served; 0 = it is not. */
  public int grpcPort() {
    return grpcPort;
  }

  /** The port on which metrics and probes are served; 0 = they are not. */
  public int opsPort() {
    return opsPort;
  }

  /**
   * Closes the ports, finishes what is under way, closes the data directory. Once: whoever comes
   * later waits for the same end.
   */
  public synchronized Future<Void> stop() {
    if (stopped == null) {
      // The hook stays until then: a Vert.x that is closed meanwhile waits for the same end.
      stopped =
          shutdown
              .runOnThread(vertx)
              .onComplete(end -> ((VertxInternal) vertx).removeCloseHook(whenVertxCloses));
    }
    return stopped;
  }

  private Quiver startAll(QuiverOptions options) throws Exception {
    try {
      Node node = Waiting.await(Node.start(vertx, options.node()));
      shutdown.push("node", () -> Waiting.await(node.stop()));
      startFronts(options);
      ((VertxInternal) vertx).addCloseHook(whenVertxCloses);
      return this;
    } catch (Throwable e) {
      shutdown.undo(e);
      throw e;
    }
  }

  private void startFronts(QuiverOptions options) throws Exception {
    if (options.ops().isPresent()) {
      Metrics metrics = new Metrics();
      shutdown.push("metrics", metrics::close);
      client = QuiverClient.create(vertx, observer(options.ops().get(), metrics));
      opsPort =
          deploy("ops", () -> new OpsVerticle(options.ops().get(), client, metrics), 1)
              .actualPort();
    } else {
      client = QuiverClient.create(vertx, RequestObserver.NONE);
    }
    if (options.grpc().isPresent()) {
      grpcPort =
          deploy("gRPC", () -> new GrpcVerticle(options.grpc().get(), client), FRONT_INSTANCES)
              .actualPort();
    }
    if (options.rest().isPresent()) {
      restPort =
          deploy("REST", () -> new RestVerticle(options.rest().get(), client), FRONT_INSTANCES)
              .actualPort();
    }
  }

  private static RequestObserver observer(OpsOptions options, Metrics metrics) {
    return options.slowMillis() == 0
        ? metrics
        : RequestObserver.both(metrics, new SlowRequests(options.slowMillis()));
  }

  /** Deploys instances that share a port; returns one of them. */
  private <V extends Deployable> V deploy(String name, Supplier<V> maker, int instances)
      throws Exception {
    List<V> made = Collections.synchronizedList(new ArrayList<>());
    Supplier<V> noting =
        () -> {
          V verticle = maker.get();
          made.add(verticle);
          return verticle;
        };
    DeploymentOptions deployment = new DeploymentOptions().setInstances(instances);
    String id = Waiting.await(vertx.deployVerticle(noting, deployment));
    shutdown.push(name, () -> Waiting.await(vertx.undeploy(id)));
    return made.getFirst();
  }
}
