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
import io.quiver.core.CollectionName;
import io.quiver.core.DenseVector;
import io.quiver.core.Durability;
import io.quiver.core.ErrorCode;
import io.quiver.core.Metadata;
import io.quiver.core.Metric;
import io.quiver.core.VectorId;
import io.quiver.message.ChangeEvent;
import io.quiver.message.CollectionConfig;
import io.quiver.message.DeleteVectors;
import io.quiver.message.GetVectors;
import io.quiver.message.HealthReport;
import io.quiver.message.Hit;
import io.quiver.message.NodeInfo;
import io.quiver.message.OnError;
import io.quiver.message.Row;
import io.quiver.message.SearchHits;
import io.quiver.message.SearchVectors;
import io.quiver.message.WriteAck;
import io.quiver.message.WriteMode;
import io.quiver.message.WriteVectors;
import io.vertx.core.Future;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every operation through the bus client of a real node. */
class BusOperationsTest {
  private static final CollectionName POINTS = name("points");

  @TempDir private Path data;
  private BusFixture node;
  private QuiverClient client;

  @BeforeEach
  void open() throws Exception {
    node = new BusFixture(data);
    client = node.client();
    await(client.create(CollectionConfig.of("points", 2, Metric.EUCLIDEAN)));
  }

  @AfterEach
  void close() throws Exception {
    node.close();
  }

  @Test
  void whatIsWrittenIsFoundReadDeletedAndDropped() throws Exception {
    WriteAck ack = await(client.write(upsert(POINTS, row("a", 0, 0), row("b", 3, 4))));
    assertThat(ack.written()).isEqualTo(2);
    assertThat(ack.lsn()).isPositive();

    SearchHits hits = await(client.search(SearchVectors.of(POINTS, DenseVector.of(0, 0), 10)));
    assertThat(hits.hits()).extracting(Hit::id).containsExactly(id("a"), id("b"));
    assertThat(hits.hits()).extracting(Hit::distance).containsExactly(0f, 5f);

    GetVectors get = new GetVectors(POINTS, List.of(id("b"), id("no")), true, true);
    assertThat(await(client.get(get)).rows()).containsExactly(row("b", 3, 4));

    DeleteVectors delete = new DeleteVectors(POINTS, List.of(id("a"), id("no")), Durability.FSYNC);
    assertThat(await(client.delete(delete)).deleted()).isEqualTo(1);
    assertThat(await(client.delete(delete)).deleted()).isZero();
    assertThat(await(client.describe(POINTS)).stats().vectorCount()).isEqualTo(1);
    NodeInfo info = await(client.describeNode());
    assertThat(info.vectors()).isEqualTo(1);
    assertThat(info.collections()).isEqualTo(1);
    assertThat(info.version()).isEqualTo(Quiver.version()).doesNotContain("$");

    assertThat(await(client.drop(POINTS)).name()).isEqualTo(POINTS);
    assertThat(await(client.list())).isEmpty();
  }

  @Test
  void errorsAreTheOnesOfEveryFront() throws Exception {
    assertThat(failure(client.create(CollectionConfig.of("points", 3, Metric.COSINE))))
        .isEqualTo(ErrorCode.COLLECTION_ALREADY_EXISTS);
    assertThat(failure(client.write(upsert(POINTS, row("a", 1, 2, 3)))))
        .isEqualTo(ErrorCode.DIMENSION_MISMATCH);
    assertThat(failure(client.search(SearchVectors.of(POINTS, DenseVector.of(1), 1))))
        .isEqualTo(ErrorCode.DIMENSION_MISMATCH);
    await(client.write(upsert(POINTS, row("a", 1, 2))));
    assertThat(failure(client.write(write(WriteMode.INSERT, row("a", 1, 2)))))
        .isEqualTo(ErrorCode.VECTOR_ALREADY_EXISTS);
    assertThat(failure(client.write(write(WriteMode.UPDATE, row("b", 1, 2)))))
        .isEqualTo(ErrorCode.VECTOR_NOT_FOUND);
    CollectionName none = name("none");
    assertThat(failure(client.write(upsert(none, row("a", 1, 2)))))
        .isEqualTo(ErrorCode.COLLECTION_NOT_FOUND);
    assertThat(failure(client.drop(none))).isEqualTo(ErrorCode.COLLECTION_NOT_FOUND);
    assertThat(failure(client.describe(none))).isEqualTo(ErrorCode.COLLECTION_NOT_FOUND);
  }

  @Test
  void changesAreToldInTheOrderOfTheLog() throws Exception {
    List<ChangeEvent> events = new CopyOnWriteArrayList<>();
    CountDownLatch dropped = new CountDownLatch(1);
    client.onChange(
        POINTS,
        event -> {
          events.add(event);
          if (event.kind() == ChangeEvent.Kind.DROPPED) {
            dropped.countDown();
          }
        });
    await(client.write(upsert(POINTS, row("a", 1, 2), row("b", 1, 2))));
    await(client.delete(new DeleteVectors(POINTS, List.of(id("a")), Durability.OS)));
    await(client.drop(POINTS));
    assertThat(dropped.await(10, TimeUnit.SECONDS)).isTrue();
    assertThat(events)
        .extracting(ChangeEvent::kind)
        .containsExactly(
            ChangeEvent.Kind.WRITTEN, ChangeEvent.Kind.DELETED, ChangeEvent.Kind.DROPPED);
    assertThat(events.get(0).ids()).containsExactly(id("a"), id("b"));
    assertThat(events.get(1).lsn()).isGreaterThan(events.get(0).lsn());
  }

  /** One shard is the oracle of four, whatever the page. */
  @Test
  void anExactSearchOverFourShardsEqualsOneOverOne() throws Exception {
    await(client.create(CollectionConfig.of("one", 2, Metric.MANHATTAN)));
    await(client.create(CollectionConfig.of("four", 2, Metric.MANHATTAN).withShards(4)));
    SplittableRandom random = new SplittableRandom(7);
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < 1_000; i++) {
      rows.add(new Row(id("r" + i), randomVector(random, 2), Metadata.ABSENT));
    }
    await(client.write(WriteVectors.upsert(name("one"), rows)));
    await(client.write(WriteVectors.upsert(name("four"), rows)));
    for (int i = 0; i < 50; i++) {
      DenseVector query = randomVector(random, 2);
      int limit = random.nextInt(1, 100);
      int offset = random.nextInt(0, 100);
      assertThat(await(client.search(exact(name("four"), query, limit, offset))))
          .isEqualTo(await(client.search(exact(name("one"), query, limit, offset))));
    }
    assertThat(await(client.describe(name("four"))).stats().vectorCount()).isEqualTo(1_000);
  }

  @Test
  void aNameIsCreatedOnceWhoeverAsks() {
    List<Future<?>> creates = new ArrayList<>();
    for (int i = 0; i < 16; i++) {
      QuiverClient other = QuiverClient.create(node.vertx());
      creates.add(other.create(CollectionConfig.of("same", 2, Metric.COSINE)));
    }
    List<ErrorCode> refusals = new ArrayList<>();
    for (Future<?> create : creates) {
      try {
        await(create);
      } catch (Exception e) {
        refusals.add(failure(create));
      }
    }
    assertThat(refusals).hasSize(15).containsOnly(ErrorCode.COLLECTION_ALREADY_EXISTS);
  }

  @Test
  void aDeepCheckOfAHealthyNodeSaysSo() throws Exception {
    HealthReport report = await(client.health(true));
    assertThat(report.ready()).isTrue();
    assertThat(report.status()).isEqualTo(HealthReport.Status.HEALTHY);
    assertThat(report.components())
        .extracting(HealthReport.Component::name)
        .contains("search_queue", "log_queue", "search_threads");
  }

  private static WriteVectors write(WriteMode mode, Row row) {
    return new WriteVectors(POINTS, mode, List.of(row), OnError.ABORT, Durability.FSYNC);
  }

  private static VectorId id(String text) {
    return new VectorId(text);
  }

  /** Keeps the metadata of {@link BusFixture#row} honest: none means none. */
  @Test
  void metadataComesBackAsItWasGiven() throws Exception {
    Row given =
        new Row(id("m"), DenseVector.of(1, 1), Metadata.ofJson("{\"b\" : 1.50, \"a\":null}"));
    await(client.write(upsert(POINTS, given, row("plain", 1, 2))));
    GetVectors get = new GetVectors(POINTS, List.of(id("m"), id("plain")), true, true);
    assertThat(await(client.get(get)).rows()).containsExactly(given, row("plain", 1, 2));
  }
}
