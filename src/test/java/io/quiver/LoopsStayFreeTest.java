package io.quiver;

import static io.quiver.BusFixture.await;
import static io.quiver.BusFixture.name;
import static org.assertj.core.api.Assertions.assertThat;

import io.quiver.bus.QuiverClient;
import io.quiver.config.QuiverOptions;
import io.quiver.core.DenseVector;
import io.quiver.core.Durability;
import io.quiver.core.Metadata;
import io.quiver.core.Metric;
import io.quiver.core.VectorId;
import io.quiver.front.grpc.GrpcOptions;
import io.quiver.front.grpc.v1.BatchInsertRequest;
import io.quiver.front.grpc.v1.ListCollectionsRequest;
import io.quiver.front.grpc.v1.QueryRequest;
import io.quiver.front.grpc.v1.Vector;
import io.quiver.front.grpc.v1.VectorDbGrpcClient;
import io.quiver.front.rest.RestOptions;
import io.quiver.front.rest.RestServer;
import io.quiver.front.rest.RestServer.Reply;
import io.quiver.message.CollectionConfig;
import io.quiver.message.OnError;
import io.quiver.message.Row;
import io.quiver.message.SearchVectors;
import io.quiver.message.WriteMode;
import io.quiver.message.WriteVectors;
import io.quiver.ops.OpsOptions;
import io.quiver.testkit.LoopWatch;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.SocketAddress;
import io.vertx.grpc.client.GrpcClient;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * No event loop works for more than 100 ms at a stretch, whatever comes over REST, gRPC or the bus:
 * large bodies, large batches, long rows, deep JSON, long lists, and the start itself.
 */
class LoopsStayFreeTest {
  private static final double MILLIS_MAX = 100;
  private static final int ROWS = 10_000;
  private static final int LONG = 4_096;
  private static final int COLLECTIONS = 1_000;
  private static final int BODY_BYTES = 63 << 20;

  @TempDir private static Path data;
  private static Vertx vertx;
  private static Vertx callers;
  private static LoopWatch watch;
  private static Quiver quiver;
  private static RestServer rest;
  private static VectorDbGrpcClient grpc;

  @BeforeAll
  static void start() throws Exception {
    vertx = Vertx.vertx();
    callers = Vertx.vertx();
    watch = new LoopWatch(vertx);
    quiver =
        await(
            Quiver.start(
                vertx,
                QuiverOptions.embedded(data)
                    .withRest(RestOptions.of("127.0.0.1", 0))
                    .withGrpc(GrpcOptions.of("127.0.0.1", 0))
                    .withOps(OpsOptions.of("127.0.0.1", 0))));
    assertFree("the start");
    rest = RestServer.at(quiver.restPort());
    grpc =
        VectorDbGrpcClient.create(
            GrpcClient.client(callers),
            SocketAddress.inetSocketAddress(quiver.grpcPort(), "127.0.0.1"));
    // The first request of all loads the classes that serve it; that is once, and not ours.
    rest.get("/collections");
    await(grpc.listCollections(ListCollectionsRequest.getDefaultInstance()));
    watch.longest();
    QuiverClient client = quiver.client();
    await(client.create(CollectionConfig.of("short", 16, Metric.EUCLIDEAN).withShards(4)));
    await(client.create(CollectionConfig.of("long", LONG, Metric.COSINE)));
  }

  @AfterAll
  static void stop() throws Exception {
    watch.close();
    await(quiver.stop());
    await(vertx.close());
    await(callers.close());
  }

  private static void assertFree(String what) {
    LoopWatch.Longest longest = watch.longest();
    assertThat(longest.millis()).as("%s: %s", what, longest).isLessThan(MILLIS_MAX);
  }

  @Test
  void batchesOfTenThousandRows() throws Exception {
    StringBuilder json = new StringBuilder("{\"vectors\":[");
    BatchInsertRequest.Builder batch = BatchInsertRequest.newBuilder().setCollectionName("short");
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < ROWS; i++) {
      float[] vector = vector(i, 16);
      json.append(i == 0 ? "" : ",").append("{\"id\":\"j").append(i).append("\",\"data\":");
      json.append(Arrays.toString(vector)).append(",\"metadata\":{\"n\":" + i + "}}");
      batch.addVectors(Vector.newBuilder().setId("g" + i).addAllData(boxed(vector)));
      rows.add(
          new Row(new VectorId("b" + i), DenseVector.of(vector), Metadata.ofJson("{\"n\":1}")));
    }
    assertThat(rest.post("/collections/short/vectors/upsert", json + "]}").status()).isEqualTo(200);
    assertFree("a batch over REST");
    assertThat(await(grpc.batchInsert(batch.build())).getSuccess()).isTrue();
    assertFree("a batch over gRPC");
    await(
        quiver
            .client()
            .write(
                new WriteVectors(
                    name("short"), WriteMode.UPSERT, rows, OnError.ABORT, Durability.OS)));
    assertFree("a batch over the bus");
    largeAnswers();
  }

  private static void largeAnswers() throws Exception {
    String body =
        "{\"vector\":"
            + Arrays.toString(vector(1, 16))
            + ",\"limit\":10000,\"exact\":true,\"with_vectors\":true}";
    assertThat(rest.post("/collections/short/search", body).data()).hasSize(ROWS);
    assertFree("10,000 hits over REST");
    QueryRequest query =
        QueryRequest.newBuilder()
            .setCollectionName("short")
            .addAllQueryVector(boxed(vector(1, 16)))
            .setLimit(ROWS)
            .build();
    assertThat(await(grpc.query(query)).getResultsCount()).isEqualTo(ROWS);
    assertFree("10,000 hits over gRPC");
    SearchVectors search = SearchVectors.of(name("short"), DenseVector.of(vector(1, 16)), ROWS);
    assertThat(await(quiver.client().search(search)).hits()).hasSize(ROWS);
    assertFree("10,000 hits over the bus");
  }

  @Test
  void aBodyOf63Mebibytes() {
    StringBuilder json = new StringBuilder("{\"vectors\":[");
    String numbers = Arrays.toString(vector(7, LONG)).replace(" ", "");
    for (int i = 0; json.length() < BODY_BYTES; i++) {
      json.append(i == 0 ? "" : ",").append("{\"id\":\"l" + i + "\",\"data\":").append(numbers);
      json.append('}');
    }
    Reply reply = rest.post("/collections/long/vectors/upsert", json + "]}");
    assertThat(reply.status()).as(reply.body()).isEqualTo(200);
    assertFree("63 MiB over REST");
  }

  @Test
  void aMessageOf63Mebibytes() throws Exception {
    BatchInsertRequest.Builder batch = BatchInsertRequest.newBuilder().setCollectionName("long");
    float[] vector = vector(7, LONG);
    for (int i = 0; i < BODY_BYTES / 4 / LONG - 2; i++) {
      Vector.Builder row = Vector.newBuilder().setId("m" + i);
      for (float component : vector) {
        row.addData(component);
      }
      batch.addVectors(row);
    }
    assertThat(await(grpc.batchInsert(batch.build())).getSuccess()).isTrue();
    assertFree("63 MiB over gRPC");
  }

  @Test
  void rowsOf4096Components() throws Exception {
    for (int i = 0; i < 20; i++) {
      String row = Arrays.toString(vector(i, LONG));
      rest.post("/collections/long/vectors/upsert", "{\"id\":\"r" + i + "\",\"data\":" + row + "}");
      rest.post("/collections/long/search", "{\"vector\":" + row + ",\"with_vectors\":true}");
      await(
          grpc.query(
              QueryRequest.newBuilder()
                  .setCollectionName("long")
                  .addAllQueryVector(boxed(vector(i, LONG)))
                  .setLimit(10)
                  .build()));
    }
    assertFree("long rows");
  }

  @Test
  void deepJson() {
    for (int depth : new int[] {100, 10_000, 30_000_000}) {
      String deep = "[".repeat(depth);
      rest.post("/collections/short/search", deep);
      rest.post(
          "/collections/short/vectors/upsert",
          "{\"id\":\"d\",\"metadata\":{\"a\":" + deep + ",\"data\":[1]}");
    }
    assertFree("deep JSON");
  }

  @Test
  void listsOfAThousandCollections() throws Exception {
    List<Future<?>> made = new ArrayList<>();
    for (int i = 0; i < COLLECTIONS; i++) {
      made.add(quiver.client().create(CollectionConfig.of("many-" + i, 2, Metric.COSINE)));
    }
    await(Future.all(made));
    assertFree("a thousand creates");
    assertThat(rest.get("/collections").data().size()).isGreaterThan(COLLECTIONS);
    rest.get("/stats");
    rest.get("/health");
    rest.get("/health/check");
    RestServer.at(quiver.opsPort()).get("/metrics");
    await(grpc.listCollections(ListCollectionsRequest.getDefaultInstance()));
    assertFree("lists");
  }

  private static float[] vector(int seed, int dimension) {
    float[] vector = new float[dimension];
    for (int i = 0; i < dimension; i++) {
      vector[i] = (float) Math.sin(seed + i * 0.7) + 0.01f;
    }
    return vector;
  }

  private static List<Float> boxed(float[] vector) {
    return IntStream.range(0, vector.length).mapToObj(i -> vector[i]).toList();
  }
}
