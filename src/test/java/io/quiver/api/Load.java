package io.quiver.api;

import io.quiver.api.Front.Outcome;
import io.quiver.api.Ledger.State;
import io.quiver.core.Durability;
import io.quiver.testkit.ServerProcess;
import io.vertx.core.Vertx;
import io.vertx.grpc.client.GrpcClient;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;

/**
 * Clients that write at once over REST, over gRPC, and over the bus if the server is a {@link
 * BusHost}: over each of them one to a collection of its own, one to a collection that all share,
 * and one that creates and drops collections. What they know outlives the server.
 */
final class Load implements AutoCloseable {
  private static final int CHURNED = 4;

  private final SplittableRandom random;
  private final Vertx vertx = Vertx.vertx();
  private final GrpcClient grpc = GrpcClient.client(vertx);
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final Map<Interface, Ledgers> ledgers = new EnumMap<>(Interface.class);

  private enum Interface {
    REST,
    GRPC,
    BUS
  }

  /** What the clients of one interface know. */
  private record Ledgers(Ledger own, Ledger shared, List<Ledger> churned) {
    static Ledgers of(Interface over) {
      String word = over.name().toLowerCase(Locale.ROOT);
      List<Ledger> churned = new ArrayList<>();
      for (int i = 0; i < CHURNED; i++) {
        churned.add(new Ledger("churn-" + word + "-" + i, word + i + "-", State.GONE));
      }
      return new Ledgers(
          new Ledger("over-" + word, word + "-own-", State.EMPTY),
          new Ledger("over-all", word + "-all-", State.EMPTY),
          List.copyOf(churned));
    }

    List<Ledger> all() {
      List<Ledger> all = new ArrayList<>(churned);
      all.add(own);
      all.add(shared);
      return all;
    }
  }

  Load(long seed) {
    this.random = new SplittableRandom(seed);
    for (Interface over : Interface.values()) {
      ledgers.put(over, Ledgers.of(over));
    }
  }

  /** Makes the collections that stay. */
  void prepare(ServerProcess server) throws IOException {
    try (RestCaller rest = new RestCaller(server.restPort())) {
      rest.create("over-rest", Ledger.DIMENSION, "Euclidean", 1);
      rest.create("over-grpc", Ledger.DIMENSION, "Cosine", 2);
      rest.create("over-bus", Ledger.DIMENSION, "Euclidean", 2);
      rest.create("over-all", Ledger.DIMENSION, "Manhattan", 2);
    }
  }

  /** The clients at work. */
  final class Running {
    private final AtomicBoolean stopped = new AtomicBoolean();
    private final CountDownLatch failed = new CountDownLatch(1);
    private final List<Writer> writers;
    private final List<Future<Outcome>> ends;
    private final Fronts fronts;

    private Running(ServerProcess server) {
      fronts = new Fronts(server);
      writers =
          fronts.all().entrySet().stream()
              .flatMap(each -> writers(ledgers.get(each.getKey()), each.getValue()))
              .toList();
      ends = writers.stream().map(each -> threads.submit(() -> run(each))).toList();
    }

    private Stream<Writer> writers(Ledgers known, List<Front> fronts) {
      return Stream.of(
          new RowWriter(known.own(), fronts.get(0), random.split()),
          new RowWriter(known.shared(), fronts.get(1), random.split()),
          new ChurnWriter(known.churned(), fronts.get(2), random.split()));
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
      fronts.close();
      return Collections.frequency(outcomes, Outcome.UNKNOWN);
    }

    /** Fails if a client was left without an answer although the server runs. */
    void assertAllAtWork() {
      if (ends.stream().anyMatch(Future::isDone)) {
        throw new AssertionError("clients without an answer from a server that runs: " + end());
      }
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
  long verify(ServerProcess server) {
    List<Ledger> all = ledgers.values().stream().flatMap(each -> each.all().stream()).toList();
    try (Fronts fronts = new Fronts(server)) {
      List<Front> one = fronts.all().values().stream().map(List::getFirst).toList();
      return new Audit(one, random.split()).verify(all);
    }
  }

  /** Three clients of each interface that a server has. */
  private final class Fronts implements AutoCloseable {
    private final RestCaller rest;
    private final List<BusFront> bus = new ArrayList<>();
    private final Map<Interface, List<Front>> all = new EnumMap<>(Interface.class);

    Fronts(ServerProcess server) {
      rest = new RestCaller(server.restPort());
      Front overRest = new RestFront(rest);
      Front overGrpc = new GrpcFront(grpc, server.grpcPort());
      all.put(Interface.REST, List.of(overRest, overRest, overRest));
      all.put(Interface.GRPC, List.of(overGrpc, overGrpc, overGrpc));
      if (server.busPort() != 0) {
        bus.add(new BusFront(server.busPort(), Durability.OS));
        bus.add(new BusFront(server.busPort(), Durability.FSYNC));
        bus.add(new BusFront(server.busPort(), Durability.FSYNC));
        all.put(Interface.BUS, List.copyOf(bus));
      }
    }

    Map<Interface, List<Front>> all() {
      return all;
    }

    @Override
    public void close() {
      rest.close();
      bus.forEach(BusFront::close);
    }
  }

  @Override
  public void close() {
    threads.shutdownNow();
    vertx.close();
  }
}
