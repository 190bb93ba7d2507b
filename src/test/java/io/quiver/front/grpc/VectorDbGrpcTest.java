package io.quiver.front.grpc;

import static io.quiver.front.grpc.GrpcFixture.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.quiver.core.CollectionName;
import io.quiver.core.DenseVector;
import io.quiver.core.Metadata;
import io.quiver.core.Metric;
import io.quiver.core.VectorId;
import io.quiver.front.grpc.v1.BatchInsertRequest;
import io.quiver.front.grpc.v1.BatchInsertResponse;
import io.quiver.front.grpc.v1.CollectionConfig;
import io.quiver.front.grpc.v1.CreateCollectionRequest;
import io.quiver.front.grpc.v1.DeleteCollectionRequest;
import io.quiver.front.grpc.v1.DeleteRequest;
import io.quiver.front.grpc.v1.DeleteResponse;
import io.quiver.front.grpc.v1.DistanceMetric;
import io.quiver.front.grpc.v1.GetCollectionInfoRequest;
import io.quiver.front.grpc.v1.GetCollectionInfoResponse;
import io.quiver.front.grpc.v1.GetStatsRequest;
import io.quiver.front.grpc.v1.HealthRequest;
import io.quiver.front.grpc.v1.IndexConfig;
import io.quiver.front.grpc.v1.InsertRequest;
import io.quiver.front.grpc.v1.InsertResponse;
import io.quiver.front.grpc.v1.ListCollectionsRequest;
import io.quiver.front.grpc.v1.Quantization;
import io.quiver.front.grpc.v1.QueryRequest;
import io.quiver.front.grpc.v1.QueryResponse;
import io.quiver.front.grpc.v1.QueryResult;
import io.quiver.front.grpc.v1.ServerStats;
import io.quiver.front.grpc.v1.UpdateRequest;
import io.quiver.front.grpc.v1.Vector;
import io.quiver.front.grpc.v1.VectorType;
import io.quiver.message.Row;
import io.quiver.message.WriteVectors;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The generated client drives each of the eleven rpcs over a real connection. */
class VectorDbGrpcTest {
  private static GrpcFixture server;

  @BeforeAll
  static void start() {
    server = new GrpcFixture();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Test
  void everyInstanceListensOnTheSameFreePort() {
    assertThat(server.verticles)
        .hasSize(2)
        .allSatisfy(verticle -> assertThat(verticle.actualPort()).isEqualTo(server.port()));
    assertThat(server.port()).isPositive();
  }

  @Test
  void aCollectionComesBackAsItWasCreated() {
    CollectionConfig config =
        CollectionConfig.newBuilder()
            .setName("as-created")
            .setDimension(7)
            .setDistanceMetric(DistanceMetric.DISTANCE_METRIC_MANHATTAN)
            .setVectorType(VectorType.VECTOR_TYPE_INT8)
            .setIndexConfig(
                IndexConfig.newBuilder()
                    .setMaxConnections(8)
                    .setEfConstruction(90)
                    .setEfSearch(33)
                    .setMaxLayer(5))
            .setShards(3)
            .setQuantization(
                Quantization.newBuilder().setType("product").setNumSegments(4).setNumCentroids(16))
            .build();
    assertThat(await(server.client.createCollection(create(config))).getSuccess()).isTrue();
    GetCollectionInfoResponse info = await(server.client.getCollectionInfo(infoOf("as-created")));
    assertThat(info.getConfig()).isEqualTo(config);
    assertThat(info.getStats().getName()).isEqualTo("as-created");
    assertThat(info.getStats().getDimension()).isEqualTo(7);
    assertThat(info.getStats().getIndexSize()).isEqualTo(3);
    assertThat(info.getStats().getMemoryUsage()).isEqualTo(4);
  }

  @Test
  void whatTheConfigLeavesOutTakesItsDefault() {
    CollectionConfig config =
        CollectionConfig.newBuilder()
            .setName("defaults")
            .setDimension(2)
            .setDistanceMetricValue(77)
            .setVectorTypeValue(-3)
            .build();
    await(server.client.createCollection(create(config)));
    CollectionConfig got = await(server.client.getCollectionInfo(infoOf("defaults"))).getConfig();
    assertThat(got.getDistanceMetric()).isEqualTo(DistanceMetric.DISTANCE_METRIC_COSINE);
    assertThat(got.getVectorType()).isEqualTo(VectorType.VECTOR_TYPE_FLOAT32);
    assertThat(got.getShards()).isEqualTo(1);
    assertThat(got.getIndexConfig())
        .isEqualTo(
            IndexConfig.newBuilder()
                .setMaxConnections(16)
                .setEfConstruction(200)
                .setEfSearch(50)
                .setMaxLayer(16)
                .build());
  }

  @Test
  void listedUntilDeleted() {
    create("listed", 2);
    assertThat(listed()).contains("listed");
    DeleteCollectionRequest request =
        DeleteCollectionRequest.newBuilder().setCollectionName("listed").build();
    assertThat(await(server.client.deleteCollection(request)).getSuccess()).isTrue();
    assertThat(listed()).doesNotContain("listed");
  }

  @Test
  void theNearestVectorsComeFirstWithIdDistanceAndMetadata() {
    create("query", 2);
    insert("query", "far", Map.of("k", "v"), 10, 0);
    insert("query", "near", Map.of("text", "a \"b\" \\ \n é €"), 1, 0);
    QueryResponse reply =
        await(
            server.client.query(
                QueryRequest.newBuilder()
                    .setCollectionName("query")
                    .addAllQueryVector(List.of(0f, 0f))
                    .setEfSearch(64)
                    .build()));
    assertThat(reply.getResultsList())
        .extracting(QueryResult::getId)
        .containsExactly("near", "far");
    assertThat(reply.getResults(0).getDistance()).isCloseTo(1f, within(1e-6f));
    assertThat(reply.getResults(0).getMetadataMap()).isEqualTo(Map.of("text", "a \"b\" \\ \n é €"));
    assertThat(reply.getResults(1).getMetadataMap()).isEqualTo(Map.of("k", "v"));
  }

  @Test
  void aQueryWithoutALimitReturnsTen() {
    create("limit", 1);
    batchInsert("limit", 25, 1);
    QueryRequest.Builder query =
        QueryRequest.newBuilder().setCollectionName("limit").addQueryVector(0);
    assertThat(await(server.client.query(query.build())).getResultsCount()).isEqualTo(10);
    assertThat(await(server.client.query(query.setLimit(24).build())).getResultsCount())
        .isEqualTo(24);
  }

  /** 10,000 hits translate off the event loop, and each keeps its own distance. */
  @Test
  void aLargeAnswerIsComplete() {
    create("large-answer", 1);
    batchInsert("large-answer", 10_000, 1);
    QueryResponse reply =
        await(
            server.client.query(
                QueryRequest.newBuilder()
                    .setCollectionName("large-answer")
                    .addQueryVector(0)
                    .setLimit(10_000)
                    .build()));
    assertThat(reply.getResultsList())
        .extracting(QueryResult::getId)
        .isEqualTo(IntStream.range(0, 10_000).mapToObj(i -> "id-" + i).toList());
  }

  @Test
  void metadataOfOtherTypesComesBackAsItsJsonText() {
    create("json", 1);
    Row row =
        new Row(
            new VectorId("one"),
            DenseVector.of(1),
            Metadata.ofJson(
                "{\"s\":\"x\", \"n\": 1.50, \"b\":true,\"z\":null,\"a\":[1,"
                    + " {\"k\":\"}\"}],\"e\":\"\"}"));
    await(server.bus.write(WriteVectors.upsert(new CollectionName("json"), List.of(row))));
    QueryResponse reply =
        await(
            server.client.query(
                QueryRequest.newBuilder().setCollectionName("json").addQueryVector(0).build()));
    assertThat(reply.getResults(0).getMetadataMap())
        .isEqualTo(
            Map.of(
                "s",
                "x",
                "n",
                "1.50",
                "b",
                "true",
                "z",
                "null",
                "a",
                "[1, {\"k\":\"}\"}]",
                "e",
                ""));
  }

  @Test
  void anInsertWithoutAnIdSaysWhichIdItGot() {
    create("generated", 1);
    InsertResponse first = insert("generated", "", Map.of(), 1);
    InsertResponse second = insert("generated", "", Map.of(), 2);
    assertThat(first.getMessage()).matches("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");
    assertThat(second.getMessage()).isNotEqualTo(first.getMessage());
    DeleteResponse deleted = delete("generated", first.getMessage());
    assertThat(deleted.getSuccess()).isTrue();
  }

  @Test
  void anIdComesBackInItsCanonicalForm() {
    create("canonical", 1);
    InsertResponse reply =
        insert("canonical", "{6BA7B810-9DAD-11D1-80B4-00C04FD430C8}", Map.of(), 1);
    assertThat(reply.getMessage()).isEqualTo("6ba7b810-9dad-11d1-80b4-00c04fd430c8");
  }

  /** 500 vectors of 256 dimensions are half a megabyte: read off the event loop. */
  @Test
  void aBatchIsInsertedInOrderAndNamesItsIds() {
    create("batch", 256);
    BatchInsertResponse reply = batchInsert("batch", 500, 256);
    assertThat(reply.getSuccess()).isTrue();
    assertThat(reply.getInsertedCount()).isEqualTo(500);
    assertThat(reply.getIdsList())
        .isEqualTo(IntStream.range(0, 500).mapToObj(i -> "id-" + i).toList());
  }

  @Test
  void anUpdateReplacesVectorAndMetadata() {
    create("update", 1);
    insert("update", "one", Map.of("v", "old"), 5);
    UpdateRequest request =
        UpdateRequest.newBuilder()
            .setCollectionName("update")
            .setVector(Vector.newBuilder().setId("one").addData(2).putMetadata("v", "new"))
            .build();
    assertThat(await(server.client.update(request)).getSuccess()).isTrue();
    QueryRequest query =
        QueryRequest.newBuilder().setCollectionName("update").addQueryVector(0).build();
    QueryResult only = await(server.client.query(query)).getResults(0);
    assertThat(only.getDistance()).isEqualTo(2f);
    assertThat(only.getMetadataMap()).isEqualTo(Map.of("v", "new"));
  }

  @Test
  void deletingAnUnknownIdIsNoErrorButSaysSo() {
    create("delete", 1);
    insert("delete", "one", Map.of(), 5);
    assertThat(delete("delete", "one").getSuccess()).isTrue();
    DeleteResponse again = delete("delete", "one");
    assertThat(again.getSuccess()).isFalse();
    assertThat(again.getMessage()).isEqualTo("Not found: one");
  }

  @Test
  void serverStatsAreTheNodesOwn() {
    create("stats", 1);
    insert("stats", "one", Map.of(), 5);
    ServerStats stats =
        await(server.client.getStats(GetStatsRequest.getDefaultInstance())).getStats();
    long collections = await(server.bus.list()).size();
    assertThat(stats.getTotalCollections()).isEqualTo((int) collections);
    assertThat(stats.getTotalVectors()).isPositive();
    assertThat(stats.getMemoryUsage()).isEqualTo(1_000);
    assertThat(stats.getDiskUsage()).isEqualTo(2_000);
    assertThat(stats.getUptimeSeconds()).isEqualTo(61);
  }

  @Test
  void healthTellsWhatIsWrong() {
    HealthRequest request = HealthRequest.getDefaultInstance();
    assertThat(await(server.client.health(request)).getStatus()).isEqualTo("OK");
    server.node.setReady(false);
    try {
      assertThat(await(server.client.health(request)).getHealthy()).isFalse();
      assertThat(await(server.client.health(request)).getStatus()).isEqualTo("log: fsync failed");
    } finally {
      server.node.heal();
    }
  }

  @Test
  void theBusSeesWhatGrpcWrote() {
    create("shared", 3);
    insert("shared", "one", Map.of("a", "b"), 1, 2, 3);
    assertThat(await(server.bus.describe(new CollectionName("shared"))).config().metric())
        .isEqualTo(Metric.COSINE);
    assertThat(await(server.bus.describe(new CollectionName("shared"))).stats().vectorCount())
        .isEqualTo(1);
  }

  private static List<String> listed() {
    return await(server.client.listCollections(ListCollectionsRequest.getDefaultInstance()))
        .getCollectionNamesList();
  }

  private static void create(String name, int dimension) {
    await(
        server.client.createCollection(
            create(CollectionConfig.newBuilder().setName(name).setDimension(dimension).build())));
  }

  private static CreateCollectionRequest create(CollectionConfig config) {
    return CreateCollectionRequest.newBuilder().setConfig(config).build();
  }

  private static GetCollectionInfoRequest infoOf(String name) {
    return GetCollectionInfoRequest.newBuilder().setCollectionName(name).build();
  }

  private static InsertResponse insert(
      String collection, String id, Map<String, String> metadata, float... components) {
    Vector.Builder vector = Vector.newBuilder().setId(id).putAllMetadata(metadata);
    for (float component : components) {
      vector.addData(component);
    }
    return await(
        server.client.insert(
            InsertRequest.newBuilder().setCollectionName(collection).setVector(vector).build()));
  }

  private static DeleteResponse delete(String collection, String id) {
    return await(
        server.client.delete(
            DeleteRequest.newBuilder().setCollectionName(collection).setVectorId(id).build()));
  }

  /** Row i has first component i and the id {@code id-i}; the others are random. */
  private static BatchInsertResponse batchInsert(String collection, int count, int dimension) {
    SplittableRandom random = new SplittableRandom(5);
    BatchInsertRequest.Builder batch =
        BatchInsertRequest.newBuilder().setCollectionName(collection);
    for (int i = 0; i < count; i++) {
      Vector.Builder vector = Vector.newBuilder().setId("id-" + i).addData(i);
      for (int d = 1; d < dimension; d++) {
        vector.addData((float) random.nextDouble());
      }
      batch.addVectors(vector);
    }
    return await(server.client.batchInsert(batch.build()));
  }
}
