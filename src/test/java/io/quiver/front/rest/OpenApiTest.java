package io.quiver.front.rest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SpecVersion;
import io.quiver.front.rest.RestServer.Reply;
import io.quiver.testkit.DvecWriter;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The contract and the server say the same: operations, parameters, bodies and replies. */
class OpenApiTest {
  private static final String DOCUMENT = "https://quiver.invalid/openapi.yaml";
  private static final List<String> METHODS = List.of("get", "put", "post", "delete", "patch");

  @TempDir static Path data;
  private static RestServer server;
  private static JsonNode contract;
  private static JsonSchemaFactory schemas;

  @BeforeAll
  static void start() throws IOException {
    String text;
    try (InputStream in = OpenApiTest.class.getResourceAsStream("/openapi.yaml")) {
      contract = new YAMLMapper().readTree(in);
      text = contract.toString();
    }
    schemas =
        JsonSchemaFactory.getInstance(
            SpecVersion.VersionFlag.V202012,
            builder -> builder.schemaLoaders(loaders -> loaders.schemas(Map.of(DOCUMENT, text))));
    Files.createDirectories(data.resolve("lost"));
    Files.write(
        data.resolve("lost").resolve("vectors.bin"),
        DvecWriter.record(DvecWriter.id(1), new float[] {1, 2}, null));
    server = RestServer.on(data);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Test
  void everyOperationHasItsHandlerAndEveryHandlerItsOperation() {
    Map<String, String> written = new TreeMap<>();
    contract
        .get("paths")
        .properties()
        .forEach(path ->
            METHODS.stream()
                .filter(method -> path.getValue().has(method))
                .forEach(method ->
                    written.put(
                        path.getValue().get(method).get("operationId").asText(),
                        method.toUpperCase(Locale.ROOT) + " " + path.getKey())));
    Map<String, String> served = new TreeMap<>();
    for (Operation operation : Operation.values()) {
      served.put(operation.id(), operation.method() + " " + operation.path());
    }
    assertThat(served).isEqualTo(written);
  }

  @ParameterizedTest
  @MethodSource("operations")
  void parametersAndBodiesAreThoseOfTheContract(Operation operation) {
    JsonNode path = contract.get("paths").get(operation.path());
    JsonNode written = path.get(operation.method().toLowerCase(Locale.ROOT));
    TreeSet<String> names = new TreeSet<>();
    for (JsonNode holder : List.of(path, written)) {
      for (JsonNode parameter : holder.path("parameters")) {
        JsonNode whole = resolve(parameter);
        if (whole.get("in").asText().equals("query")) {
          names.add(name(whole));
        }
      }
    }
    assertThat(new TreeSet<>(operation.parameters())).isEqualTo(names);
    assertThat(operation.hasBody()).isEqualTo(written.has("requestBody"));
  }

  @Test
  void theServerGivesOutTheContract() throws IOException {
    Reply reply = server.get("/openapi.yaml");
    assertThat(reply.headers()).containsEntry("content-type", "application/yaml");
    assertThat(new YAMLMapper().readTree(reply.body())).isEqualTo(contract);
  }

  @Test
  void examplesOfTheContractAreValid() {
    int[] checked = {0};
    contract
        .get("paths")
        .properties()
        .forEach(path -> checkExamples(pointer("paths", path.getKey()), checked));
    contract
        .get("components")
        .properties()
        .forEach(part -> checkExamples(pointer("components", part.getKey()), checked));
    assertThat(checked[0]).isGreaterThan(30);
  }

  @Test
  void repliesOfEveryOperationAreValid() {
    TreeSet<Operation> seen = new TreeSet<>();
    for (Sent sent : calls()) {
      String body = sent.body() == null ? null : sent.body().replace("DELETED", deleted());
      String path = sent.path().replace("SNAPSHOT", snapshot());
      String type = sent.operation().isTransfer() ? "application/octet-stream" : "application/json";
      Reply reply = server.send(sent.operation().method(), path, type, body);
      assertThat(reply.status()).as(sent + " " + reply.body()).isEqualTo(sent.status());
      assertValid(sent, reply);
      seen.add(sent.operation());
    }
    assertThat(seen).containsExactlyInAnyOrder(Operation.values());
  }

  /** What can be restored. */
  private static String deleted() {
    return server.get("/collections/deleted").data().path(0).path("name").asText(".deleted/x");
  }

  private static String snapshot() {
    Reply reply = server.get("/collections/c/snapshots");
    return reply.status() == 200 ? reply.data().path(0).path("name").asText("x") : "x";
  }

  /** A call, and the status it is meant to have. */
  record Sent(Operation operation, String path, String body, int status) {}

  private static List<Sent> calls() {
    List<Sent> calls = new ArrayList<>();
    String row = "{\"id\":\"a\",\"data\":[1,2,3],\"metadata\":{\"k\":1}}";
    String rows = "{\"vectors\":[" + row + ",{\"data\":[1,2]}],\"on_error\":\"continue\"}";
    String search = "{\"vector\":[1,2,3],\"with_vectors\":true}";
    String searches = "{\"searches\":[" + search + "]}";
    String create = "{\"name\":\"c\",\"dimension\":3,\"distance_metric\":\"Cosine\"}";
    calls.add(new Sent(Operation.CREATE_COLLECTION, "/collections", create, 200));
    calls.add(new Sent(Operation.CREATE_COLLECTION, "/collections", create, 409));
    calls.add(new Sent(Operation.CREATE_COLLECTION, "/collections", "{", 400));
    String load =
        "{\"collection_name\":\"found\",\"dimension\":2,\"distance_metric\":\"cosine\","
            + "\"orphaned_path\":\"";
    calls.add(new Sent(Operation.IMPORT_COLLECTION, "/collections/import", load + "lost\"}", 200));
    calls.add(new Sent(Operation.IMPORT_COLLECTION, "/collections/import", load + "lost\"}", 409));
    load = load.replace("found", "other");
    calls.add(new Sent(Operation.IMPORT_COLLECTION, "/collections/import", load + "/etc\"}", 403));
    calls.add(new Sent(Operation.IMPORT_COLLECTION, "/collections/import", load + "nix\"}", 400));
    calls.add(new Sent(Operation.LIST_COLLECTIONS, "/collections", null, 200));
    calls.add(new Sent(Operation.DESCRIBE_COLLECTION, "/collections/c", null, 200));
    calls.add(new Sent(Operation.DESCRIBE_COLLECTION, "/collections/x", null, 404));
    calls.add(new Sent(Operation.COLLECTION_STATS, "/collections/c/stats", null, 200));
    calls.add(new Sent(Operation.COLLECTION_STATS, "/collections/c/stats?detail=true", null, 200));
    calls.add(new Sent(Operation.MEASURE_RECALL, "/collections/c/recall?samples=5", null, 200));
    calls.add(new Sent(Operation.MEASURE_RECALL, "/collections/x/recall", null, 404));
    calls.add(new Sent(Operation.INSERT_VECTOR, "/collections/c/vectors", row, 200));
    calls.add(new Sent(Operation.INSERT_VECTOR, "/collections/c/vectors", row, 409));
    calls.add(new Sent(Operation.INSERT_VECTORS, "/collections/c/vectors/batch", rows, 200));
    calls.add(
        new Sent(
            Operation.INSERT_VECTORS,
            "/collections/c/vectors/batch",
            "{\"embeddings\":[[1,2,3]]}",
            200));
    calls.add(new Sent(Operation.UPSERT_VECTORS, "/collections/c/vectors/upsert", rows, 200));
    calls.add(
        new Sent(
            Operation.UPSERT_VECTORS,
            "/collections/c/vectors/upsert",
            "{\"vectors\":[" + row + "]}",
            200));
    calls.add(new Sent(Operation.GET_VECTOR, "/collections/c/vectors/a", null, 200));
    calls.add(new Sent(Operation.GET_VECTOR, "/collections/c/vectors/x", null, 404));
    calls.add(new Sent(Operation.UPDATE_VECTOR, "/collections/c/vectors/a", row, 200));
    calls.add(new Sent(Operation.SEARCH, "/collections/c/search", search, 200));
    String explained = "{\"vector\":[1,2,3],\"explain\":true,\"filter\":{\"a\":1}}";
    calls.add(new Sent(Operation.SEARCH, "/collections/c/search", explained, 200));
    calls.add(new Sent(Operation.SEARCH, "/collections/c/search", "{\"vector\":[1]}", 400));
    calls.add(new Sent(Operation.SEARCH_BATCH, "/collections/c/search/batch", searches, 200));
    calls.add(
        new Sent(
            Operation.SEARCH_POINTS_BATCH, "/collections/c/points/search/batch", searches, 200));
    String text = "{\"query\":\"word\",\"highlight\":true}";
    calls.add(new Sent(Operation.SEARCH_TEXT, "/collections/c/search/text", text, 200));
    calls.add(new Sent(Operation.SEARCH_TEXT, "/collections/c/search/text", "{}", 400));
    String hybrid = "{\"vector\":[1,2,3],\"query\":\"word\"}";
    calls.add(new Sent(Operation.SEARCH_HYBRID, "/collections/c/search/hybrid", hybrid, 200));
    addKeys(calls);
    addPoints(calls);
    addAliases(calls);
    addIndex(calls);
    calls.add(new Sent(Operation.DELETE_VECTOR, "/collections/c/vectors/a", null, 200));
    calls.add(
        new Sent(
            Operation.DELETE_VECTORS,
            "/collections/c/vectors/batch-delete",
            "{\"ids\":[\"a\"]}",
            200));
    calls.add(
        new Sent(
            Operation.CHANGE_METADATA,
            "/collections/c/vectors/metadata",
            "{\"ids\":[\"b\"],\"merge\":{\"k\":1}}",
            200));
    calls.add(
        new Sent(
            Operation.DELETE_BY_FILTER,
            "/collections/c/vectors/delete-by-filter",
            "{\"filter\":{\"k\":1}}",
            200));
    String other = create.replace("\"c\"", "\"cleared\"");
    calls.add(new Sent(Operation.CREATE_COLLECTION, "/collections", other, 200));
    calls.add(new Sent(Operation.INSERT_VECTOR, "/collections/cleared/vectors", row, 200));
    calls.add(new Sent(Operation.CLEAR, "/collections/cleared/clear", null, 200));
    calls.add(new Sent(Operation.CLEAR, "/collections/x/clear", null, 404));
    String snapshots = "/collections/c/snapshots";
    calls.add(new Sent(Operation.BACK_UP_COLLECTION, "/collections/c/backup", null, 200));
    calls.add(new Sent(Operation.TAKE_SNAPSHOT, snapshots, null, 200));
    calls.add(new Sent(Operation.LIST_SNAPSHOTS, snapshots, null, 200));
    calls.add(new Sent(Operation.DESCRIBE_SNAPSHOT, snapshots + "/SNAPSHOT", null, 200));
    calls.add(new Sent(Operation.DESCRIBE_SNAPSHOT, snapshots + "/x", null, 404));
    addTransfers(calls, snapshots);
    calls.add(new Sent(Operation.RESTORE_SNAPSHOT, snapshots + "/SNAPSHOT/restore", null, 200));
    calls.add(new Sent(Operation.DELETE_SNAPSHOT, snapshots + "/SNAPSHOT", null, 200));
    calls.add(new Sent(Operation.DELETE_COLLECTION, "/collections/c", null, 200));
    calls.add(new Sent(Operation.LIST_DELETED, "/collections/deleted", null, 200));
    String restore = "{\"backup_path\":\"DELETED\",\"new_name\":\"d\"}";
    calls.add(new Sent(Operation.RESTORE_COLLECTION, "/collections/restore", restore, 200));
    calls.add(new Sent(Operation.RESTORE_COLLECTION, "/collections/restore", restore, 409));
    calls.add(new Sent(Operation.HARD_DELETE_COLLECTION, "/collections/d/hard-delete", null, 200));
    calls.add(new Sent(Operation.CLEAN_UP_DELETED, "/collections/cleanup", "{}", 200));
    calls.add(new Sent(Operation.NODE_STATS, "/stats", null, 200));
    calls.add(new Sent(Operation.HEALTH, "/health", null, 200));
    calls.add(new Sent(Operation.HEALTH_LIVE, "/health/live", null, 200));
    calls.add(new Sent(Operation.HEALTH_READY, "/health/ready", null, 200));
    calls.add(new Sent(Operation.READY, "/ready", null, 200));
    calls.add(new Sent(Operation.HEALTH_CHECK, "/health/check", null, 200));
    calls.add(new Sent(Operation.HEALTH_DEEP, "/health/deep", null, 200));
    calls.add(new Sent(Operation.OPENAPI, "/openapi.yaml", null, 200));
    return calls;
  }

  private static void addKeys(List<Sent> calls) {
    String vectors = "/collections/c/vectors/";
    String wrong = "{\"vectors\":[{\"id\":\"a\",\"data\":[1,2,3],\"if_version\":999999}]}";
    calls.add(new Sent(Operation.UPSERT_VECTORS, vectors + "upsert", wrong, 409));
    calls.add(new Sent(Operation.DELETE_VECTOR, vectors + "a?if_version=999999", null, 409));
    String ids = "{\"ids\":[\"a\",\"nobody\"]}";
    calls.add(new Sent(Operation.GET_VECTORS, vectors + "get", ids, 200));
    calls.add(new Sent(Operation.CONTAINS, vectors + "contains", ids, 200));
    calls.add(new Sent(Operation.LIST_IDS, "/collections/c/ids", null, 200));
    calls.add(new Sent(Operation.LIST_IDS, "/collections/x/ids", null, 404));
    String range = "{\"vector\":[1,2,3],\"max_distance\":0.5,\"with_vectors\":true}";
    calls.add(new Sent(Operation.SEARCH_RANGE, "/collections/c/search/range", range, 200));
    String search = "{\"vector\":[1,2,3],\"with_versions\":true}";
    calls.add(new Sent(Operation.SEARCH, "/collections/c/search", search, 200));
    String scroll = "{\"with_versions\":true}";
    calls.add(new Sent(Operation.SCROLL, "/collections/c/points/scroll", scroll, 200));
  }

  private static void addPoints(List<Sent> calls) {
    String points = "/collections/c/points/";
    String recommend = "{\"positive\":[\"a\"],\"strategy\":\"best_score\",\"with_vectors\":true}";
    calls.add(new Sent(Operation.RECOMMEND, points + "recommend", recommend, 200));
    calls.add(new Sent(Operation.RECOMMEND, points + "recommend", "{\"positive\":[\"x\"]}", 404));
    calls.add(new Sent(Operation.DISCOVER, points + "discover", "{\"target\":[1,2,3]}", 200));
    calls.add(new Sent(Operation.SCROLL, points + "scroll", "{\"limit\":1}", 200));
    calls.add(new Sent(Operation.COUNT, points + "count", "{}", 200));
    String facet = "{\"field\":\"k\"}";
    calls.add(new Sent(Operation.FACETS, "/collections/c/facets", facet, 200));
    calls.add(new Sent(Operation.FACETS, "/collections/c/facets", "{}", 400));
    calls.add(new Sent(Operation.FACET_POINTS, points + "facet", facet, 200));
    String groups = "{\"vector\":[1,2,3],\"group_by\":\"k\",\"with_vectors\":true}";
    calls.add(new Sent(Operation.SEARCH_GROUPS, "/collections/c/search/groups", groups, 200));
    calls.add(new Sent(Operation.SEARCH_POINT_GROUPS, points + "search/groups", groups, 200));
    String ordered = "{\"limit\":1,\"order_by\":{\"key\":\"k\",\"direction\":\"desc\"}}";
    calls.add(new Sent(Operation.SCROLL, points + "scroll", ordered, 200));
    String reranked =
        "{\"vector\":[1,2,3],\"mmr\":{},\"boost\":[{\"field\":\"k\",\"function\":\"gauss\","
            + "\"origin\":1,\"scale\":2}]}";
    calls.add(new Sent(Operation.SEARCH, "/collections/c/search", reranked, 200));
    String payload = "{\"payload\":{\"k\":3},\"points\":[\"a\"]}";
    calls.add(new Sent(Operation.SET_PAYLOAD, points + "payload/set", payload, 200));
    String upsert = "{\"points\":[{\"id\":\"p\",\"vector\":[1,2,3],\"payload\":{\"k\":2}}]}";
    calls.add(new Sent(Operation.UPSERT_POINTS, points + "upsert", upsert, 200));
    calls.add(new Sent(Operation.GET_VECTOR, "/collections/c/vectors/p", null, 200));
    calls.add(new Sent(Operation.DELETE_POINTS, points + "delete", "{\"ids\":[\"p\"]}", 200));
    calls.add(new Sent(Operation.GET_VECTOR, "/collections/c/vectors/p", null, 404));
    calls.add(new Sent(Operation.GET_POINTS, points + "get", "{\"ids\":[\"a\"]}", 200));
  }

  private static void addTransfers(List<Sent> calls, String snapshots) {
    String upload = snapshots + "/u/upload";
    calls.add(new Sent(Operation.DOWNLOAD_SNAPSHOT, snapshots + "/SNAPSHOT/download", null, 200));
    calls.add(new Sent(Operation.DOWNLOAD_SNAPSHOT, snapshots + "/x/download", null, 404));
    calls.add(new Sent(Operation.UPLOAD_SNAPSHOT, upload + "?offset=5", "", 404));
    calls.add(new Sent(Operation.UPLOAD_SNAPSHOT, upload, "QVSNAP01", 200));
    calls.add(new Sent(Operation.DESCRIBE_UPLOAD, upload, null, 200));
    calls.add(new Sent(Operation.UPLOAD_SNAPSHOT, upload + "?offset=5", "", 409));
    calls.add(new Sent(Operation.CANCEL_UPLOAD, upload, null, 200));
    calls.add(new Sent(Operation.CANCEL_UPLOAD, upload, null, 404));
  }

  private static void addAliases(List<Sent> calls) {
    String aliases = "/collections/aliases";
    String action = "{\"actions\":[{\"create_alias\":{\"alias_name\":\"%s\",%s}}]}";
    String target = "\"collection_name\":\"c\"";
    calls.add(new Sent(Operation.CHANGE_ALIASES, aliases, action.formatted("a", target), 200));
    calls.add(new Sent(Operation.CHANGE_ALIASES, aliases, action.formatted("c", target), 409));
    calls.add(new Sent(Operation.LIST_ALIASES, aliases, null, 200));
    calls.add(new Sent(Operation.COLLECTION_STATS, "/collections/a/stats?detail=true", null, 200));
    calls.add(new Sent(Operation.DELETE_ALIAS, aliases + "/x", null, 404));
    calls.add(new Sent(Operation.DELETE_ALIAS, aliases + "/a", null, 200));
  }

  private static void addIndex(List<Sent> calls) {
    String index = "/collections/c/index";
    String config = "{\"index_config\":{\"max_connections\":8}}";
    calls.add(new Sent(Operation.DESCRIBE_INDEX, index, null, 200));
    calls.add(new Sent(Operation.REBUILD_INDEX, index + "/rebuild", config, 202));
    calls.add(new Sent(Operation.REBUILD_INDEX, "/collections/x/index/rebuild", "{}", 404));
    calls.add(new Sent(Operation.COMPACT, "/collections/x/compact", null, 404));
  }

  private static void assertValid(Sent sent, Reply reply) {
    String at =
        pointer(
            "paths",
            sent.operation().path(),
            sent.operation().method().toLowerCase(Locale.ROOT),
            "responses",
            String.valueOf(sent.status()));
    JsonNode response = contract.at(at);
    assertThat(response.isMissingNode()).as(at).isFalse();
    if (response.has("$ref")) {
      at = response.get("$ref").asText().substring(1);
      response = contract.at(at);
    }
    String type = reply.headers().get("content-type");
    assertThat(response.get("content").has(type)).as("%s %s", sent, type).isTrue();
    if (type.equals("application/json")) {
      assertThat(schema(at + pointer("content", type, "schema")).validate(reply.json()))
          .as(sent + " " + reply.body())
          .isEmpty();
    }
  }

  /** Checks every {@code example} and {@code examples} that stands beside a schema. */
  private static void checkExamples(String at, int[] checked) {
    JsonNode node = contract.at(at);
    if (node.isObject() && node.has("schema")) {
      JsonSchema schema = schema(at + "/schema");
      List<JsonNode> examples = new ArrayList<>();
      if (node.has("example")) {
        examples.add(node.get("example"));
      }
      node.path("examples").forEach(example -> examples.add(example.get("value")));
      for (JsonNode example : examples) {
        assertThat(schema.validate(example)).as(at + " " + example).isEmpty();
        checked[0]++;
      }
    }
    if (node.isObject()) {
      node.properties().forEach(child -> checkExamples(at + pointer(child.getKey()), checked));
    }
  }

  private static JsonSchema schema(String pointer) {
    return schemas.getSchema(SchemaLocation.of(DOCUMENT + "#" + pointer));
  }

  private static String pointer(String... parts) {
    StringBuilder pointer = new StringBuilder();
    for (String part : parts) {
      pointer.append('/').append(part.replace("~", "~0").replace("/", "~1"));
    }
    return pointer.toString();
  }

  private static JsonNode resolve(JsonNode node) {
    return node.has("$ref") ? contract.at(node.get("$ref").asText().substring(1)) : node;
  }

  private static String name(JsonNode parameter) {
    return parameter.get("name").asText();
  }

  private static Stream<Operation> operations() {
    return Stream.of(Operation.values());
  }
}
