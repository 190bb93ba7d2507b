package io.quiver;

import static io.quiver.BusFixture.await;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.quiver.config.QuiverOptions;
import io.quiver.core.DenseVector;
import io.quiver.core.Metadata;
import io.quiver.core.Metric;
import io.quiver.core.VectorId;
import io.quiver.front.grpc.GrpcOptions;
import io.quiver.front.grpc.v1.BatchSearchRequest;
import io.quiver.front.grpc.v1.ContextPair;
import io.quiver.front.grpc.v1.CountRequest;
import io.quiver.front.grpc.v1.DiscoverRequest;
import io.quiver.front.grpc.v1.QueryResult;
import io.quiver.front.grpc.v1.RecommendRequest;
import io.quiver.front.grpc.v1.ScoredPoint;
import io.quiver.front.grpc.v1.ScrollRequest;
import io.quiver.front.grpc.v1.ScrollResponse;
import io.quiver.front.grpc.v1.SearchQuery;
import io.quiver.front.grpc.v1.TargetVector;
import io.quiver.front.grpc.v1.VectorDbGrpcClient;
import io.quiver.front.rest.RestOptions;
import io.quiver.front.rest.RestServer;
import io.quiver.message.CollectionConfig;
import io.quiver.message.CountRows;
import io.quiver.message.DiscoverVectors;
import io.quiver.message.DiscoverVectors.Target;
import io.quiver.message.ExampleStrategy;
import io.quiver.message.Hit;
import io.quiver.message.RecommendVectors;
import io.quiver.message.Row;
import io.quiver.message.SearchOptions;
import io.quiver.message.SearchVectors;
import io.quiver.message.WriteVectors;
import io.vertx.core.net.SocketAddress;
import io.vertx.grpc.client.GrpcClient;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each operation on points has the same answer over REST, gRPC and the bus. */
class PointSurfacesTest {
  private static final int ROWS = 60;

  @TempDir private Path data;
  private BusFixture node;
  private RestServer rest;
  private GrpcClient grpc;
  private VectorDbGrpcClient stub;
  private final CollectionConfig config =
      CollectionConfig.of("c", 2, Metric.EUCLIDEAN).withShards(2);

  @BeforeEach
  void open() throws Exception {
    node =
        new BusFixture(
            QuiverOptions.embedded(data)
                .withRest(RestOptions.of("127.0.0.1", 0))
                .withGrpc(GrpcOptions.of("127.0.0.1", 0)));
    rest = RestServer.at(node.quiver().restPort());
    grpc = GrpcClient.client(node.vertx());
    stub =
        VectorDbGrpcClient.create(
            grpc, SocketAddress.inetSocketAddress(node.quiver().grpcPort(), "127.0.0.1"));
    await(node.client().create(config));
    List<Row> rows =
        IntStream.range(0, ROWS)
            .mapToObj(i ->
                new Row(
                    new VectorId("r" + i),
                    DenseVector.of(i, i % 7),
                    i % 3 == 0 ? Metadata.ABSENT : Metadata.ofJson("{\"n\":\"" + i + "\"}")))
            .toList();
    await(node.client().write(WriteVectors.upsert(config.name(), rows)));
  }

  @AfterEach
  void close() throws Exception {
    await(grpc.close());
    node.close();
  }

  @Test
  void recommend() throws Exception {
    for (ExampleStrategy strategy : ExampleStrategy.values()) {
      String word = strategy.name().toLowerCase(Locale.ROOT);
      List<Hit> bus =
          await(
                  node.client()
                      .recommend(
                          new RecommendVectors(
                              config.name(),
                              ids("r5", "r9"),
                              ids("r20"),
                              strategy,
                              new SearchOptions(6, 2, 0, false, false, true, 0))))
              .hits();
      assertThat(bus).hasSize(6).extracting(hit -> hit.id().value()).doesNotContain("r5", "r20");
      String overRest =
          "{\"collection\":\"other\",\"positive\":[\"r5\",\"r9\"],\"negative\":[\"r20\"],"
              + "\"limit\":6,\"offset\":2,\"filter\":{},\"strategy\":\""
              + word
              + "\"}";
      assertThat(hits("recommend", overRest)).isEqualTo(hits(bus));
      RecommendRequest request =
          RecommendRequest.newBuilder()
              .setCollectionName("c")
              .addPositiveIds("r5")
              .addPositiveIds("r9")
              .addNegativeIds("r20")
              .setStrategy(word)
              .setLimit(6)
              .setOffset(2)
              .setFilterJson("{ }")
              .build();
      assertThat(results(await(stub.recommend(request)).getResultsList())).isEqualTo(hits(bus));
    }
  }

  @Test
  void discover() throws Exception {
    DenseVector target = DenseVector.of(30, 3);
    List<DiscoverVectors.ContextPair> pairs =
        List.of(new DiscoverVectors.ContextPair(new VectorId("r40"), new VectorId("r2")));
    List<Hit> bus =
        await(
                node.client()
                    .discover(
                        new DiscoverVectors(
                            config.name(),
                            new Target.OfVector(target),
                            pairs,
                            SearchOptions.DEFAULT)))
            .hits();
    String body = "{\"target\":[30,3],\"context\":[{\"positive\":\"r40\",\"negative\":\"r2\"}]}";
    assertThat(hits("discover", body)).hasSize(10).isEqualTo(hits(bus));
    DiscoverRequest.Builder request =
        DiscoverRequest.newBuilder()
            .setCollectionName("c")
            .setTargetVector(TargetVector.newBuilder().addData(30).addData(3))
            .addContextPairs(ContextPair.newBuilder().setPositiveId("r40").setNegativeId("r2"));
    assertThat(results(await(stub.discover(request.build())).getResultsList()))
        .isEqualTo(hits(bus));
    List<String> byId =
        results(await(stub.discover(request.setTargetId("r30").build())).getResultsList());
    assertThat(hits("discover", body.replace("[30,3]", "\"r30\""))).isEqualTo(byId);
    assertThat(byId).noneMatch(hit -> hit.startsWith("r30 "));
  }

  @Test
  void scroll() throws Exception {
    List<String> overRest = new ArrayList<>();
    String offset = "null";
    do {
      JsonNode page =
          rest.post("/collections/c/points/scroll", "{\"limit\":7,\"offset\":" + offset + "}")
              .data();
      for (JsonNode point : page.get("points")) {
        assertThat(point.get("score").asDouble()).isZero();
        overRest.add(
            "%s %s %s".formatted(point.get("id"), point.get("vector"), point.get("payload")));
      }
      offset = page.get("next_offset").toString();
    } while (!offset.equals("null"));
    assertThat(overRest).hasSize(ROWS);
    assertThat(new TreeSet<>(overRest)).hasSize(ROWS).contains("\"r1\" [1.0,1.0] {\"n\":\"1\"}");
    List<String> overGrpc = new ArrayList<>();
    ScrollRequest.Builder request =
        ScrollRequest.newBuilder().setCollectionName("c").setLimit(11).setWithVectors(true);
    ScrollResponse page;
    do {
      page = await(stub.scroll(request.setWithPayload(true).build()));
      for (ScoredPoint point : page.getPointsList()) {
        String payload =
            point.getPayloadCount() == 0
                ? "null"
                : "{\"n\":\"" + point.getPayloadOrThrow("n") + "\"}";
        overGrpc.add(
            "\"%s\" %s %s"
                .formatted(
                    point.getId(), point.getVectorList().toString().replace(" ", ""), payload));
      }
      request.setOffset(page.getNextOffset());
    } while (page.hasNextOffset());
    assertThat(overGrpc).isEqualTo(overRest);
    JsonNode bare =
        rest.post(
                "/collections/c/points/scroll",
                "{\"limit\":1,\"with_vectors\":false,\"with_payload\":false}")
            .data();
    assertThat(bare.get("points").get(0).size()).as("id and score").isEqualTo(2);
  }

  @Test
  void count() throws Exception {
    assertThat(await(node.client().count(new CountRows(config.name())))).isEqualTo(ROWS);
    for (String body : List.of("{}", "{\"exact\":true}", "{\"exact\":false,\"filter\":null}")) {
      assertThat(rest.post("/collections/c/points/count", body).data().toString())
          .isEqualTo("{\"count\":60}");
    }
    assertThat(
            await(stub.count(CountRequest.newBuilder().setCollectionName("c").build())).getCount())
        .isEqualTo(ROWS);
  }

  @Test
  void batchSearch() throws Exception {
    List<SearchVectors> searches =
        List.of(
            new SearchVectors(
                config.name(),
                DenseVector.of(3, 3),
                4,
                1,
                0,
                false,
                false,
                true,
                Float.POSITIVE_INFINITY,
                0),
            SearchVectors.of(config.name(), DenseVector.of(50, 0), 2));
    List<List<String>> bus =
        await(node.client().searchAll(searches)).stream().map(found -> hits(found.hits())).toList();
    String body =
        "{\"searches\":[{\"vector\":[3,3],\"limit\":4,\"offset\":1,\"filter\":null},"
            + "{\"vector\":[50,0],\"limit\":2}]}";
    List<List<String>> overRest = new ArrayList<>();
    rest.post("/collections/c/points/search/batch", body)
        .data()
        .forEach(found -> overRest.add(hits(found)));
    assertThat(overRest).isEqualTo(bus);
    BatchSearchRequest request =
        BatchSearchRequest.newBuilder()
            .setCollectionName("c")
            .addSearches(
                SearchQuery.newBuilder().addVector(3).addVector(3).setLimit(4).setOffset(1))
            .addSearches(SearchQuery.newBuilder().addVector(50).addVector(0).setLimit(2))
            .build();
    List<List<String>> overGrpc =
        await(stub.batchSearch(request)).getResultsList().stream()
            .map(found -> results(found.getResultsList()))
            .toList();
    assertThat(overGrpc).isEqualTo(bus);
  }

  @Test
  void getPoints() {
    JsonNode found =
        rest.post("/collections/c/points/get", "{\"ids\":[\"r4\",\"no\",\"r3\"]}").data();
    assertThat(found.toString())
        .isEqualTo(
            "[{\"id\":\"r4\",\"vector\":[4.0,4.0],\"payload\":{\"n\":\"4\"}},"
                + "{\"id\":\"r3\",\"vector\":[3.0,3.0],\"payload\":null}]");
  }

  private List<String> hits(String operation, String body) {
    return hits(rest.post("/collections/c/points/" + operation, body).data());
  }

  private static List<String> hits(JsonNode found) {
    List<String> hits = new ArrayList<>();
    found.forEach(hit ->
        hits.add(
            hit.get("id").asText()
                + " "
                + hit.get("distance").floatValue()
                + " "
                + (hit.get("metadata").isNull() ? "-" : hit.get("metadata").get("n").asText())));
    return hits;
  }

  private static List<String> hits(List<Hit> found) {
    return found.stream()
        .map(hit ->
            hit.id()
                + " "
                + hit.distance()
                + " "
                + (hit.metadata().isAbsent() ? "-" : hit.id().value().substring(1)))
        .toList();
  }

  private static List<String> results(List<QueryResult> found) {
    return found.stream()
        .map(hit ->
            hit.getId()
                + " "
                + hit.getDistance()
                + " "
                + hit.getMetadataMap().getOrDefault("n", "-"))
        .toList();
  }

  private static List<VectorId> ids(String... ids) {
    return Stream.of(ids).map(VectorId::new).toList();
  }
}
