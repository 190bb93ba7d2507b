package io.quiver.front.grpc;

import static io.quiver.front.grpc.GrpcFixture.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.quiver.Quiver;
import io.quiver.config.QuiverOptions;
import io.quiver.front.grpc.v1.BatchInsertRequest;
import io.quiver.front.grpc.v1.CollectionConfig;
import io.quiver.front.grpc.v1.CreateCollectionRequest;
import io.quiver.front.grpc.v1.DeleteCollectionRequest;
import io.quiver.front.grpc.v1.DeleteRequest;
import io.quiver.front.grpc.v1.DistanceMetric;
import io.quiver.front.grpc.v1.GetCollectionInfoRequest;
import io.quiver.front.grpc.v1.GetStatsRequest;
import io.quiver.front.grpc.v1.HealthRequest;
import io.quiver.front.grpc.v1.InsertRequest;
import io.quiver.front.grpc.v1.ListCollectionsRequest;
import io.quiver.front.grpc.v1.QueryRequest;
import io.quiver.front.grpc.v1.QueryResult;
import io.quiver.front.grpc.v1.UpdateRequest;
import io.quiver.front.grpc.v1.Vector;
import io.quiver.front.grpc.v1.VectorDbGrpcClient;
import io.quiver.ops.OpsOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.net.SocketAddress;
import io.vertx.grpc.client.GrpcClient;
import io.vertx.grpc.client.InvalidStatusException;
import io.vertx.grpc.common.GrpcStatus;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The generated client against a whole Quiver on a real disk, over a restart. */
class RealNodeTest {
  private static final int DIMENSION = 24;

  @TempDir Path data;
  private Vertx vertx;
  private Quiver quiver;
  private GrpcClient grpc;
  private VectorDbGrpcClient client;
  private final Map<String, float[]> model = new LinkedHashMap<>();
  private final SplittableRandom random = new SplittableRandom(11);

  @BeforeEach
  void start() {
    vertx = Vertx.vertx();
    quiver =
        await(
            Quiver.start(
                vertx,
                QuiverOptions.embedded(data)
                    .withGrpc(GrpcOptions.of("127.0.0.1", 0))
                    .withOps(OpsOptions.of("127.0.0.1", 0))));
    grpc = GrpcClient.client(vertx);
    client =
        VectorDbGrpcClient.create(
            grpc, SocketAddress.inetSocketAddress(quiver.grpcPort(), "127.0.0.1"));
  }

  @AfterEach
  void stop() {
    await(grpc.close());
    await(quiver.stop());
    await(vertx.close());
  }

  @Test
  void elevenRpcsAndARestart() {
    create("c");
    insertBatch(300);
    insertOne("single");
    update("id-7");
    delete("id-8");
    assertSearchesEqualBruteForce();
    stop();
    start();
    assertSearchesEqualBruteForce();
    assertThat(await(client.listCollections(ListCollectionsRequest.getDefaultInstance())))
        .satisfies(list -> assertThat(list.getCollectionNamesList()).containsExactly("c"));
    assertThat(
            await(
                    client.getCollectionInfo(
                        GetCollectionInfoRequest.newBuilder().setCollectionName("c").build()))
                .getStats()
                .getVectorCount())
        .isEqualTo(model.size());
    assertThat(await(client.getStats(GetStatsRequest.getDefaultInstance())).getStats())
        .satisfies(stats -> assertThat(stats.getTotalVectors()).isEqualTo(model.size()))
        .satisfies(stats -> assertThat(stats.getDiskUsage()).isPositive());
    assertThat(await(client.health(HealthRequest.getDefaultInstance())).getStatus())
        .isEqualTo("OK");
    await(
        client.deleteCollection(
            DeleteCollectionRequest.newBuilder().setCollectionName("c").build()));
    assertThat(status(client.query(query(new float[DIMENSION])))).isEqualTo(GrpcStatus.NOT_FOUND);
  }

  @Test
  void whatTheNodeRefusesHasItsStatus() {
    create("c");
    insertOne("one");
    assertThat(status(client.createCollection(createRequest("c"))))
        .isEqualTo(GrpcStatus.ALREADY_EXISTS);
    assertThat(status(client.insert(insertRequest("one", vector()))))
        .isEqualTo(GrpcStatus.ALREADY_EXISTS);
    assertThat(status(client.insert(insertRequest("two", new float[] {1}))))
        .isEqualTo(GrpcStatus.INVALID_ARGUMENT);
    assertThat(status(client.update(updateRequest("unknown", vector()))))
        .isEqualTo(GrpcStatus.NOT_FOUND);
    assertThat(status(client.query(query(new float[] {1, 2}))))
        .isEqualTo(GrpcStatus.INVALID_ARGUMENT);
    BatchInsertRequest twice =
        BatchInsertRequest.newBuilder()
            .setCollectionName("c")
            .addVectors(v("new", vector()))
            .addVectors(v("one", vector()))
            .build();
    assertThat(status(client.batchInsert(twice))).isEqualTo(GrpcStatus.ALREADY_EXISTS);
    assertSearchesEqualBruteForce();
  }

  /** The figures of the metrics port are those of the requests that went over gRPC. */
  @Test
  void metricsMoveWithGrpcRequests() {
    create("c");
    insertBatch(40);
    for (int i = 0; i < 3; i++) {
      await(client.query(query(vector())));
    }
    assertThat(page())
        .contains("\nvectorstore_vectors_batch_inserted 40\n")
        .contains("\nvectorstore_queries 3\n")
        .contains("\nvectorstore_query_results_sum 30\n")
        .contains("\nvectorstore_vectors_total 40\n")
        .contains("\nvectorstore_collections_total 1\n")
        .contains("\nquiver_requests_seconds_count{operation=\"query\"} 3\n");
  }

  private void create(String name) {
    await(client.createCollection(createRequest(name)));
  }

  private void insertBatch(int count) {
    BatchInsertRequest.Builder batch = BatchInsertRequest.newBuilder().setCollectionName("c");
    for (int i = 0; i < count; i++) {
      float[] vector = vector();
      model.put("id-" + i, vector);
      batch.addVectors(v("id-" + i, vector));
    }
    assertThat(await(client.batchInsert(batch.build())).getInsertedCount()).isEqualTo(count);
  }

  private void insertOne(String id) {
    float[] vector = vector();
    model.put(id, vector);
    await(client.insert(insertRequest(id, vector)));
  }

  private void update(String id) {
    float[] vector = vector();
    model.put(id, vector);
    await(client.update(updateRequest(id, vector)));
  }

  private void delete(String id) {
    model.remove(id);
    DeleteRequest request =
        DeleteRequest.newBuilder().setCollectionName("c").setVectorId(id).build();
    assertThat(await(client.delete(request)).getSuccess()).isTrue();
  }

  /** Ids, order, distances and metadata of ten searches, against a comparison with every row. */
  private void assertSearchesEqualBruteForce() {
    for (int n = 0; n < 10; n++) {
      float[] target = vector();
      List<QueryResult> hits = await(client.query(query(target))).getResultsList();
      List<String> nearest =
          model.keySet().stream()
              .sorted(Comparator.comparingDouble(id -> distance(model.get(id), target)))
              .limit(10)
              .toList();
      assertThat(hits).extracting(QueryResult::getId).isEqualTo(nearest);
      assertThat(hits)
          .allSatisfy(hit -> {
            assertThat((double) hit.getDistance())
                .isCloseTo(distance(model.get(hit.getId()), target), within(1e-4));
            assertThat(hit.getMetadataMap()).isEqualTo(Map.of("of", hit.getId()));
          });
    }
  }

  private String page() {
    return await(
        vertx
            .createHttpClient()
            .request(HttpMethod.GET, quiver.opsPort(), "127.0.0.1", "/metrics")
            .compose(request -> request.send().compose(HttpClientResponse::body))
            .map(Buffer::toString));
  }

  private static GrpcStatus status(Future<?> call) {
    return await(
        call.transform((reply, error) ->
            Future.succeededFuture(
                error instanceof InvalidStatusException wrong
                    ? wrong.actualStatus()
                    : GrpcStatus.OK)));
  }

  private float[] vector() {
    float[] vector = new float[DIMENSION];
    for (int i = 0; i < DIMENSION; i++) {
      vector[i] = (float) random.nextGaussian();
    }
    return vector;
  }

  private static double distance(float[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += ((double) a[i] - b[i]) * ((double) a[i] - b[i]);
    }
    return Math.sqrt(sum);
  }

  private static CreateCollectionRequest createRequest(String name) {
    return CreateCollectionRequest.newBuilder()
        .setConfig(
            CollectionConfig.newBuilder()
                .setName(name)
                .setDimension(DIMENSION)
                .setDistanceMetric(DistanceMetric.DISTANCE_METRIC_EUCLIDEAN))
        .build();
  }

  private static InsertRequest insertRequest(String id, float[] vector) {
    return InsertRequest.newBuilder().setCollectionName("c").setVector(v(id, vector)).build();
  }

  private static UpdateRequest updateRequest(String id, float[] vector) {
    return UpdateRequest.newBuilder().setCollectionName("c").setVector(v(id, vector)).build();
  }

  private static QueryRequest query(float[] vector) {
    return QueryRequest.newBuilder()
        .setCollectionName("c")
        .addAllQueryVector(boxed(vector))
        .setEfSearch(400)
        .build();
  }

  private static Vector v(String id, float[] vector) {
    return Vector.newBuilder().setId(id).addAllData(boxed(vector)).putMetadata("of", id).build();
  }

  private static List<Float> boxed(float[] vector) {
    return new ArrayList<>(IntStream.range(0, vector.length).mapToObj(i -> vector[i]).toList());
  }
}
