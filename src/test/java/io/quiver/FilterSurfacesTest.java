package io.quiver;

import static io.quiver.BusFixture.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.quiver.config.QuiverOptions;
import io.quiver.core.DenseVector;
import io.quiver.core.Durability;
import io.quiver.core.Metadata;
import io.quiver.core.Metric;
import io.quiver.core.VectorId;
import io.quiver.filter.Filter;
import io.quiver.filter.FilterJson;
import io.quiver.filter.MetadataEdit;
import io.quiver.filter.NaiveFilter;
import io.quiver.filter.RandomFilters;
import io.quiver.front.grpc.GrpcOptions;
import io.quiver.front.grpc.v1.BatchSearchRequest;
import io.quiver.front.grpc.v1.CountRequest;
import io.quiver.front.grpc.v1.DiscoverRequest;
import io.quiver.front.grpc.v1.ExplainSearchRequest;
import io.quiver.front.grpc.v1.ExplainSearchResponse;
import io.quiver.front.grpc.v1.QueryRequest;
import io.quiver.front.grpc.v1.QueryResult;
import io.quiver.front.grpc.v1.RecommendRequest;
import io.quiver.front.grpc.v1.ScoredPoint;
import io.quiver.front.grpc.v1.ScrollRequest;
import io.quiver.front.grpc.v1.ScrollResponse;
import io.quiver.front.grpc.v1.SearchPlan;
import io.quiver.front.grpc.v1.SearchQuery;
import io.quiver.front.grpc.v1.TargetVector;
import io.quiver.front.grpc.v1.VectorDbGrpcClient;
import io.quiver.front.rest.RestOptions;
import io.quiver.front.rest.RestServer;
import io.quiver.message.ChangeMetadata;
import io.quiver.message.CollectionConfig;
import io.quiver.message.CountRows;
import io.quiver.message.DeleteAck;
import io.quiver.message.DeleteByFilter;
import io.quiver.message.DeleteVectors;
import io.quiver.message.Explained;
import io.quiver.message.Hit;
import io.quiver.message.Row;
import io.quiver.message.ScrollRows;
import io.quiver.message.ScrolledRows;
import io.quiver.message.SearchVectors;
import io.quiver.message.ShardPlan;
import io.quiver.message.WriteVectors;
import io.vertx.core.net.SocketAddress;
import io.vertx.grpc.client.GrpcClient;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Random filters find exactly the rows that the oracle means, min(limit, matches) of them and the
 * nearest first, over REST, gRPC and the bus; each on a collection of several shards with rows that
 * were replaced and deleted.
 */
class FilterSurfacesTest {
  private static final int ROWS = 240;
  private static final long SEED = 7;

  @TempDir Path data;
  private BusFixture node;
  private RestServer rest;
  private GrpcClient grpc;
  private VectorDbGrpcClient stub;
  private final CollectionConfig config =
      CollectionConfig.of("c", 2, Metric.EUCLIDEAN).withShards(3);
  private final RandomFilters random = new RandomFilters(SEED);

  /** Ids by the distance to the origin, and what they have. */
  private final Map<String, Map<String, Object>> documents = new TreeMap<>();

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
    write(0, ROWS);
    write(20, 60);
    List<VectorId> gone = new ArrayList<>();
    for (int i = 100; i < 120; i++) {
      gone.add(new VectorId(id(i)));
      documents.remove(id(i));
    }
    await(node.client().delete(new DeleteVectors(config.name(), gone, Durability.FSYNC)));
  }

  private void write(int from, int to) throws Exception {
    List<Row> rows = new ArrayList<>();
    for (int i = from; i < to; i++) {
      Map<String, Object> document = random.document();
      documents.put(id(i), document == null ? Map.of() : document);
      rows.add(
          new Row(
              new VectorId(id(i)),
              DenseVector.of(i + 1, 0),
              document == null ? Metadata.ABSENT : Metadata.ofJson(RandomFilters.json(document))));
    }
    await(node.client().write(WriteVectors.upsert(config.name(), rows)));
  }

  private static String id(int row) {
    return "id-" + row;
  }

  private static int place(String id) {
    return Integer.parseInt(id.substring(3));
  }

  /** What the filter means, nearest to the origin first. */
  private List<String> matches(Object filter) {
    return documents.entrySet().stream()
        .filter(row -> NaiveFilter.matches(filter, row.getValue(), row.getKey()))
        .map(Map.Entry::getKey)
        .sorted(Comparator.comparingInt(FilterSurfacesTest::place))
        .toList();
  }

  private static List<String> first(List<String> ids, int limit) {
    return ids.subList(0, Math.min(limit, ids.size()));
  }

  @AfterEach
  void close() throws Exception {
    await(grpc.close());
    node.close();
  }

  @Test
  void everySurfaceFindsWhatTheOracleMeans() throws Exception {
    int some = 0;
    for (int i = 0; i < 40; i++) {
      Object written = random.filter(i % 4, true);
      String json = RandomFilters.json(written);
      List<String> expected = matches(written);
      some += expected.isEmpty() || expected.size() == documents.size() ? 0 : 1;
      int limit = i % 2 == 0 ? 7 : ROWS;
      overTheBus(FilterJson.read(json), expected, limit);
      overRest(json, expected, limit);
      overGrpc(json, expected, limit);
    }
    assertThat(some).as("filters that mean some rows").isGreaterThan(20);
  }

  private void overTheBus(Filter filter, List<String> expected, int limit) throws Exception {
    SearchVectors search =
        SearchVectors.of(config.name(), DenseVector.of(0, 0), limit).filteredBy(filter);
    assertThat(ids(await(node.client().search(search)).hits())).isEqualTo(first(expected, limit));
    Explained explained = await(node.client().explain(search));
    assertThat(ids(explained.hits().hits())).isEqualTo(first(expected, limit));
    assertThat(explained.plans().stream().mapToInt(ShardPlan::matches).sum())
        .isEqualTo(expected.size());
    assertThat(await(node.client().count(new CountRows(config.name(), filter))))
        .isEqualTo(expected.size());
    Set<String> scrolled = new TreeSet<>();
    Optional<VectorId> after = Optional.empty();
    do {
      ScrolledRows page =
          await(
              node.client()
                  .scroll(new ScrollRows(config.name(), after, limit, false, false, filter)));
      page.rows().forEach(row -> assertThat(scrolled.add(row.id().value())).isTrue());
      assertThat(page.next().isEmpty() || page.rows().size() == limit).isTrue();
      after = page.next();
    } while (after.isPresent());
    assertThat(scrolled).isEqualTo(new TreeSet<>(expected));
  }

  private void overRest(String json, List<String> expected, int limit) throws Exception {
    String common = ",\"limit\":" + limit + ",\"filter\":" + json + "}";
    String search = "{\"vector\":[0,0]" + common;
    assertThat(hits("/collections/c/search", search)).isEqualTo(first(expected, limit));
    JsonNode explained =
        post("/collections/c/search", "{\"explain\":true,\"vector\":[0,0]" + common);
    assertThat(idsOf(explained.get("hits"))).isEqualTo(first(expected, limit));
    assertThat(explained.get("shards")).hasSize(3);
    assertThat(hits("/collections/c/points/discover", "{\"target\":[0,0]" + common))
        .isEqualTo(first(expected, limit));
    JsonNode batch =
        post(
            "/collections/c/points/search/batch", "{\"searches\":[" + search + "," + search + "]}");
    assertThat(idsOf(batch.get(1))).isEqualTo(first(expected, limit));
    List<String> others = expected.stream().filter(id -> !id.equals("id-0")).toList();
    assertThat(hits("/collections/c/points/recommend", "{\"positive\":[\"id-0\"]" + common))
        .isEqualTo(first(others, limit));
    assertThat(
            post("/collections/c/points/count", "{\"filter\":" + json + "}").get("count").asInt())
        .isEqualTo(expected.size());
    JsonNode page = post("/collections/c/points/scroll", "{\"with_vectors\":false" + common);
    assertThat(expected).containsAll(idsOf(page.get("points")));
    assertThat(page.get("points")).hasSize(Math.min(limit, expected.size()));
  }

  private void overGrpc(String json, List<String> expected, int limit) throws Exception {
    List<SearchQuery> searches =
        List.of(
            SearchQuery.newBuilder().addVector(0).addVector(0).setLimit(limit).build(),
            SearchQuery.newBuilder()
                .addVector(0)
                .addVector(0)
                .setLimit(limit)
                .setFilterJson(json)
                .build());
    BatchSearchRequest batch =
        BatchSearchRequest.newBuilder().setCollectionName("c").addAllSearches(searches).build();
    assertThat(results(await(stub.batchSearch(batch)).getResults(1).getResultsList()))
        .isEqualTo(first(expected, limit));
    explainedOverGrpc(json, expected, limit);
    CountRequest count =
        CountRequest.newBuilder().setCollectionName("c").setFilterJson(json).build();
    assertThat(await(stub.count(count)).getCount()).isEqualTo(expected.size());
    DiscoverRequest discover =
        DiscoverRequest.newBuilder()
            .setCollectionName("c")
            .setTargetVector(TargetVector.newBuilder().addData(0).addData(0))
            .setLimit(limit)
            .setFilterJson(json)
            .build();
    assertThat(results(await(stub.discover(discover)).getResultsList()))
        .isEqualTo(first(expected, limit));
    RecommendRequest recommend =
        RecommendRequest.newBuilder()
            .setCollectionName("c")
            .addPositiveIds("id-0")
            .setLimit(limit)
            .setFilterJson(json)
            .build();
    List<String> others = expected.stream().filter(id -> !id.equals("id-0")).toList();
    assertThat(results(await(stub.recommend(recommend)).getResultsList()))
        .isEqualTo(first(others, limit));
    ScrollRequest scroll =
        ScrollRequest.newBuilder()
            .setCollectionName("c")
            .setLimit(ROWS)
            .setFilterJson(json)
            .build();
    ScrollResponse page = await(stub.scroll(scroll));
    assertThat(page.getPointsList().stream().map(ScoredPoint::getId).collect(Collectors.toSet()))
        .isEqualTo(Set.copyOf(expected));
  }

  /** Every shard tells, and together they tell of all that the filter means. */
  private void explainedOverGrpc(String json, List<String> expected, int limit) throws Exception {
    QueryRequest query =
        QueryRequest.newBuilder()
            .setCollectionName("c")
            .addQueryVector(0)
            .addQueryVector(0)
            .setLimit(limit)
            .build();
    ExplainSearchRequest.Builder asked =
        ExplainSearchRequest.newBuilder().setQuery(query).setFilterJson(json);
    ExplainSearchResponse found = await(stub.explainSearch(asked.build()));
    assertThat(results(found.getResultsList())).isEqualTo(first(expected, limit));
    assertThat(found.getShardsList()).hasSize(3);
    assertThat(found.getShardsList().stream().mapToInt(SearchPlan::getMatches).sum())
        .isEqualTo(expected.size());
    assertThat(found.getShardsList().stream().mapToInt(SearchPlan::getLive).sum())
        .isEqualTo(documents.size());
    ExplainSearchResponse later = await(stub.explainSearch(asked.setOffset(2).build()));
    assertThat(results(later.getResultsList()))
        .isEqualTo(first(expected.stream().skip(2).toList(), limit));
  }

  /** A plan says the same over gRPC as over the bus, where time is no part of it. */
  @Test
  void aPlanOverGrpcIsThatOverTheBus() throws Exception {
    SearchVectors search =
        SearchVectors.of(config.name(), DenseVector.of(0, 0), 7)
            .filteredBy(FilterJson.read("{\"a\":{\"$exists\":true}}"));
    await(node.client().explain(search)); // From here on the filter is known.
    Explained told = await(node.client().explain(search));
    ExplainSearchRequest asked =
        ExplainSearchRequest.newBuilder()
            .setQuery(
                QueryRequest.newBuilder()
                    .setCollectionName("c")
                    .addQueryVector(0)
                    .addQueryVector(0)
                    .setLimit(7))
            .setFilterJson("{\"a\":{\"$exists\":true}}")
            .build();
    List<SearchPlan> plans = await(stub.explainSearch(asked)).getShardsList();
    assertThat(plans).hasSize(3);
    for (int i = 0; i < 3; i++) {
      ShardPlan plan = told.plans().get(i);
      assertThat(
              plans.get(i).toBuilder()
                  .clearFilterUs()
                  .clearWalkUs()
                  .clearScanUs()
                  .clearReadUs()
                  .build())
          .isEqualTo(
              SearchPlan.newBuilder()
                  .setWay("scan")
                  .setFilterBy("kept")
                  .setIndexedRows(plan.indexedRows())
                  .setFilterRowsRead(plan.filterRowsRead())
                  .setMatches(plan.matches())
                  .setLive(plan.live())
                  .setScanRowsMax(plan.scanRowsMax())
                  .setOpened(plan.opened())
                  .setScored(plan.scored())
                  .build());
    }
    assertThatThrownBy(() ->
            await(
                stub.explainSearch(
                    asked.toBuilder()
                        .setQuery(asked.getQuery().toBuilder().putFilter("a", "5"))
                        .build())))
        .hasStackTraceContaining("INVALID_ARGUMENT");
  }

  /** The map of the inherited contract can only say strings, so a 5 is written as one. */
  @Test
  void theEqualityMapOverGrpcMeansNumbersToo() throws Exception {
    List<String> expected = matches(Map.of("a", "5"));
    assertThat(expected).isNotEqualTo(matches(Map.of("a", Map.of("$eq", "5")))).isNotEmpty();
    QueryRequest query =
        QueryRequest.newBuilder()
            .setCollectionName("c")
            .addQueryVector(0)
            .addQueryVector(0)
            .setLimit(ROWS)
            .putFilter("a", "5")
            .build();
    assertThat(results(await(stub.query(query)).getResultsList())).isEqualTo(expected);
  }

  @Test
  void whatAFilterMeansIsDeletedAndNothingElse() throws Exception {
    Object written = Map.of("a", Map.of("$exists", true), "b", Map.of("$ne", 5));
    List<String> meant = matches(written);
    assertThat(meant).hasSizeBetween(10, documents.size() - 10);
    JsonNode deleted =
        post(
            "/collections/c/vectors/delete-by-filter",
            "{\"filter\":" + RandomFilters.json(written) + "}");
    assertThat(deleted.get("deleted_count").asInt()).isEqualTo(meant.size());
    documents.keySet().removeAll(meant);
    overTheBus(Filter.ALL, matches(Map.of()), ROWS);
    Filter again = FilterJson.read(RandomFilters.json(written));
    DeleteByFilter delete = new DeleteByFilter(config.name(), again, Durability.FSYNC);
    assertThat(await(node.client().deleteByFilter(delete))).isEqualTo(new DeleteAck(0, 0));
  }

  @Test
  void metadataChangeByFilterAndByIdAndVectorsStay() throws Exception {
    String filter = "{\"must_not\":{\"is_empty\":{\"key\":\"b\"}}}";
    List<String> meant =
        matches(Map.of("must_not", List.of(Map.of("is_empty", Map.of("key", "b")))));
    assertThat(meant).hasSizeGreaterThan(100); // More than one step.
    String merge =
        "{\"filter\":"
            + filter
            + ",\"merge\":{\"c\":[1,\"x\"],\"z\":{\"y\":7}},\"delete\":[\"a\"]}";
    assertThat(post("/collections/c/vectors/metadata", merge).get("updated_count").asInt())
        .isEqualTo(meant.size());
    for (String id : meant) {
      Map<String, Object> document = new LinkedHashMap<>(documents.get(id));
      document.remove("a");
      document.put("c", List.of(1, "x"));
      document.put("z", Map.of("y", 7));
      documents.put(id, document);
    }
    MetadataEdit set = MetadataEdit.set(Metadata.ofJson("{\"z\":{\"y\":8}}"));
    List<VectorId> named =
        List.of(new VectorId("id-1"), new VectorId("none"), new VectorId("id-2"));
    ChangeMetadata change =
        new ChangeMetadata(config.name(), named, Filter.ALL, set, Durability.FSYNC);
    assertThat(await(node.client().changeMetadata(change)).written()).isEqualTo(2);
    documents.put("id-1", Map.of("z", Map.of("y", 8)));
    documents.put("id-2", Map.of("z", Map.of("y", 8)));
    for (Object asked :
        List.of(
            Map.of("z.y", 7),
            Map.of("z.y", 8),
            Map.of("c", "x"),
            Map.of("a", Map.of("$exists", true)),
            Map.of("b", Map.of("$exists", false)))) {
      overTheBus(FilterJson.read(RandomFilters.json(asked)), matches(asked), ROWS);
    }
  }

  private static List<String> ids(List<Hit> hits) {
    return hits.stream().map(hit -> hit.id().value()).toList();
  }

  private static List<String> results(List<QueryResult> results) {
    return results.stream().map(QueryResult::getId).toList();
  }

  private List<String> hits(String path, String body) throws Exception {
    return idsOf(post(path, body));
  }

  private static List<String> idsOf(JsonNode hits) {
    List<String> ids = new ArrayList<>();
    hits.forEach(hit -> ids.add(hit.get("id").asText()));
    return ids;
  }

  private JsonNode post(String path, String body) throws Exception {
    return rest.post(path, body).data();
  }
}
