package io.quiver;

import static io.quiver.BusFixture.await;
import static io.quiver.BusFixture.exact;
import static io.quiver.BusFixture.failure;
import static io.quiver.BusFixture.name;
import static io.quiver.BusFixture.randomVector;
import static io.quiver.BusFixture.row;
import static io.quiver.BusFixture.upsert;
import static org.assertj.core.api.Assertions.assertThat;

import io.quiver.bus.QuiverClient;
import io.quiver.catalog.DatabaseOptions;
import io.quiver.config.QuiverOptions;
import io.quiver.core.CollectionName;
import io.quiver.core.DenseVector;
import io.quiver.core.Durability;
import io.quiver.core.ErrorCode;
import io.quiver.core.Limits;
import io.quiver.core.Metadata;
import io.quiver.core.Metric;
import io.quiver.core.QuiverException;
import io.quiver.core.VectorId;
import io.quiver.message.CollectionConfig;
import io.quiver.message.FoundVectors;
import io.quiver.message.GetVectors;
import io.quiver.message.OnError;
import io.quiver.message.Row;
import io.quiver.message.SearchHits;
import io.quiver.message.SearchVectors;
import io.quiver.message.WriteAck;
import io.quiver.message.WriteMode;
import io.quiver.message.WriteVectors;
import io.quiver.node.NodeOptions;
import io.vertx.core.Future;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Many at once: order, bounds, and drops in the middle of it. */
class BusLoadTest {
  private static final CollectionName POINTS = name("points");

  @TempDir private Path data;

  /**
   * Eight clients write versions of their own four rows and of one row that they share, none
   * waiting for its answer. Acknowledgements of a client come in its order, its last version stays,
   * and the shared row has the version of the write with the highest sequence number.
   */
  @Test
  void pipelinedWritesKeepTheirOrder() throws Exception {
    int clients = 8;
    int writes = 30;
    try (BusFixture node = new BusFixture(data)) {
      await(node.client().create(CollectionConfig.of("points", 2, Metric.EUCLIDEAN)));
      List<List<Future<WriteAck>>> acks = new ArrayList<>();
      for (int c = 0; c < clients; c++) {
        acks.add(new ArrayList<>());
      }
      for (int w = 0; w < writes; w++) {
        for (int c = 0; c < clients; c++) {
          QuiverClient client = QuiverClient.create(node.vertx());
          acks.get(c).add(client.write(versionOf(c, w)));
        }
      }
      long newestLsn = 0;
      int newestVersion = 0;
      for (int c = 0; c < clients; c++) {
        long before = 0;
        for (int w = 0; w < writes; w++) {
          long lsn = await(acks.get(c).get(w)).lsn();
          assertThat(lsn).as("client %d write %d", c, w).isGreaterThan(before);
          before = lsn;
          if (lsn > newestLsn) {
            newestLsn = lsn;
            newestVersion = version(c, w);
          }
        }
        assertThat(versions(node, "c" + c + "-0", "c" + c + "-3"))
            .containsOnly(version(c, writes - 1));
      }
      assertThat(versions(node, "shared")).containsExactly(newestVersion);
      assertThat(await(node.client().describe(POINTS)).stats().vectorCount())
          .isEqualTo(clients * 4L + 1);
    }
  }

  /**
   * What is let in and what is not is in {@code node.CollectionVerticleTest}; here, that nothing
   * gets lost.
   */
  @Test
  void ofAFloodOfWritesEachIsAcknowledgedOrRefusedAndEveryAcknowledgedOneIsThere()
      throws Exception {
    int writes = 4 * Limits.IN_FLIGHT_WRITES_MAX;
    try (BusFixture node = new BusFixture(data)) {
      await(node.client().create(CollectionConfig.of("points", 2, Metric.EUCLIDEAN)));
      List<Future<WriteAck>> acks = new ArrayList<>();
      for (int i = 0; i < writes; i++) {
        acks.add(node.client().write(upsert(POINTS, row("r" + i, i, 0))));
      }
      int acknowledged = 0;
      for (Future<WriteAck> ack : acks) {
        try {
          await(ack);
          acknowledged++;
        } catch (Exception e) {
          assertThat(failure(ack)).isEqualTo(ErrorCode.OVERLOADED);
        }
      }
      assertThat(acknowledged).isGreaterThanOrEqualTo(Limits.IN_FLIGHT_WRITES_MAX);
      assertThat(await(node.client().describe(POINTS)).stats().vectorCount())
          .isEqualTo(acknowledged);
    }
  }

  /** What is let in and what is not is in {@code SearchPoolTest}; here, that nothing gets lost. */
  @Test
  void ofAFloodOfSearchesEachIsAnsweredOrRefused() throws Exception {
    NodeOptions oneThread = new NodeOptions(data, DatabaseOptions.DEFAULT, 1);
    try (BusFixture node = new BusFixture(QuiverOptions.embedded(data).withNode(oneThread))) {
      fill(node, 5_000, 64);
      SearchVectors search = exact(POINTS, randomVector(new SplittableRandom(1), 64), 10, 0);
      List<Future<SearchHits>> searches = new ArrayList<>();
      for (int i = 0; i < 2 * Limits.QUEUED_SEARCHES_MAX; i++) {
        searches.add(node.client().search(search));
      }
      int answered = 0;
      for (Future<SearchHits> each : searches) {
        try {
          assertThat(await(each).hits()).hasSize(10);
          answered++;
        } catch (ExecutionException e) {
          assertThat(failure(each)).isEqualTo(ErrorCode.OVERLOADED);
        }
      }
      assertThat(answered).isGreaterThanOrEqualTo(10);
      assertThat(await(node.client().search(search)).hits()).hasSize(10);
    }
  }

  /** A batch that is let in is not cut short, though it is longer than a flood may be. */
  @Test
  void aBatchIsLetInAsAWhole() throws Exception {
    NodeOptions oneThread = new NodeOptions(data, DatabaseOptions.DEFAULT, 1);
    try (BusFixture node = new BusFixture(QuiverOptions.embedded(data).withNode(oneThread))) {
      fill(node, 5_000, 64);
      DenseVector query = randomVector(new SplittableRandom(1), 64);
      List<SearchVectors> batch =
          Collections.nCopies(Limits.SEARCH_BATCH_MAX, exact(POINTS, query, 10, 0));
      assertThat(await(node.client().searchAll(batch)))
          .hasSize(batch.size())
          .allSatisfy(found -> assertThat(found.hits()).hasSize(10));
    }
  }

  /** It may be its turn at once, if whoever asks has stood still meanwhile: then it asks again. */
  @Test
  void aSearchThatWaitedBeyondItsDeadlineIsNotRun() throws Exception {
    NodeOptions oneThread = new NodeOptions(data, DatabaseOptions.DEFAULT, 1);
    try (BusFixture node = new BusFixture(QuiverOptions.embedded(data).withNode(oneThread))) {
      fill(node, 5_000, 1_024); // A scan of it takes half a millisecond at least.
      DenseVector query = randomVector(new SplittableRandom(1), 1_024);
      SearchVectors hasty =
          new SearchVectors(POINTS, query, 10, 0, 0, true, false, true, Float.POSITIVE_INFINITY, 1);
      Future<SearchHits> late;
      int rounds = 0;
      do {
        List<Future<?>> queue = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
          queue.add(node.client().search(exact(POINTS, query, 10, 0)));
        }
        late = node.client().search(hasty);
        await(Future.join(queue).otherwiseEmpty());
        await(late.otherwiseEmpty());
      } while (late.succeeded() && ++rounds < 100);
      assertThat(failure(late)).isEqualTo(ErrorCode.DEADLINE_EXCEEDED);
    }
  }

  /** Searches end with a full answer or NOT_FOUND, never with anything else; then it is over. */
  @Test
  void aDropDuringSearchesEndsThemForEveryClient() throws Exception {
    try (BusFixture node = new BusFixture(data)) {
      for (int round = 0; round < 5; round++) {
        fill(node, 1_000, 16);
        dropWhileSearching(node);
        assertThat(failure(node.client().search(SearchVectors.of(POINTS, DenseVector.of(1), 1))))
            .isEqualTo(ErrorCode.COLLECTION_NOT_FOUND);
        assertThat(failure(node.client().write(upsert(POINTS, row("a", 1)))))
            .isEqualTo(ErrorCode.COLLECTION_NOT_FOUND);
      }
    }
  }

  private static void dropWhileSearching(BusFixture node) throws Exception {
    AtomicBoolean dropped = new AtomicBoolean();
    SearchVectors search = exact(POINTS, randomVector(new SplittableRandom(1), 16), 10, 0);
    List<Thread> searchers = new ArrayList<>();
    List<Throwable> wrong = Collections.synchronizedList(new ArrayList<>());
    for (int i = 0; i < 4; i++) {
      searchers.add(
          Thread.ofPlatform()
              .start(() -> {
                while (!dropped.get()) {
                  checkOutcome(node.client().search(search), wrong);
                }
              }));
    }
    await(node.client().search(search));
    await(node.client().drop(POINTS));
    dropped.set(true);
    for (Thread searcher : searchers) {
      searcher.join();
    }
    assertThat(wrong).isEmpty();
  }

  private static void checkOutcome(Future<SearchHits> search, List<Throwable> wrong) {
    try {
      if (await(search).hits().size() != 10) {
        wrong.add(new AssertionError("hits: " + search.result().hits().size()));
      }
    } catch (Exception e) {
      if (!(search.cause() instanceof QuiverException known)
          || known.code() != ErrorCode.COLLECTION_NOT_FOUND) {
        wrong.add(e);
      }
    }
  }

  private static void fill(BusFixture node, int rows, int dimension) throws Exception {
    await(node.client().create(CollectionConfig.of("points", dimension, Metric.EUCLIDEAN)));
    SplittableRandom random = new SplittableRandom(11);
    List<Row> batch =
        IntStream.range(0, rows)
            .mapToObj(i ->
                new Row(new VectorId("r" + i), randomVector(random, dimension), Metadata.ABSENT))
            .toList();
    await(node.client().write(WriteVectors.upsert(POINTS, batch)));
  }

  private static int version(int client, int write) {
    return write * 100 + client;
  }

  private static WriteVectors versionOf(int client, int write) {
    int version = version(client, write);
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      rows.add(row("c" + client + "-" + i, version));
    }
    rows.add(row("shared", version));
    Durability durability = write % 3 == 0 ? Durability.OS : Durability.FSYNC;
    return new WriteVectors(POINTS, WriteMode.UPSERT, rows, OnError.ABORT, durability);
  }

  private static List<Integer> versions(BusFixture node, String... ids) throws Exception {
    List<VectorId> wanted = java.util.Arrays.stream(ids).map(VectorId::new).toList();
    FoundVectors found = await(node.client().get(new GetVectors(POINTS, wanted, true, true)));
    assertThat(found.rows()).hasSize(ids.length);
    return found.rows().stream().map(each -> (int) each.vector().get(0)).toList();
  }
}
