package io.quiver;

import static io.quiver.BusFixture.await;
import static io.quiver.BusFixture.failure;
import static io.quiver.BusFixture.name;
import static io.quiver.BusFixture.row;
import static io.quiver.BusFixture.upsert;
import static org.assertj.core.api.Assertions.assertThat;

import io.quiver.bus.QuiverClient;
import io.quiver.config.QuiverOptions;
import io.quiver.core.CollectionName;
import io.quiver.core.DenseVector;
import io.quiver.core.Durability;
import io.quiver.core.ErrorCode;
import io.quiver.core.Metric;
import io.quiver.core.VectorId;
import io.quiver.front.grpc.GrpcOptions;
import io.quiver.front.grpc.v1.CountRequest;
import io.quiver.front.grpc.v1.GetCollectionInfoRequest;
import io.quiver.front.grpc.v1.QueryRequest;
import io.quiver.front.grpc.v1.VectorDbGrpcClient;
import io.quiver.front.rest.RestOptions;
import io.quiver.front.rest.RestServer;
import io.quiver.message.AliasAction;
import io.quiver.message.CollectionConfig;
import io.quiver.message.CollectionInfo;
import io.quiver.message.CountRows;
import io.quiver.message.DeleteSnapshot;
import io.quiver.message.DeleteVectors;
import io.quiver.message.DescribeSnapshot;
import io.quiver.message.ExampleStrategy;
import io.quiver.message.GetVectors;
import io.quiver.message.RecommendVectors;
import io.quiver.message.RestoreSnapshot;
import io.quiver.message.ScrollRows;
import io.quiver.message.SearchOptions;
import io.quiver.message.SearchVectors;
import io.quiver.message.SnapshotInfo;
import io.vertx.core.net.SocketAddress;
import io.vertx.grpc.client.GrpcClient;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An alias stands wherever the name of a collection stands, over REST, gRPC and the bus. */
class AliasesTest {
  private static final CollectionName ALIAS = name("now");

  @TempDir private Path data;
  private BusFixture node;
  private QuiverClient client;

  @BeforeEach
  void open() throws Exception {
    node =
        new BusFixture(
            QuiverOptions.embedded(data)
                .withRest(RestOptions.of("127.0.0.1", 0))
                .withGrpc(GrpcOptions.of("127.0.0.1", 0)));
    client = node.client();
    if (await(client.list()).isEmpty()) {
      make("one", 1);
      await(client.changeAliases(List.of(new AliasAction.Put(ALIAS, name("one")))));
    }
  }

  @AfterEach
  void close() throws Exception {
    node.close();
  }

  private void make(String collection, int rows) throws Exception {
    await(client.create(CollectionConfig.of(collection, 2, Metric.EUCLIDEAN).withShards(2)));
    for (int i = 0; i < rows; i++) {
      await(client.write(upsert(name(collection), row(collection + i, i, 1))));
    }
  }

  @Test
  void everyOperationOfTheBusTakesIt() throws Exception {
    VectorId first = new VectorId("one0");
    await(client.write(upsert(ALIAS, row("more", 5, 5))));
    assertThat(await(client.search(SearchVectors.of(ALIAS, DenseVector.of(0, 1), 9))).hits())
        .hasSize(2);
    assertThat(await(client.searchAll(List.of(SearchVectors.of(ALIAS, DenseVector.of(0, 1), 1)))))
        .hasSize(1);
    assertThat(await(client.get(new GetVectors(ALIAS, List.of(first), true, true))).rows())
        .hasSize(1);
    RecommendVectors like =
        new RecommendVectors(
            ALIAS,
            List.of(first),
            List.of(),
            ExampleStrategy.AVERAGE_VECTOR,
            SearchOptions.DEFAULT);
    assertThat(await(client.recommend(like)).hits()).hasSize(1);
    ScrollRows scroll = new ScrollRows(ALIAS, Optional.empty(), 10, true, true);
    assertThat(await(client.scroll(scroll)).rows()).hasSize(2);
    DeleteVectors delete = new DeleteVectors(ALIAS, List.of(first), Durability.FSYNC);
    assertThat(await(client.delete(delete)).deleted()).isEqualTo(1);
    assertThat(await(client.count(new CountRows(ALIAS)))).isEqualTo(1);
    assertThat(await(client.describe(ALIAS)))
        .satisfies(info -> assertThat(info.config().name()).isEqualTo(name("one")))
        .satisfies(info -> assertThat(info.aliases()).containsExactly(ALIAS));
  }

  /** What is kept goes by the collection's own name, and is found under both. */
  @Test
  void snapshotsAndBackupsTakeIt() throws Exception {
    SnapshotInfo taken = await(client.takeSnapshot(ALIAS));
    assertThat(taken.collection()).isEqualTo(name("one"));
    await(client.write(upsert(ALIAS, row("more", 5, 5))));
    for (CollectionName each : List.of(ALIAS, name("one"))) {
      assertThat(await(client.snapshots(each)))
          .extracting(SnapshotInfo::name)
          .containsExactly(taken.name());
      assertThat(await(client.describe(new DescribeSnapshot(each, taken.name()))).collection())
          .isEqualTo(name("one"));
    }
    CollectionInfo restored = await(client.restore(new RestoreSnapshot(ALIAS, taken.name())));
    assertThat(restored.config().name()).isEqualTo(name("one"));
    assertThat(await(client.count(new CountRows(ALIAS)))).isEqualTo(1);
    assertThat(await(client.backUp(ALIAS)).collection()).isEqualTo(name("one"));
    await(client.delete(new DeleteSnapshot(ALIAS, taken.name())));
    assertThat(await(client.snapshots(name("one")))).isEmpty();
  }

  @Test
  void restAndGrpcTakeItAndARestartKeepsIt() throws Exception {
    node.close();
    open();
    RestServer rest = RestServer.at(node.quiver().restPort());
    assertThat(rest.get("/collections/now").data().get(0).get("name").asText()).isEqualTo("one");
    assertThat(rest.post("/collections/now/vectors", "{\"id\":\"x\",\"data\":[1,2]}").status())
        .isEqualTo(200);
    assertThat(rest.get("/collections/now/vectors/x").status()).isEqualTo(200);
    assertThat(rest.post("/collections/now/search", "{\"vector\":[1,2]}").data()).hasSize(2);
    assertThat(rest.get("/collections/now/stats?detail=true").data().get("aliases").toString())
        .isEqualTo("[\"now\"]");
    assertThat(rest.get("/collections").data().toString()).isEqualTo("[\"one\"]");
    GrpcClient grpc = GrpcClient.client(node.vertx());
    VectorDbGrpcClient stub =
        VectorDbGrpcClient.create(
            grpc, SocketAddress.inetSocketAddress(node.quiver().grpcPort(), "127.0.0.1"));
    QueryRequest query =
        QueryRequest.newBuilder()
            .setCollectionName("now")
            .addQueryVector(1)
            .addQueryVector(2)
            .build();
    assertThat(await(stub.query(query)).getResultsList()).hasSize(2);
    assertThat(
            await(stub.count(CountRequest.newBuilder().setCollectionName("now").build()))
                .getCount())
        .isEqualTo(2);
    assertThat(
            await(
                    stub.getCollectionInfo(
                        GetCollectionInfoRequest.newBuilder().setCollectionName("now").build()))
                .getConfig()
                .getName())
        .isEqualTo("one");
    await(grpc.close());
  }

  @Test
  void itNeverHidesACollectionNorIsHiddenByOne() throws Exception {
    make("two", 1);
    assertThat(
            failure(client.changeAliases(List.of(new AliasAction.Put(name("two"), name("one"))))))
        .isEqualTo(ErrorCode.COLLECTION_ALREADY_EXISTS);
    assertThat(failure(client.create(CollectionConfig.of("now", 2, Metric.COSINE))))
        .isEqualTo(ErrorCode.COLLECTION_ALREADY_EXISTS);
    assertThat(failure(client.drop(ALIAS))).isEqualTo(ErrorCode.INVALID_ARGUMENT);
    assertThat(await(client.count(new CountRows(ALIAS)))).isEqualTo(1);
  }

  @Test
  void aListOfActionsIsTakenAsAWholeOrNotAtAll() throws Exception {
    make("two", 2);
    List<AliasAction> wrongAtTheEnd =
        List.of(
            new AliasAction.Put(ALIAS, name("two")),
            new AliasAction.Put(name("other"), name("two")),
            new AliasAction.Delete(name("nobody")));
    assertThat(failure(client.changeAliases(wrongAtTheEnd)))
        .isEqualTo(ErrorCode.COLLECTION_NOT_FOUND);
    assertThat(await(client.aliases()).targets()).containsOnlyKeys(ALIAS);
    assertThat(await(client.count(new CountRows(ALIAS)))).isEqualTo(1);
    await(client.changeAliases(wrongAtTheEnd.subList(0, 2)));
    assertThat(await(client.count(new CountRows(ALIAS)))).isEqualTo(2);
    await(
        client.changeAliases(
            List.of(
                new AliasAction.Delete(ALIAS),
                new AliasAction.Rename(name("other"), ALIAS),
                new AliasAction.Put(name("old"), name("one")))));
    assertThat(await(client.aliases()).of(name("two"))).containsExactly(ALIAS);
    assertThat(await(client.aliases()).of(name("one"))).containsExactly(name("old"));
  }

  @Test
  void itGoesWithItsCollectionAndDoesNotComeBackWithTheName() throws Exception {
    await(client.drop(name("one")));
    assertThat(await(client.aliases()).targets()).isEmpty();
    assertThat(failure(client.count(new CountRows(ALIAS))))
        .isEqualTo(ErrorCode.COLLECTION_NOT_FOUND);
    make("one", 1);
    assertThat(failure(client.count(new CountRows(ALIAS))))
        .isEqualTo(ErrorCode.COLLECTION_NOT_FOUND);
    node.close();
    open();
    assertThat(await(client.aliases()).targets()).isEmpty();
  }

  /** The way to replace a collection: build the next one, switch, drop the old one. */
  @Test
  void readersOfAnAliasNoticeNothingOfASwitchAndADrop() throws Exception {
    AtomicBoolean over = new AtomicBoolean();
    AtomicInteger reads = new AtomicInteger();
    AtomicReference<Throwable> fault = new AtomicReference<>();
    Thread reader =
        Thread.ofPlatform()
            .start(() -> {
              while (!over.get() && fault.get() == null) {
                try {
                  await(client.search(SearchVectors.of(ALIAS, DenseVector.of(0, 1), 1)));
                  await(client.count(new CountRows(ALIAS)));
                  reads.incrementAndGet();
                } catch (Throwable e) {
                  fault.set(e);
                }
              }
            });
    String present = "one";
    for (int round = 0; round < 25; round++) {
      String next = "next-" + round;
      make(next, 1);
      await(client.changeAliases(List.of(new AliasAction.Put(ALIAS, name(next)))));
      await(client.drop(name(present)));
      present = next;
    }
    over.set(true);
    reader.join();
    assertThat(fault.get()).isNull();
    assertThat(reads.get()).isPositive();
  }
}
