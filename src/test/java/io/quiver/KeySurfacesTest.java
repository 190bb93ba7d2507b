package io.quiver;

import static io.quiver.BusFixture.await;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.quiver.config.QuiverOptions;
import io.quiver.core.CollectionName;
import io.quiver.core.DenseVector;
import io.quiver.core.Durability;
import io.quiver.core.ErrorCode;
import io.quiver.core.Metadata;
import io.quiver.core.Metric;
import io.quiver.core.QuiverException;
import io.quiver.core.VectorId;
import io.quiver.filter.Filter;
import io.quiver.filter.FilterJson;
import io.quiver.front.grpc.GrpcOptions;
import io.quiver.front.grpc.v1.ClearCollectionRequest;
import io.quiver.front.grpc.v1.ConditionalVector;
import io.quiver.front.grpc.v1.ContainsRequest;
import io.quiver.front.grpc.v1.DeleteIfRequest;
import io.quiver.front.grpc.v1.GetVectorsRequest;
import io.quiver.front.grpc.v1.GetVectorsResponse;
import io.quiver.front.grpc.v1.QueryResult;
import io.quiver.front.grpc.v1.SearchRangeRequest;
import io.quiver.front.grpc.v1.SearchRangeResponse;
import io.quiver.front.grpc.v1.Vector;
import io.quiver.front.grpc.v1.VectorDbGrpcClient;
import io.quiver.front.grpc.v1.WriteIfRequest;
import io.quiver.front.grpc.v1.WriteIfResponse;
import io.quiver.front.rest.RestOptions;
import io.quiver.front.rest.RestServer;
import io.quiver.front.rest.RestServer.Reply;
import io.quiver.message.ClearCollection;
import io.quiver.message.CollectionConfig;
import io.quiver.message.CountRows;
import io.quiver.message.DeleteIf;
import io.quiver.message.DeleteVectors;
import io.quiver.message.GetVectors;
import io.quiver.message.Hit;
import io.quiver.message.OnError;
import io.quiver.message.Precondition;
import io.quiver.message.RangeHits;
import io.quiver.message.ReadRows;
import io.quiver.message.Row;
import io.quiver.message.SearchRange;
import io.quiver.message.VersionedRows;
import io.quiver.message.WriteIf;
import io.quiver.message.WriteOutcome;
import io.quiver.message.WriteVectors;
import io.vertx.core.Future;
import io.vertx.core.net.SocketAddress;
import io.vertx.grpc.client.GrpcClient;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Versions, conditions and what applications ask of a library, over REST, gRPC and the bus of one
 * node. Row i is at (i, 0), under Euclidean, so what is within a range can be counted by hand.
 */
class KeySurfacesTest {
  private static final CollectionName C = new CollectionName("c");
  private static final int ROWS = 2_500;
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private Path data;
  private BusFixture node;
  private RestServer rest;
  private GrpcClient grpc;
  private VectorDbGrpcClient stub;

  @BeforeEach
  void start() throws Exception {
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
    await(node.client().create(CollectionConfig.of("c", 2, Metric.EUCLIDEAN).withShards(3)));
    List<Row> rows = IntStream.range(0, ROWS).mapToObj(KeySurfacesTest::row).toList();
    await(node.client().write(WriteVectors.upsert(C, rows)));
  }

  @AfterEach
  void stop() throws Exception {
    await(grpc.close());
    node.close();
  }

  private static String id(int i) {
    return "r\"é" + i;
  }

  private static Row row(int i) {
    return new Row(
        new VectorId(id(i)), DenseVector.of(i, 0), Metadata.ofJson("{\"n\":" + i % 7 + "}"));
  }

  private static String json(String id) {
    return "\"" + id.replace("\"", "\\\"") + "\"";
  }

  @Test
  void aVersionReadOnOneSurfaceGuardsAWriteOnAnother() throws Exception {
    VersionedRows read =
        await(node.client().read(new ReadRows(C, List.of(new VectorId(id(5))), true, true)));
    assertThat(read.rows()).containsExactly(row(5));
    long first = read.versions().getFirst();
    String upsert = "{\"vectors\":[{\"id\":" + json(id(5)) + ",\"data\":[5,1],\"if_version\":%d}]}";
    Reply written = rest.post("/collections/c/vectors/upsert", upsert.formatted(first));
    assertThat(written.status()).isEqualTo(200);
    long second = Long.parseLong(written.headers().get("x-version"));
    assertThat(second).isGreaterThan(first);
    Reply conflict = rest.post("/collections/c/vectors/upsert", upsert.formatted(first));
    assertThat(conflict.status()).isEqualTo(409);
    assertThat(conflict.code()).isEqualTo("VERSION_CONFLICT");
    assertThat(conflict.json().get("details").get("expected").asText()).isEqualTo("" + first);
    assertThat(conflict.json().get("details").get("got").asText()).isEqualTo("" + second);
    WriteIfRequest.Builder request =
        WriteIfRequest.newBuilder()
            .setCollectionName("c")
            .addVectors(
                ConditionalVector.newBuilder()
                    .setVector(Vector.newBuilder().setId(id(5)).addData(5).addData(2))
                    .setIfVersion(second));
    WriteIfResponse overGrpc = await(stub.writeIf(request.build()));
    assertThat(overGrpc.getCount()).isEqualTo(1);
    long third = overGrpc.getVersion();
    assertThat(third).isGreaterThan(second);
    request.addVectors(
        ConditionalVector.newBuilder()
            .setVector(Vector.newBuilder().setId("new").addData(9).addData(9))
            .setIfAbsent(true));
    WriteIfResponse some = await(stub.writeIf(request.setOnError("continue").build()));
    assertThat(some.getCount()).isEqualTo(1);
    assertThat(some.getRefused(0).getCode()).isEqualTo("VERSION_CONFLICT");
    assertThat(some.getRefused(0).getIndex()).isZero();
    assertThat(versionsOverRest("new", id(5))).containsExactly(some.getVersion(), third);
    assertThat(hitVersion()).isEqualTo(third);
    String delete = "/collections/c/vectors/new?if_version=";
    assertThat(rest.call("DELETE", delete + third, Map.of(), null).status()).isEqualTo(409);
    assertThat(rest.call("DELETE", delete + some.getVersion(), Map.of(), null).data().asBoolean())
        .isTrue();
    DeleteIfRequest.Builder deleteIf =
        DeleteIfRequest.newBuilder().setCollectionName("c").addIds(id(5)).addIfVersions(third);
    assertThat(await(stub.deleteIf(deleteIf.build())).getCount()).isEqualTo(1);
    VectorId gone = new VectorId(id(5));
    DeleteIf again =
        new DeleteIf(
            new DeleteVectors(C, List.of(gone), Durability.FSYNC),
            List.of(new Precondition.AtVersion(third)),
            OnError.ABORT);
    assertConflict(node.client().delete(again), "want=%d got=absent".formatted(third));
  }

  private static void assertConflict(Future<?> write, String says) throws Exception {
    try {
      throw new AssertionError("was done: " + await(write));
    } catch (ExecutionException e) {
      QuiverException refused = (QuiverException) e.getCause();
      assertThat(refused.code()).isEqualTo(ErrorCode.VERSION_CONFLICT);
      assertThat(refused).hasMessageContaining(says);
    }
  }

  private List<Long> versionsOverRest(String... ids) {
    String asked = String.join(",", Arrays.stream(ids).map(KeySurfacesTest::json).toList());
    List<Long> versions = new ArrayList<>();
    rest.post("/collections/c/vectors/get", "{\"ids\":[" + asked + "]}")
        .data()
        .get("vectors")
        .forEach(row -> versions.add(row.get("version").asLong()));
    return versions;
  }

  /** Of the row at (5, 2), by search and by scroll. */
  private long hitVersion() {
    JsonNode hit =
        rest.post("/collections/c/search", "{\"vector\":[5,2],\"limit\":1,\"with_versions\":true}")
            .data()
            .get(0);
    assertThat(hit.get("id").asText()).isEqualTo(id(5));
    JsonNode points =
        rest.post(
                "/collections/c/points/scroll",
                "{\"limit\":9999,\"with_versions\":true,\"with_vectors\":false}")
            .data()
            .get("points");
    assertThat(points).hasSize(ROWS + 1);
    for (JsonNode point : points) {
      if (point.get("id").asText().equals(id(5))) {
        assertThat(point.get("version").asLong()).isEqualTo(hit.get("version").asLong());
      }
    }
    return hit.get("version").asLong();
  }

  /** Of many writers that saw the same version, one wins; so 16 of them count to 16 × 12. */
  @Test
  void exactlyOneOfManyWritersWinsEachVersion() throws Exception {
    int writers = 16;
    int rounds = 12;
    VectorId counter = new VectorId("counter");
    write(counter, 0, Precondition.ABSENT).toCompletionStage().toCompletableFuture().get();
    AtomicInteger conflicts = new AtomicInteger();
    List<Thread> threads = new ArrayList<>();
    List<Throwable> faults = new ArrayList<>();
    for (int writer = 0; writer < writers; writer++) {
      threads.add(
          Thread.ofVirtual()
              .start(() -> {
                try {
                  for (int round = 0; round < rounds; round++) {
                    increment(counter, conflicts);
                  }
                } catch (Exception e) {
                  synchronized (faults) {
                    faults.add(e);
                  }
                }
              }));
    }
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(faults).isEmpty();
    assertThat(value(counter).row().vector().get(0)).isEqualTo(writers * rounds);
    Future<?> late = write(counter, 0, Precondition.ABSENT);
    assertConflict(late, "want=absent");
  }

  private record Read(Row row, long version) {}

  private Read value(VectorId id) throws Exception {
    VersionedRows read =
        node.client()
            .read(new ReadRows(C, List.of(id), true, true))
            .toCompletionStage()
            .toCompletableFuture()
            .get();
    return new Read(read.rows().getFirst(), read.versions().getFirst());
  }

  private void increment(VectorId id, AtomicInteger conflicts) throws Exception {
    while (true) {
      Read seen = value(id);
      int next = (int) seen.row().vector().get(0) + 1;
      try {
        write(id, next, new Precondition.AtVersion(seen.version()))
            .toCompletionStage()
            .toCompletableFuture()
            .get();
        return;
      } catch (ExecutionException e) {
        assertThat(((QuiverException) e.getCause()).code()).isEqualTo(ErrorCode.VERSION_CONFLICT);
        conflicts.incrementAndGet();
      }
    }
  }

  private Future<WriteOutcome> write(VectorId id, int value, Precondition condition) {
    Row row = new Row(id, DenseVector.of(value, 0), Metadata.ABSENT);
    return node.client()
        .write(new WriteIf(WriteVectors.upsert(C, List.of(row)), List.of(condition)));
  }

  @Test
  void rowsAndTheirAbsenceAreToldEverywhere() throws Exception {
    JsonNode overRest =
        rest.post(
                "/collections/c/vectors/get",
                "{\"ids\":[" + json(id(9)) + ",\"x\"," + json(id(2)) + "],\"with_vectors\":false}")
            .data();
    assertThat(overRest.get("vectors")).hasSize(2);
    assertThat(overRest.get("vectors").get(0).get("id").asText()).isEqualTo(id(9));
    assertThat(overRest.get("vectors").get(0).has("data")).isFalse();
    assertThat(overRest.get("vectors").get(1).get("metadata").get("n").asInt()).isEqualTo(2);
    assertThat(overRest.get("missing")).hasSize(1).allMatch(id -> id.asText().equals("x"));
    GetVectorsResponse overGrpc =
        await(
            stub.getVectors(
                GetVectorsRequest.newBuilder()
                    .setCollectionName("c")
                    .addIds("x")
                    .addIds(id(9))
                    .setWithVectors(true)
                    .build()));
    assertThat(overGrpc.getVectorsList()).hasSize(1);
    assertThat(overGrpc.getVectors(0).getDataList()).containsExactly(9f, 0f);
    assertThat(overGrpc.getVectors(0).getVersion())
        .isEqualTo(overRest.get("vectors").get(0).get("version").asLong());
    JsonNode contains =
        rest.post("/collections/c/vectors/contains", "{\"ids\":[\"x\"," + json(id(1)) + "]}")
            .data()
            .get("contains");
    assertThat(contains.toString()).isEqualTo("[false,true]");
    ContainsRequest asked =
        ContainsRequest.newBuilder().setCollectionName("c").addIds(id(1)).addIds("x").build();
    assertThat(await(stub.contains(asked)).getContainsList()).containsExactly(true, false);
    List<VectorId> ids = List.of(new VectorId("x"), new VectorId(id(3)));
    assertThat(await(node.client().contains(new GetVectors(C, ids, true, true))))
        .containsExactly(ids.get(1));
  }

  @Test
  void aRangeHasAllRowsWithinItAndSaysWhenThereAreMore() throws Exception {
    RangeHits all = await(node.client().searchRange(range(700.5f, 2_000)));
    assertThat(all.isTruncated()).isFalse();
    assertThat(all.found().hits())
        .extracting(hit -> hit.id().value())
        .isEqualTo(IntStream.rangeClosed(0, 700).mapToObj(KeySurfacesTest::id).toList());
    RangeHits exactly = await(node.client().searchRange(range(700.5f, 701)));
    assertThat(exactly).isEqualTo(all);
    RangeHits first = await(node.client().searchRange(range(700.5f, 700)));
    assertThat(first.isTruncated()).isTrue();
    assertThat(first.found().hits()).isEqualTo(all.found().hits().subList(0, 700));
    JsonNode overRest =
        rest.post(
                "/collections/c/search/range",
                "{\"vector\":[0,0],\"max_distance\":50,\"filter\":{\"n\":3}}")
            .data();
    assertThat(overRest.get("truncated").asBoolean()).isFalse();
    List<String> expected =
        IntStream.rangeClosed(0, 50).filter(i -> i % 7 == 3).mapToObj(KeySurfacesTest::id).toList();
    List<String> found = new ArrayList<>();
    overRest.get("hits").forEach(hit -> found.add(hit.get("id").asText()));
    assertThat(found).isEqualTo(expected);
    SearchRangeResponse overGrpc =
        await(
            stub.searchRange(
                SearchRangeRequest.newBuilder()
                    .setCollectionName("c")
                    .addVector(0)
                    .addVector(0)
                    .setMaxDistance(50)
                    .setLimit(expected.size() - 1)
                    .setFilterJson("{\"n\":3}")
                    .build()));
    assertThat(overGrpc.getTruncated()).isTrue();
    assertThat(overGrpc.getResultsList())
        .extracting(QueryResult::getId)
        .isEqualTo(expected.subList(0, expected.size() - 1));
    SearchRange filtered =
        new SearchRange(
            C, DenseVector.of(0, 0), 50, 9, false, false, 0, FilterJson.read("{\"n\":3}"));
    assertThat(await(node.client().searchRange(filtered)).found().hits())
        .extracting(Hit::distance)
        .containsExactly(3f, 10f, 17f, 24f, 31f, 38f, 45f);
  }

  private static SearchRange range(float distance, int limit) {
    return new SearchRange(C, DenseVector.of(0, 0), distance, limit, false, false, 0, Filter.ALL);
  }

  /** The answer comes in chunks. */
  private HttpResponse<String> ids() throws Exception {
    URI uri = URI.create("http://127.0.0.1:" + node.quiver().restPort() + "/collections/c/ids");
    try (HttpClient http = HttpClient.newHttpClient()) {
      return http.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString());
    }
  }

  @Test
  void theIdsAreAllThereALineEach() throws Exception {
    HttpResponse<String> reply = ids();
    assertThat(reply.headers().firstValue("content-type")).hasValue("application/x-ndjson");
    Set<String> ids = new TreeSet<>();
    List<String> lines = reply.body().lines().toList();
    for (String line : lines) {
      ids.add(JSON.readTree(line).asText());
    }
    Set<String> expected = new TreeSet<>();
    IntStream.range(0, ROWS).forEach(i -> expected.add(id(i)));
    assertThat(ids).isEqualTo(expected);
    assertThat(lines).hasSize(ROWS);
  }

  @Test
  void clearLeavesNothingAndTheCollectionServesOn() throws Exception {
    assertThat(rest.post("/collections/c/clear", "").data().get("deleted_count").asInt())
        .isEqualTo(ROWS);
    assertThat(await(node.client().count(new CountRows(C)))).isZero();
    assertThat(ids().body()).isEmpty();
    assertThat(await(node.client().searchRange(range(1e9f, 10))).found().hits()).isEmpty();
    write(new VectorId(id(1)), 7, Precondition.ABSENT);
    await(write(new VectorId("b"), 8, Precondition.ABSENT));
    ClearCollectionRequest clear =
        ClearCollectionRequest.newBuilder().setCollectionName("c").build();
    assertThat(await(stub.clearCollection(clear)).getDeletedCount()).isEqualTo(2);
    ClearCollection again = new ClearCollection(C, Durability.FSYNC);
    assertThat(await(node.client().clear(again)).deleted()).isZero();
  }
}
