package io.quiver.api;

import io.quiver.api.Front.Outcome;
import io.quiver.api.Ledger.State;
import io.quiver.testkit.ServerProcess;
import io.vertx.core.Vertx;
import io.vertx.grpc.client.GrpcClient;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiFunction;

/**
 * Six clients that write at once, three of them over gRPC: to a collection each, to one that two
 * share, and two that create and drop collections. What they know outlives the server.
 */
final class Load implements AutoCloseable {
  private static final int CHURNED = 4;

  private final SplittableRandom random;
  private final Vertx vertx = Vertx.vertx();
  private final GrpcClient grpc = GrpcClient.client(vertx);
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final List<Ledger> rows =
      List.of(
          new Ledger("over-rest", "r-", State.EMPTY),
          new Ledger("over-grpc", "g-", State.EMPTY),
          new Ledger("over-both", "rb-", State.EMPTY),
          new Ledger("over-both", "gb-", State.EMPTY));
  private final List<Ledger> restChurn = churned("rest");
  private final List<Ledger> grpcChurn = churned("grpc");

  Load(long seed) {
    this.random = new SplittableRandom(seed);
  }

  private static List<Ledger> churned(String by) {
    List<Ledger> ledgers = new ArrayList<>();
    for (int i = 0; i < CHURNED; i++) {
      ledgers.add(new Ledger("churn-" + by + "-" + i, by + i + "-", State.GONE));
    }
    return ledgers;
  }

  /** Makes the collections that stay. */
  void prepare(ServerProcess server) throws IOException {
    try (RestCaller rest = new RestCaller(server.restPort())) {
      rest.create("over-rest", Ledger.DIMENSION, "Euclidean", 1);
      rest.create("over-grpc", Ledger.DIMENSION, "Cosine", 2);
      rest.create("over-both", Ledger.DIMENSION, "Manhattan", 2);
    }
  }

  /** The clients at work. */
  final class Running {
    private final AtomicBoolean stopped = new AtomicBoolean();
    private final CountDownLatch failed = new CountDownLatch(1);
    private final List<Writer> writers;
    private final List<Future<Outcome>> ends;
    private final RestCaller rest;

    private Running(ServerProcess server) {
      rest = new RestCaller(server.restPort());
      Front overRest = new RestFront(rest);
      Front overGrpc = new GrpcFront(grpc, server.grpcPort());
      BiFunction<Ledger, Front, Writer> writer =
          (ledger, front) -> new RowWriter(ledger, front, random.split());
      writers =
          List.of(
              writer.apply(rows.get(0), overRest),
              writer.apply(rows.get(1), overGrpc),
              writer.apply(rows.get(2), overRest),
              writer.apply(rows.get(3), overGrpc),
              new ChurnWriter(restChurn, overRest, random.split()),
              new ChurnWriter(grpcChurn, overGrpc, random.split()));
      ends = writers.stream().map(each -> threads.submit(() -> run(each))).toList();
    }

    /** Lets the clients work for a while; ends early if one of them fails. */
    void during(long millis) {
      try {
        if (failed.await(millis, TimeUnit.MILLISECONDS)) {
          end();
        }
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    }

    /**
     * Returns when all clients have ended.
     *
     * @return how many of them were left without an answer
     */
    int end() {
      stopped.set(true);
      List<Outcome> outcomes = ends.stream().map(Running::outcome).toList();
      rest.close();
      return Collections.frequency(outcomes, Outcome.UNKNOWN);
    }

    long acknowledged() {
      return writers.stream().mapToLong(Writer::acknowledged).sum();
    }

    private Outcome run(Writer writer) {
      try {
        return writer.run(stopped::get);
      } catch (RuntimeException | Error e) {
        failed.countDown();
        throw e;
      }
    }

    private static Outcome outcome(Future<Outcome> end) {
      try {
        return end.get(90, TimeUnit.SECONDS);
      } catch (ExecutionException e) {
        throw new AssertionError("a client failed: " + e.getCause(), e.getCause());
      } catch (TimeoutException | InterruptedException e) {
        throw new AssertionError("a client does not end", e);
      }
    }
  }

  Running start(ServerProcess server) {
    return new Running(server);
  }

  /**
   * What the server holds must be what was acknowledged, or that and the one request of each client
   * that was not answered. From here on, what was found is what is known.
   *
   * @return rows found
   */
  long verify(ServerProcess server) throws IOException {
    List<Ledger> all = new ArrayList<>(rows);
    all.addAll(restChurn);
    all.addAll(grpcChurn);
    try (RestCaller rest = new RestCaller(server.restPort())) {
      return new Audit(rest, random.split()).verify(all);
    }
  }

  @Override
  public void close() {
    threads.shutdownNow();
    vertx.close();
  }
}
