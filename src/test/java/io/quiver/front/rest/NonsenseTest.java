package io.quiver.front.rest;

import static org.assertj.core.api.Assertions.assertThat;

import io.quiver.front.rest.RestServer.Reply;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Nonsense gets the right status, code and field in under 250 ms, and changes nothing. */
class NonsenseTest {
  private static final long MILLIS_MAX = 250;
  private static final String C = "/collections/c";
  private static final String ROWS = C + "/vectors";
  private static final String BATCH = ROWS + "/batch";
  private static final String SEARCH = C + "/search";
  private static final Map<String, String> JSON = Map.of("Content-Type", "application/json");

  @TempDir static Path data;
  private static RestServer server;
  private static String before;

  /**
   * One wrong request and what must come back; an empty field is not looked at.
   *
   * @param body one char per byte; null is no body at all
   */
  record Case(
      String method,
      String path,
      Map<String, String> headers,
      String body,
      int status,
      String code,
      String field) {
    @Override
    public String toString() {
      String text = body == null ? "" : body;
      String shown = text.length() <= 60 ? text : text.substring(0, 57) + "...";
      return method + " " + path + " " + shown.replaceAll("\\p{Cntrl}", "?");
    }
  }

  @BeforeAll
  static void start() {
    server = RestServer.on(data);
    server.post("/collections", "{\"name\":\"c\",\"dimension\":3,\"distance_metric\":\"Cosine\"}");
    server.post(ROWS, "{\"id\":\"a\",\"data\":[1,2,3],\"metadata\":{\"k\":1}}");
    for (int i = 0; i < 200; i++) { // the first calls of a fresh JVM are no measure
      server.post(BATCH, "{\"vectors\":[{\"data\":[1,2,\"x\"]}]}");
    }
    before = state();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void isRefusedAsItShould(Case wrong) {
    long start = System.nanoTime();
    Reply reply = send(wrong);
    long millis = (System.nanoTime() - start) / 1_000_000;
    if (millis >= MILLIS_MAX) { // once more: the machine may have been busy with something else
      start = System.nanoTime();
      reply = send(wrong);
      millis = (System.nanoTime() - start) / 1_000_000;
    }
    assertThat(reply.status()).as(reply.body()).isEqualTo(wrong.status());
    assertThat(reply.code()).as(reply.body()).isEqualTo(wrong.code());
    if (!wrong.field().isEmpty()) {
      assertThat(reply.field()).as(reply.body()).isEqualTo(wrong.field());
    }
    assertThat(reply.json().fieldNames())
        .toIterable()
        .containsExactly("success", "data", "error", "code", "message", "details");
    assertThat(reply.json().get("success").asBoolean()).isFalse();
    assertThat(reply.json().get("message").asText()).isNotBlank();
    assertThat(millis).as("milliseconds").isLessThan(MILLIS_MAX);
    assertThat(state()).isEqualTo(before);
  }

  private static Reply send(Case wrong) {
    return server.call(wrong.method(), wrong.path(), wrong.headers(), bytes(wrong.body()));
  }

  @Test
  void thereAreManyCases() {
    assertThat(cases().count()).isGreaterThan(160);
  }

  static Stream<Case> cases() {
    List<Case> cases = new ArrayList<>();
    routes(cases);
    mediaTypes(cases);
    brokenJson(cases);
    newCollections(cases);
    names(cases);
    rows(cases);
    batches(cases);
    ids(cases);
    searches(cases);
    parameters(cases);
    return cases.stream();
  }

  private static void routes(List<Case> cases) {
    for (String path :
        List.of(
            "/",
            "//",
            "/collection",
            "/collections/",
            "/collections/c/vectors/",
            "/collections/c/",
            "/collections/c/x",
            "/collections/c/vectors/a/b",
            "/collections/c/search/batch/x",
            "/v1/collections",
            "/health/",
            "/health/deep",
            "/openapi.yml",
            "/collections//vectors/a/b",
            "/%2e%2e/etc")) {
      cases.add(new Case("GET", path, Map.of(), null, 404, "ROUTE_NOT_FOUND", ""));
    }
    for (String call :
        List.of(
            "PUT /collections",
            "PATCH /collections/c",
            "DELETE /collections/c/stats",
            "GET /collections/c/search",
            "GET /collections/c/search/batch",
            "POST /health",
            "DELETE /stats",
            "POST /openapi.yaml",
            "PATCH /collections/c/vectors/a",
            "POST /collections/c/vectors/a",
            "OPTIONS /collections",
            "TRACE /stats",
            "FOO /stats")) {
      String[] parts = call.split(" ", -1);
      cases.add(new Case(parts[0], parts[1], Map.of(), null, 405, "METHOD_NOT_ALLOWED", "method"));
    }
  }

  private static void mediaTypes(List<Case> cases) {
    String body = "{}";
    String code = "UNSUPPORTED_MEDIA_TYPE";
    for (String type :
        List.of(
            "text/plain",
            "application/x-www-form-urlencoded",
            "multipart/form-data; boundary=x",
            "application/octet-stream",
            "application/jsonx",
            "json",
            "application/json; charset=latin1",
            "application/json;charset=utf-16",
            "*/*",
            ",")) {
      cases.add(
          new Case("POST", ROWS, Map.of("Content-Type", type), body, 415, code, "Content-Type"));
    }
    cases.add(new Case("POST", ROWS, Map.of(), body, 415, code, "Content-Type"));
    cases.add(new Case("PUT", ROWS + "/a", Map.of(), body, 415, code, "Content-Type"));
    for (String encoding : List.of("gzip", "deflate", "br", "zstd", "gzip, gzip")) {
      Map<String, String> headers =
          Map.of("Content-Type", "application/json", "Content-Encoding", encoding);
      cases.add(new Case("POST", SEARCH, headers, body, 415, code, "Content-Encoding"));
    }
    for (String length : List.of("67108865", "999999999999", "9223372036854775807")) {
      Map<String, String> headers =
          Map.of("Content-Type", "application/json", "Content-Length", length);
      cases.add(new Case("POST", ROWS, headers, body, 413, "PAYLOAD_TOO_LARGE", "body"));
    }
  }

  private static void brokenJson(List<Case> cases) {
    for (String text :
        List.of(
            "{",
            "}",
            "{]",
            "nul",
            "tru",
            "{\"data\"}",
            "{\"data\":}",
            "{\"data\":[1,2,3]",
            "{\"data\":[1,2,3]}}",
            "{\"data\":[1,2,3]} x",
            "{\"data\":[1,,3]}",
            "{\"data\":[1,2,3,]}",
            "{\"data\":[01,2,3]}",
            "{\"data\":[1.,2,3]}",
            "{\"data\":[.5,2,3]}",
            "{\"data\":[+1,2,3]}",
            "{\"data\":[1e,2,3]}",
            "{\"data\":[-,2,3]}",
            "{\"data\":[0x10,2,3]}",
            "{\"data\":[1 2 3]}",
            "{'data':[1,2,3]}",
            "{data:[1,2,3]}",
            "{\"data\":[1,2,3],}",
            "{\"id\":\"a\nb\"}",
            "{\"id\":\"\\x\"}",
            "{\"id\":\"\\u12g4\"}",
            "{\"id\":\"a",
            "// x\n{}",
            "\uFEFF{}",
            "{\"metadata\":{\"a\":NaN},\"data\":[1,2,3]}",
            "{\"data\":[1,2,3],\"metadata\":{\"a\":01}}")) {
      cases.add(post(ROWS, text, 400, "MALFORMED_JSON", ""));
    }
    for (int[] bytes :
        List.of(
            new int[] {0xFF},
            new int[] {0xC0, 0xAF},
            new int[] {0xED, 0xA0, 0x80},
            new int[] {0xF4, 0x90, 0x80, 0x80},
            new int[] {0xE2, 0x82},
            new int[] {0x80})) {
      StringBuilder text = new StringBuilder("{\"id\":\"");
      for (int b : bytes) {
        text.append((char) b);
      }
      text.append("\",\"data\":[1,2,3]}");
      cases.add(new Case("POST", ROWS, JSON, text.toString(), 400, "MALFORMED_JSON", ""));
    }
    for (String text : List.of("[]", "1", "\"x\"", "null", "true", "-1e5", " [ ] ")) {
      cases.add(post(ROWS, text, 400, "INVALID_ARGUMENT", "body"));
    }
    cases.add(new Case("POST", ROWS, JSON, "", 400, "INVALID_ARGUMENT", "body"));
    cases.add(
        new Case(
            "POST", ROWS, Map.of("Content-Length", "0"), null, 400, "INVALID_ARGUMENT", "body"));
    String deep = "[".repeat(10_000);
    cases.add(post(ROWS, deep, 400, "INVALID_ARGUMENT", "body"));
    cases.add(post(ROWS, "{\"data\":" + deep, 400, "INVALID_ARGUMENT", "data[0]"));
    cases.add(post(ROWS, "{\"metadata\":{\"a\":" + deep, 400, "INVALID_ARGUMENT", ""));
    cases.add(post(ROWS, "{\"metadata\":" + "{\"a\":".repeat(10_000), 400, "INVALID_ARGUMENT", ""));
    cases.add(
        post(ROWS, "{\"id\":\"x\",\"id\":\"y\",\"data\":[1,2,3]}", 400, "INVALID_ARGUMENT", "id"));
    cases.add(
        post(
            ROWS,
            "{\"data\":[1,2,3],\"metadata\":{\"k\":1,\"\\u006b\":2}}",
            400,
            "INVALID_ARGUMENT",
            "metadata.k"));
  }

  private static void newCollections(List<Case> cases) {
    String ok = "\"name\":\"new\",\"dimension\":3,\"distance_metric\":\"Cosine\"";
    String[][] wrong = {
      {"{}", "name"},
      {"{\"dimension\":3,\"distance_metric\":\"Cosine\"}", "name"},
      {"{\"name\":\"new\",\"distance_metric\":\"Cosine\"}", "dimension"},
      {"{\"name\":\"new\",\"dimension\":3}", "distance_metric"},
      {"{\"name\":7,\"dimension\":3,\"distance_metric\":\"Cosine\"}", "name"},
      {"{\"name\":null,\"dimension\":3,\"distance_metric\":\"Cosine\"}", "name"},
      {"{\"name\":\"new\",\"dimension\":0,\"distance_metric\":\"Cosine\"}", "dimension"},
      {"{\"name\":\"new\",\"dimension\":-3,\"distance_metric\":\"Cosine\"}", "dimension"},
      {"{\"name\":\"new\",\"dimension\":65537,\"distance_metric\":\"Cosine\"}", "dimension"},
      {"{\"name\":\"new\",\"dimension\":4294967299,\"distance_metric\":\"Cosine\"}", "dimension"},
      {"{\"name\":\"new\",\"dimension\":1e2,\"distance_metric\":\"Cosine\"}", "dimension"},
      {"{\"name\":\"new\",\"dimension\":3.5,\"distance_metric\":\"Cosine\"}", "dimension"},
      {"{\"name\":\"new\",\"dimension\":\"3\",\"distance_metric\":\"Cosine\"}", "dimension"},
      {"{\"name\":\"new\",\"dimension\":null,\"distance_metric\":\"Cosine\"}", "dimension"},
      {"{\"name\":\"new\",\"dimension\":3,\"distance_metric\":\"Hamming\"}", "distance_metric"},
      {"{\"name\":\"new\",\"dimension\":3,\"distance_metric\":1}", "distance_metric"},
      {"{" + ok + ",\"vector_type\":\"Float64\"}", "vector_type"},
      {"{" + ok + ",\"vector_type\":3}", "vector_type"},
      {"{" + ok + ",\"shards\":0}", "shards"},
      {"{" + ok + ",\"shards\":65}", "shards"},
      {"{" + ok + ",\"shards\":true}", "shards"},
      {"{" + ok + ",\"index_config\":[]}", "index_config"},
      {"{" + ok + ",\"index_config\":{\"max_connections\":1}}", "index_config.max_connections"},
      {"{" + ok + ",\"index_config\":{\"max_connections\":129}}", "index_config.max_connections"},
      {"{" + ok + ",\"index_config\":{\"ef_construction\":0}}", "index_config.ef_construction"},
      {"{" + ok + ",\"index_config\":{\"ef_search\":10001}}", "index_config.ef_search"},
      {"{" + ok + ",\"index_config\":{\"max_layer\":33}}", "index_config.max_layer"},
      {"{" + ok + ",\"index_config\":{\"m\":16}}", "index_config.m"},
      {"{" + ok + ",\"quantization\":{\"type\":\"binary\"}}", "quantization.type"},
      {"{" + ok + ",\"quantization\":{\"bits\":4}}", "quantization.bits"},
      {"{" + ok + ",\"replicas\":2}", "replicas"},
      {"{" + ok + ",\"Name\":\"x\"}", "Name"},
    };
    for (String[] each : wrong) {
      cases.add(post("/collections", each[0], 400, "INVALID_ARGUMENT", each[1]));
    }
    String exists = "{\"name\":\"c\",\"dimension\":3,\"distance_metric\":\"Cosine\"}";
    cases.add(post("/collections", exists, 409, "COLLECTION_ALREADY_EXISTS", ""));
  }

  private static void names(List<Case> cases) {
    String rest = ",\"dimension\":3,\"distance_metric\":\"Cosine\"}";
    for (String name :
        List.of(
            "",
            ".",
            "..",
            "../x",
            ".deleted",
            "a/b",
            "a\\\\b",
            "-a",
            "_a",
            "a b",
            "wal",
            "WAL",
            "snapshots",
            "lock",
            "\\u0000",
            "a\\u0000",
            "\\ud800",
            "é",
            "a\\n",
            "x".repeat(65),
            "%2e%2e",
            "a:b")) {
      cases.add(
          post(
              "/collections",
              "{\"name\":\"" + name + "\"" + rest,
              400,
              "INVALID_ARGUMENT",
              "name"));
    }
    for (String name :
        List.of(
            "..",
            ".",
            "%2e%2e",
            "..%2f..%2fetc",
            "wal",
            ".deleted",
            "a%00",
            "%20",
            "a%2Fb",
            "x".repeat(65),
            "%C3%A9")) {
      cases.add(
          new Case(
              "GET",
              "/collections/" + name,
              Map.of(),
              null,
              400,
              "INVALID_ARGUMENT",
              "collection"));
      cases.add(
          new Case(
              "DELETE",
              "/collections/" + name,
              Map.of(),
              null,
              400,
              "INVALID_ARGUMENT",
              "collection"));
    }
    for (String name : List.of("%", "%4", "%zz", "%FF", "%C3%28")) {
      cases.add(
          new Case("GET", "/collections/" + name, Map.of(), null, 400, "INVALID_ARGUMENT", "path"));
    }
    cases.add(
        new Case(
            "GET", "/collections/none", Map.of(), null, 404, "COLLECTION_NOT_FOUND", "collection"));
    cases.add(
        new Case(
            "DELETE",
            "/collections/none",
            Map.of(),
            null,
            404,
            "COLLECTION_NOT_FOUND",
            "collection"));
    cases.add(
        new Case(
            "GET", "/collections/none/stats", Map.of(), null, 404, "COLLECTION_NOT_FOUND", ""));
    cases.add(
        post("/collections/none/search", "{\"vector\":[1,2,3]}", 404, "COLLECTION_NOT_FOUND", ""));
    cases.add(
        post("/collections/none/vectors", "{\"data\":[1,2,3]}", 404, "COLLECTION_NOT_FOUND", ""));
  }

  private static void rows(List<Case> cases) {
    String[][] wrong = {
      {"{}", "data"},
      {"{\"id\":\"x\"}", "data"},
      {"{\"data\":null}", "data"},
      {"{\"data\":{}}", "data"},
      {"{\"data\":1}", "data"},
      {"{\"data\":[]}", "data"},
      {"{\"data\":[1,null,3]}", "data[1]"},
      {"{\"data\":[1,\"2\",3]}", "data[1]"},
      {"{\"data\":[1,[2],3]}", "data[1]"},
      {"{\"data\":[1,{},3]}", "data[1]"},
      {"{\"data\":[1,true,3]}", "data[1]"},
      {"{\"data\":[1,2,NaN]}", "data[2]"},
      {"{\"data\":[Infinity,2,3]}", "data[0]"},
      {"{\"data\":[1,-Infinity,3]}", "data[1]"},
      {"{\"data\":[1,1e39,3]}", "data[1]"},
      {"{\"data\":[1,-1e400,3]}", "data[1]"},
      {"{\"data\":[1,3.5e38,3]}", "data[1]"},
      {"{\"data\":[1,2," + "9".repeat(1_001) + "]}", "data[2]"},
      {"{\"data\":\"\"}", "data"},
      {"{\"data\":\"????\"}", "data"},
      {"{\"data\":\"AAAA\"}", "data"},
      {"{\"data\":\"AADAfwAAAAAAAAAA\"}", "data[0]"},
      {"{\"data\":\"AAAAAAAAgH8AAAAA\"}", "data[1]"},
      {"{\"data\":[1,2,3],\"vector\":[1,2,3]}", "vector"},
      {"{\"data\":[1,2,3],\"payload\":{}}", "payload"},
      {"{\"data\":[1,2,3],\"metadata\":[]}", "metadata"},
      {"{\"data\":[1,2,3],\"metadata\":\"{}\"}", "metadata"},
      {"{\"data\":[1,2,3],\"metadata\":5}", "metadata"},
      {"{\"data\":[1,2,3],\"metadata\":{\"a\":\"" + "x".repeat(1 << 20) + "\"}}", "metadata"},
      {"{\"data\":[0,0,0]}", ""},
      {"{\"data\":[0,-0.0,1e-60]}", ""},
    };
    for (String[] each : wrong) {
      cases.add(post(ROWS, each[0], 400, "INVALID_ARGUMENT", each[1]));
    }
    cases.add(post(ROWS, "{\"data\":[1,2]}", 400, "DIMENSION_MISMATCH", ""));
    cases.add(post(ROWS, "{\"data\":[1,2,3,4]}", 400, "DIMENSION_MISMATCH", ""));
    cases.add(post(ROWS, "{\"data\":\"AACAPw==\"}", 400, "DIMENSION_MISMATCH", ""));
    cases.add(
        post(
            ROWS,
            "{\"data\":[" + "1,".repeat(65_536) + "1]}",
            400,
            "INVALID_ARGUMENT",
            "data[65536]"));
    cases.add(post(ROWS, "{\"id\":\"a\",\"data\":[1,2,3]}", 409, "VECTOR_ALREADY_EXISTS", ""));
    cases.add(put("no", "{\"data\":[1,2,3]}", 404, "VECTOR_NOT_FOUND", ""));
    cases.add(put("a", "{\"data\":[1,2]}", 400, "DIMENSION_MISMATCH", ""));
    cases.add(put("a", "{\"id\":\"b\",\"data\":[1,2,3]}", 400, "INVALID_ARGUMENT", "id"));
    cases.add(put("a", "{\"metadata\":{}}", 400, "INVALID_ARGUMENT", "data"));
  }

  private static void batches(List<Case> cases) {
    String[][] wrong = {
      {"{}", "vectors"},
      {"{\"vectors\":[]}", "vectors"},
      {"{\"vectors\":null}", "vectors"},
      {"{\"vectors\":{}}", "vectors"},
      {"{\"vectors\":[1]}", "vectors[0]"},
      {"{\"vectors\":[{\"data\":[1,2,3]},{}]}", "vectors[1].data"},
      {"{\"vectors\":[{\"data\":[1,2,3]},{\"data\":[1,2,1e39]}]}", "vectors[1].data[2]"},
      {"{\"vectors\":[{\"data\":[1,2,3],\"x\":1}]}", "vectors[0].x"},
      {"{\"vectors\":[{\"data\":[1,2,3],\"metadata\":[]}]}", "vectors[0].metadata"},
      {"{\"vectors\":[{\"id\":5,\"data\":[1,2,3]}]}", "vectors[0].id"},
      {"{\"vectors\":[{\"id\":\"\",\"data\":[1,2,3]}]}", "vectors[0].id"},
      {"{\"vectors\":[{\"id\":\"d\",\"data\":[1,2,3]},{\"id\":\"d\",\"data\":[1,2,3]}]}", ""},
      {"{\"vectors\":[{\"data\":[1,2,3]}],\"embeddings\":[[1,2,3]]}", "vectors"},
      {"{\"vectors\":[{\"data\":[1,2,3]}],\"ids\":[\"x\"]}", "vectors"},
      {"{\"embeddings\":[]}", "vectors"},
      {"{\"ids\":[\"x\"],\"embeddings\":[[1,2,3],[1,2,3]]}", "ids"},
      {"{\"embeddings\":[[1,2,3]],\"metadatas\":[]}", "metadatas"},
      {"{\"embeddings\":[[1,2,3],[1,\"2\",3]]}", "embeddings[1][1]"},
      {"{\"embeddings\":[1,2,3]}", "embeddings[0]"},
      {"{\"ids\":[7],\"embeddings\":[[1,2,3]]}", "ids[0]"},
      {"{\"embeddings\":[[1,2,3]],\"metadatas\":[3]}", "metadatas[0]"},
      {"{\"vectors\":[{\"data\":[1,2,3]}],\"on_error\":\"ignore\"}", "on_error"},
      {"{\"vectors\":[{\"data\":[1,2,3]}],\"collection\":7}", "collection"},
      {"{\"vectors\":[{\"data\":[1,2,3]}],\"wait\":true}", "wait"},
    };
    for (String[] each : wrong) {
      cases.add(post(BATCH, each[0], 400, "INVALID_ARGUMENT", each[1]));
      cases.add(post(ROWS + "/upsert", each[0], 400, "INVALID_ARGUMENT", each[1]));
    }
    String mixed = "{\"vectors\":[{\"id\":\"n\",\"data\":[1,2,3]},{\"id\":\"m\",\"data\":[1,2]}]}";
    cases.add(post(BATCH, mixed, 400, "DIMENSION_MISMATCH", ""));
    String exists =
        "{\"vectors\":[{\"id\":\"n\",\"data\":[1,2,3]},{\"id\":\"a\",\"data\":[1,2,3]}]}";
    cases.add(post(BATCH, exists, 409, "VECTOR_ALREADY_EXISTS", ""));
    String many = "{\"vectors\":[" + "1,".repeat(100_001) + "1]}";
    cases.add(post(BATCH, many, 400, "INVALID_ARGUMENT", "vectors[100000]"));
  }

  private static void ids(List<Case> cases) {
    for (String id :
        List.of(
            "",
            "\\u0000",
            "a\\u001f",
            "\\u007f",
            "\\ud800",
            "x\\udc00y",
            "x".repeat(257),
            "é".repeat(129))) {
      cases.add(
          post(ROWS, "{\"id\":\"" + id + "\",\"data\":[1,2,3]}", 400, "INVALID_ARGUMENT", "id"));
      cases.add(
          post(
              ROWS + "/batch-delete",
              "{\"ids\":[\"a\",\"" + id + "\"]}",
              400,
              "INVALID_ARGUMENT",
              "ids[1]"));
    }
    for (String path : List.of("%00", "%7F", "x".repeat(257), "%0A")) {
      cases.add(new Case("GET", ROWS + "/" + path, Map.of(), null, 400, "INVALID_ARGUMENT", "id"));
    }
    cases.add(new Case("GET", ROWS + "/nope", Map.of(), null, 404, "VECTOR_NOT_FOUND", "id"));
    for (String body : List.of("{}", "{\"ids\":[]}")) {
      cases.add(post(ROWS + "/batch-delete", body, 400, "INVALID_ARGUMENT", "ids"));
    }
    cases.add(post(ROWS + "/batch-delete", "{\"ids\":\"a\"}", 400, "INVALID_ARGUMENT", "ids"));
    cases.add(post(ROWS + "/batch-delete", "{\"ids\":[1]}", 400, "INVALID_ARGUMENT", "ids[0]"));
    cases.add(post(ROWS + "/batch-delete", "{\"filter\":{}}", 400, "INVALID_ARGUMENT", "filter"));
  }

  private static void searches(List<Case> cases) {
    String v = "\"vector\":[1,2,3]";
    String[][] wrong = {
      {"{}", "vector"},
      {"{\"limit\":3}", "vector"},
      {"{" + v + ",\"query_vector\":[1,2,3]}", "query_vector"},
      {"{\"vector\":[]}", "vector"},
      {"{\"vector\":[1,2,null]}", "vector[2]"},
      {"{\"query_vector\":[1,2,\"NaN\"]}", "query_vector[2]"},
      {"{\"vector\":[1,2,1e39]}", "vector[2]"},
      {"{\"vector\":[0,0,0]}", ""},
      {"{" + v + ",\"limit\":0}", "limit"},
      {"{" + v + ",\"limit\":-1}", "limit"},
      {"{" + v + ",\"limit\":10001}", "limit"},
      {"{" + v + ",\"limit\":99999999999999999999}", "limit"},
      {"{" + v + ",\"limit\":1.0}", "limit"},
      {"{" + v + ",\"limit\":\"5\"}", "limit"},
      {"{" + v + ",\"offset\":-1}", "offset"},
      {"{" + v + ",\"offset\":100001}", "offset"},
      {"{" + v + ",\"ef_search\":0}", "ef_search"},
      {"{" + v + ",\"ef_search\":10001}", "ef_search"},
      {"{" + v + ",\"exact\":1}", "exact"},
      {"{" + v + ",\"exact\":\"yes\"}", "exact"},
      {"{" + v + ",\"with_vectors\":{}}", "with_vectors"},
      {"{" + v + ",\"max_distance\":\"1\"}", "max_distance"},
      {"{" + v + ",\"max_distance\":NaN}", "max_distance"},
      {"{" + v + ",\"max_distance\":1e99}", "max_distance"},
      {"{" + v + ",\"deadline_ms\":0}", "deadline_ms"},
      {"{" + v + ",\"deadline_ms\":3600001}", "deadline_ms"},
      {"{" + v + ",\"filter\":{\"k\":1}}", "filter"},
      {"{" + v + ",\"filter\":[]}", "filter"},
      {"{" + v + ",\"k\":5}", "k"},
      {"{" + v + ",\"top_k\":null}", "top_k"},
    };
    for (String[] each : wrong) {
      cases.add(post(SEARCH, each[0], 400, "INVALID_ARGUMENT", each[1]));
    }
    cases.add(post(SEARCH, "{\"vector\":[1,2]}", 400, "DIMENSION_MISMATCH", ""));
    cases.add(post(SEARCH, "{\"vector\":[1,2,3,4]}", 400, "DIMENSION_MISMATCH", ""));
    String[][] batches = {
      {"{}", "searches"},
      {"{\"searches\":[]}", "searches"},
      {"{\"searches\":[[]]}", "searches[0]"},
      {"{\"searches\":[{" + v + "},{\"limit\":1}]}", "searches[1].vector"},
      {"{\"searches\":[{" + v + ",\"limit\":0}]}", "searches[0].limit"},
      {
        "{\"searches\":[" + ("{" + v + ",\"limit\":10000},").repeat(10) + "{" + v + "}]}",
        "searches"
      },
      {"{\"searches\":[" + ("{" + v + "},").repeat(1_000) + "{" + v + "}]}", "searches[1000]"},
    };
    for (String[] each : batches) {
      cases.add(post(SEARCH + "/batch", each[0], 400, "INVALID_ARGUMENT", each[1]));
      cases.add(post(C + "/points/search/batch", each[0], 400, "INVALID_ARGUMENT", each[1]));
    }
  }

  private static void parameters(List<Case> cases) {
    String row = "{\"data\":[1,2,3]}";
    String search = "{\"vector\":[1,2,3]}";
    cases.add(post(ROWS + "?durability=maybe", row, 400, "INVALID_ARGUMENT", "durability"));
    cases.add(post(ROWS + "?durability=", row, 400, "INVALID_ARGUMENT", "durability"));
    cases.add(
        post(ROWS + "?durability=os&durability=os", row, 400, "INVALID_ARGUMENT", "durability"));
    cases.add(post(ROWS + "?wait=true", row, 400, "INVALID_ARGUMENT", "wait"));
    cases.add(post(ROWS + "?on_error=continue", row, 400, "INVALID_ARGUMENT", "on_error"));
    cases.add(
        post(
            BATCH + "?on_error=skip",
            "{\"vectors\":[" + row + "]}",
            400,
            "INVALID_ARGUMENT",
            "on_error"));
    cases.add(post(SEARCH + "?limit=0", search, 400, "INVALID_ARGUMENT", "limit"));
    cases.add(post(SEARCH + "?limit=ten", search, 400, "INVALID_ARGUMENT", "limit"));
    cases.add(post(SEARCH + "?limit=99999999999", search, 400, "INVALID_ARGUMENT", "limit"));
    cases.add(post(SEARCH + "?ef_search=-1", search, 400, "INVALID_ARGUMENT", "ef_search"));
    cases.add(post(SEARCH + "?k=3", search, 400, "INVALID_ARGUMENT", "k"));
    cases.add(post(SEARCH + "?limit=%zz", search, 400, "INVALID_ARGUMENT", "limit"));
    cases.add(
        new Case(
            "GET", C + "/stats?detail=maybe", Map.of(), null, 400, "INVALID_ARGUMENT", "detail"));
    cases.add(
        new Case("GET", "/health?deep=true", Map.of(), null, 400, "INVALID_ARGUMENT", "deep"));
    cases.add(
        new Case(
            "DELETE",
            ROWS + "/a?durability=no",
            Map.of(),
            null,
            400,
            "INVALID_ARGUMENT",
            "durability"));
  }

  private static Case post(String path, String body, int status, String code, String field) {
    return new Case("POST", path, JSON, chars(body), status, code, field);
  }

  private static Case put(String id, String body, int status, String code, String field) {
    return new Case("PUT", ROWS + "/" + id, JSON, chars(body), status, code, field);
  }

  /** The UTF-8 bytes of a text, one char each. */
  private static String chars(String text) {
    return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
  }

  private static byte[] bytes(String chars) {
    return chars == null ? null : chars.getBytes(StandardCharsets.ISO_8859_1);
  }

  /** Everything that a wrong request could have changed. */
  private static String state() {
    return server.get("/collections").body()
        + server.get(C).data().get(1).get("vector_count")
        + server.get(ROWS + "/a").body();
  }
}
