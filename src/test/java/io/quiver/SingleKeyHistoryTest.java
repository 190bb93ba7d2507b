package io.quiver;

import static io.quiver.BusFixture.await;
import static io.quiver.BusFixture.name;
import static org.assertj.core.api.Assertions.assertThat;

import io.quiver.catalog.DatabaseOptions;
import io.quiver.collection.Tuning;
import io.quiver.config.QuiverOptions;
import io.quiver.core.CollectionName;
import io.quiver.core.Metric;
import io.quiver.core.VectorType;
import io.quiver.front.rest.RestOptions;
import io.quiver.message.CollectionConfig;
import io.quiver.message.CollectionInfo;
import io.quiver.message.IndexParams;
import io.quiver.node.NodeOptions;
import io.quiver.testkit.Linearizability;
import io.quiver.testkit.Operation;
import io.quiver.testkit.Operation.Kind;
import io.quiver.testkit.Operation.Outcome;
import io.vertx.core.Vertx;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Sixteen clients, over REST and the bus, write and read a few keys of one collection while it is
 * checkpointed and compacted; every value is written once. What each was told has an order in which
 * the keys behave as those of a map ({@link Linearizability}), also across clean restarts.
 */
class SingleKeyHistoryTest {
  private static final CollectionName KEYS = name("keys");
  private static final int KEY_COUNT = 8;
  private static final int CLIENTS = 16;
  private static final int SHARDS = 2;

  /** Shards are rewritten and checkpointed all the time. */
  private static final DatabaseOptions BUSY =
      new DatabaseOptions(1 << 16, 1 << 14, 2, new Tuning(4, 40));

  @TempDir private Path data;

  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final AtomicInteger values = new AtomicInteger();
  private final Vertx vertx = Vertx.vertx();
  private volatile Quiver node;

  @ParameterizedTest(name = "operations={0} restarts={1} seed={2}")
  @CsvSource({"20000, 0, 1", "4000, 4, 2"})
  void theHistoryOfEveryKeyHasAnOrder(int operations, int restarts, long seed) throws Exception {
    node = start();
    List<List<Operation>> histories;
    try {
      CollectionConfig config =
          new CollectionConfig(
              KEYS, 2, Metric.EUCLIDEAN, VectorType.FLOAT32, IndexParams.DEFAULT, SHARDS);
      await(node.client().create(config));
      histories = histories(operations, restarts, seed);
      CollectionInfo after = await(node.client().describe(KEYS));
      assertThat(after.stats().checkpointLsn()).as("checkpoints were made").isPositive();
    } finally {
      await(node.stop());
      await(vertx.close());
      http.shutdownNow();
    }
    int known = 0;
    for (int key = 0; key < KEY_COUNT; key++) {
      List<Operation> history = histories.get(key);
      assertThat(Linearizability.fault(history)).as("key %d, seed %d", key, seed).isEmpty();
      known += (int) history.stream().filter(o -> o.outcome() != Operation.UNKNOWN).count();
    }
    assertThat(known).isGreaterThanOrEqualTo(operations);
  }

  private Quiver start() throws Exception {
    QuiverOptions options =
        QuiverOptions.embedded(data)
            .withNode(new NodeOptions(data, BUSY, 2))
            .withRest(RestOptions.of("127.0.0.1", 0));
    return await(Quiver.start(vertx, options));
  }

  /** The operations on each key, all clients' together. */
  private List<List<Operation>> histories(int operations, int restarts, long seed)
      throws Exception {
    Gate gate = new Gate();
    List<Future<List<List<Operation>>>> running = new ArrayList<>();
    try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int client = 0; client < CLIENTS; client++) {
        Client one = new Client(client, gate, new SplittableRandom(seed * 1_000 + client));
        running.add(clients.submit(() -> one.run(operations / CLIENTS)));
      }
      for (int restart = 1; restart <= restarts; restart++) {
        gate.awaitOperations((long) operations * restart / (restarts + 1));
        gate.close();
        await(node.stop());
        node = start();
        gate.open();
      }
      List<List<Operation>> all =
          IntStream.range(0, KEY_COUNT)
              .mapToObj(key -> (List<Operation>) new ArrayList<Operation>())
              .toList();
      for (Future<List<List<Operation>>> client : running) {
        List<List<Operation>> seen = client.get();
        for (int key = 0; key < KEY_COUNT; key++) {
          all.get(key).addAll(seen.get(key));
        }
      }
      return all;
    }
  }

  /** Where clients that were turned away wait until the node is there again. */
  private static final class Gate {
    private long operations;
    private boolean isOpen = true;

    synchronized void close() {
      isOpen = false;
    }

    synchronized void open() {
      isOpen = true;
      notifyAll();
    }

    synchronized void done() {
      operations++;
      notifyAll();
    }

    synchronized void awaitOpen() throws InterruptedException {
      while (!isOpen) {
        wait();
      }
    }

    synchronized void awaitOperations(long count) throws InterruptedException {
      while (operations < count) {
        wait();
      }
    }
  }

  /** One client: one operation after the other, on keys by chance. */
  private final class Client {
    private final int number;
    private final Gate gate;
    private final SplittableRandom random;
    private final List<List<Operation>> seen = new ArrayList<>();

    Client(int number, Gate gate, SplittableRandom random) {
      this.number = number;
      this.gate = gate;
      this.random = random;
      for (int key = 0; key < KEY_COUNT; key++) {
        seen.add(new ArrayList<>());
      }
    }

    List<List<Operation>> run(int operations) throws InterruptedException {
      int done = 0;
      while (done < operations) {
        Quiver present = node;
        int chance = random.nextInt(20);
        boolean isAnswered =
            (number % 2 == 0 && chance == 0) ? search(present) : call(present, kind(chance));
        if (isAnswered) {
          done++;
          gate.done();
        } else {
          gate.awaitOpen();
        }
      }
      return seen;
    }

    private Kind kind(int chance) {
      return switch (chance) {
        case 0, 1, 2 -> Kind.INSERT;
        case 3, 4, 5, 6 -> Kind.UPSERT;
        case 7, 8 -> Kind.UPDATE;
        case 9, 10, 11 -> Kind.DELETE;
        default -> Kind.READ;
      };
    }

    private boolean call(Quiver present, Kind kind) {
      int key = random.nextInt(KEY_COUNT);
      int value = values.incrementAndGet();
      KeyStore store =
          number % 2 == 0
              ? new BusStore(present.client(), KEYS)
              : new RestStore(http, present.restPort(), KEYS.value());
      long called = System.nanoTime();
      Outcome outcome;
      try {
        outcome = store.run(kind, "key-" + key, value);
      } catch (KeyStore.Refused e) {
        return false;
      }
      boolean isAnswered = outcome != Operation.UNKNOWN;
      long returned = isAnswered ? System.nanoTime() : Operation.NEVER;
      if (isAnswered || kind != Kind.READ) {
        seen.get(key).add(new Operation(number, kind, value, called, returned, outcome));
      }
      return isAnswered;
    }

    /** An exact search of all is a read of each. */
    private boolean search(Quiver present) {
      long called = System.nanoTime();
      Map<String, Integer> found;
      try {
        found = new BusStore(present.client(), KEYS).search(KEY_COUNT);
      } catch (KeyStore.Refused e) {
        return false;
      }
      long returned = System.nanoTime();
      for (int key = 0; key < KEY_COUNT; key++) {
        Optional<Integer> value = Optional.ofNullable(found.get("key-" + key));
        Outcome outcome = new Outcome.Found(value);
        seen.get(key).add(new Operation(number, Kind.READ, 0, called, returned, outcome));
      }
      return true;
    }
  }
}
