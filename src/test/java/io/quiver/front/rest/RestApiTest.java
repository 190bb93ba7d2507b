package io.quiver.front.rest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.IntNode;
import io.quiver.front.rest.RestServer.Reply;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What each operation does, over HTTP and a real node. */
class RestApiTest {
  @TempDir static Path data;
  private static RestServer server;

  @BeforeAll
  static void start() {
    server = RestServer.on(data);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Test
  void collectionsAreCreatedDescribedListedAndDeleted() {
    Reply created =
        server.post(
            "/collections",
            """
            {"name":"crud","dimension":3,"distance_metric":"euclidean","vector_type":"float32",
             "index_config":{"max_connections":8,"ef_search":77},"quantization":null,"shards":2}
            """);
    assertThat(created.status()).isEqualTo(200);
    assertThat(created.body())
        .isEqualTo(
            "{\"success\":true,\"data\":{\"name\":\"crud\",\"message\":\"Collection created"
                + " successfully\"},\"error\":null}");
    assertThat(server.get("/collections").data().toString()).contains("\"crud\"");
    JsonNode info = server.get("/collections/crud").data();
    assertThat(info.get(0).toString())
        .isEqualTo(
            "{\"name\":\"crud\",\"dimension\":3,\"distance_metric\":\"Euclidean\",\"vector_type\":"
                + "\"Float32\",\"index_config\":{\"max_connections\":8,\"ef_construction\":200,"
                + "\"ef_search\":77,\"max_layer\":16}}");
    assertThat(info.get(1).fieldNames())
        .toIterable()
        .containsExactly("name", "vector_count", "dimension", "index_size", "memory_usage");
    JsonNode detail = server.get("/collections/crud/stats?detail=true").data();
    assertThat(detail.get("shards").asInt()).isEqualTo(2);
    Reply deleted = server.send("DELETE", "/collections/crud", null);
    assertThat(deleted.data().get("message").asText()).isEqualTo("Collection deleted successfully");
    assertThat(server.get("/collections/crud").status()).isEqualTo(404);
    assertThat(server.get("/collections").data().toString()).doesNotContain("\"crud\"");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"type\":\"none\"}",
        "{\"type\":\"scalar\",\"quantization_type\":\"int8\",\"always_ram\":true}",
        "{\"type\":\"binary\",\"always_ram\":true}",
        "{\"type\":\"product\",\"num_segments\":2,\"num_centroids\":256,\"always_ram\":true}"
      })
  void theChosenCodesAreDescribedAsDvecdbDoes(String codes) {
    String name = "codes-" + codes.hashCode();
    String fields = "\"name\":\"" + name + "\",\"dimension\":16,\"distance_metric\":\"Cosine\"";
    assertThat(
            server.post("/collections", "{" + fields + ",\"quantization\":" + codes + "}").status())
        .isEqualTo(200);
    JsonNode config = server.get("/collections/" + name).data().get(0);
    assertThat(config.get("quantization").toString()).isEqualTo(codes);
    assertThat(server.get("/collections/" + name + "/stats?detail=true").data().get("coded_rows"))
        .isEqualTo(IntNode.valueOf(0));
    String search =
        "{\"vector\":[1,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0],\"rescore\":false,\"oversampling\":2}";
    assertThat(server.post("/collections/" + name + "/search", search).status()).isEqualTo(200);
  }

  @Test
  void aRowComesBackAsItWasGiven() {
    create("rows", 3, "Cosine");
    String metadata = "{ \"b\": 1.50 , \"ä\":[null,{\"x\":\"\\u0041\"}]}";
    Reply inserted =
        server.post(
            "/collections/rows/vectors",
            "{\"id\":\"k/ä\",\"data\":[0.1,-3e-3,16777217],\"metadata\":" + metadata + "}");
    assertThat(inserted.data().asText()).isEqualTo("k/ä");
    Reply got = server.get("/collections/rows/vectors/k%2F%C3%A4");
    assertThat(got.body())
        .startsWith("{\"success\":true,\"data\":{\"id\":\"k/ä\",\"data\":[")
        .contains("\"metadata\":" + metadata + "}");
    float[] want = {0.1f, -3e-3f, 16777216f};
    for (int i = 0; i < 3; i++) {
      assertThat((float) got.data().get("data").get(i).asDouble())
          .isCloseTo(want[i], org.assertj.core.data.Percentage.withPercentage(1e-4));
    }
    Reply conflict = server.post("/collections/rows/vectors", "{\"id\":\"k/ä\",\"data\":[1,2,3]}");
    assertThat(conflict.status()).isEqualTo(409);
    assertThat(conflict.code()).isEqualTo("VECTOR_ALREADY_EXISTS");
    Reply updated =
        server.send("PUT", "/collections/rows/vectors/k%2F%C3%A4", "{\"data\":[1,2,3]}");
    assertThat(updated.data().get("message").asText()).isEqualTo("Vector updated successfully");
    assertThat(server.get("/collections/rows/vectors/k%2F%C3%A4").data().get("metadata").isNull())
        .isTrue();
    assertThat(server.send("PUT", "/collections/rows/vectors/no", "{\"data\":[1,2,3]}").status())
        .isEqualTo(404);
    String path = "/collections/rows/vectors/k%2F%C3%A4?durability=os";
    assertThat(server.send("DELETE", path, null).data().asBoolean()).isTrue();
    assertThat(server.send("DELETE", path, null).data().asBoolean()).isFalse();
  }

  @Test
  void batchesComeAsRowsOrColumnsAndAnswerIdsInOrder() {
    create("batches", 2, "Euclidean");
    JsonNode rows =
        server
            .post(
                "/collections/batches/vectors/batch",
                "{\"vectors\":[{\"id\":\"a\",\"data\":[1,2]},{\"data\":[3,4],\"metadata\":null}]}")
            .data();
    assertThat(rows.get(0).asText()).isEqualTo("a");
    assertThat(rows.get(1).asText()).hasSize(36);
    JsonNode columns =
        server
            .post(
                "/collections/batches/vectors/batch",
                "{\"ids\":[\"c\",\"d\"],\"embeddings\":[[5,6],\""
                    + base64(7, 8)
                    + "\"],"
                    + "\"metadatas\":[{\"n\":1},null]}")
            .data();
    assertThat(columns.toString()).isEqualTo("[\"c\",\"d\"]");
    assertThat(server.get("/collections/batches/vectors/d").data().get("data").toString())
        .isEqualTo("[7.0,8.0]");
    JsonNode upserted =
        server
            .post(
                "/collections/batches/vectors/upsert",
                "{\"vectors\":[{\"id\":\"c\",\"data\":[0,0]},{\"id\":\"e\",\"data\":[9,9]}]}")
            .data();
    assertThat(upserted.toString()).isEqualTo("{\"upserted_count\":2,\"ids\":[\"c\",\"e\"]}");
    JsonNode deleted =
        server
            .post("/collections/batches/vectors/batch-delete", "{\"ids\":[\"c\",\"c\",\"none\"]}")
            .data();
    assertThat(deleted.toString()).isEqualTo("{\"deleted_count\":1}");
    assertThat(server.get("/collections/batches/stats").data().get("vector_count").asInt())
        .isEqualTo(4);
  }

  @Test
  void aBatchThatContinuesTellsTheFateOfEachRow() {
    create("fates", 2, "Cosine");
    server.post("/collections/fates/vectors", "{\"id\":\"old\",\"data\":[1,1]}");
    JsonNode data =
        server
            .post(
                "/collections/fates/vectors/batch?on_error=continue",
                """
                {"vectors":[{"id":"a","data":[1,2]},{"id":"b","data":[1,2,3]},{"id":"c","data":[1,1e39]},
                 {"id":"old","data":[2,2]},{"id":"z","data":[0,0]},{"id":"d","data":[3,4]}]}
                """)
            .data();
    assertThat(data.get("inserted_count").asInt()).isEqualTo(2);
    assertThat(data.get("ids").toString()).isEqualTo("[\"a\",null,null,null,null,\"d\"]");
    assertThat(data.get("results").findValuesAsText("status"))
        .containsExactly("written", "refused", "refused", "refused", "refused", "written");
    assertThat(data.get("results").findValuesAsText("code"))
        .containsExactly(
            "null",
            "DIMENSION_MISMATCH",
            "INVALID_ARGUMENT",
            "VECTOR_ALREADY_EXISTS",
            "INVALID_ARGUMENT",
            "null");
    assertThat(data.get("results").get(2).get("error").asText()).contains("vectors[2].data[1]");
    JsonNode none =
        server
            .post(
                "/collections/fates/vectors/upsert",
                "{\"vectors\":[{\"id\":\"\",\"data\":[1,2]}],\"on_error\":\"continue\"}")
            .data();
    assertThat(none.get("upserted_count").asInt()).isZero();
    assertThat(server.get("/collections/fates/stats").data().get("vector_count").asInt())
        .isEqualTo(3);
  }

  @Test
  void searchesHonourEveryOption() {
    create("hits", 2, "Euclidean");
    String rows =
        IntStream.range(0, 20)
            .mapToObj(
                i -> "{\"id\":\"%d\",\"data\":[%d,0],\"metadata\":{\"i\":%d}}".formatted(i, i, i))
            .collect(Collectors.joining(",", "{\"vectors\":[", "]}"));
    assertThat(server.post("/collections/hits/vectors/batch", rows).status()).isEqualTo(200);
    assertThat(search("{\"vector\":[0,0],\"limit\":2}"))
        .isEqualTo(
            "[{\"id\":\"0\",\"distance\":0.0,\"metadata\":{\"i\":0}},"
                + "{\"id\":\"1\",\"distance\":1.0,\"metadata\":{\"i\":1}}]");
    assertThat(
            search(
                "{\"query_vector\":[0,0],\"limit\":1,\"offset\":3,\"with_metadata\":false,"
                    + "\"with_vectors\":true,\"exact\":true,\"filter\":null,\"ef_search\":null}"))
        .isEqualTo("[{\"id\":\"3\",\"distance\":3.0,\"metadata\":null,\"vector\":[3.0,0.0]}]");
    assertThat(search("{\"vector\":\"" + base64(19, 0) + "\",\"limit\":9,\"max_distance\":1.5}"))
        .contains("\"19\"", "\"18\"")
        .doesNotContain("\"17\"");
    assertThat(
            server
                .post("/collections/hits/search?limit=3&ef_search=40", "{\"vector\":[0,0]}")
                .data())
        .hasSize(3);
    assertThat(
            server
                .post("/collections/hits/search?limit=3", "{\"vector\":[0,0],\"limit\":4}")
                .data())
        .hasSize(4);
    for (String path : new String[] {"search/batch", "points/search/batch"}) {
      JsonNode found =
          server
              .post(
                  "/collections/hits/" + path,
                  "{\"collection\":\"hits\",\"searches\":[{\"vector\":[5,0],\"limit\":1},{\"vector\":[7,0],\"limit\":2}]}")
              .data();
      assertThat(found.get(0).get(0).get("id").asText()).isEqualTo("5");
      assertThat(found.get(1)).hasSize(2);
    }
  }

  @Test
  void healthAndFiguresAreReal() {
    assertThat(server.get("/health").body())
        .isEqualTo("{\"success\":true,\"data\":\"OK\",\"error\":null}");
    assertThat(server.get("/health/live").json().get("alive").asBoolean()).isTrue();
    for (String path : new String[] {"/health/ready", "/ready"}) {
      JsonNode ready = server.get(path).json();
      assertThat(ready.get("ready").asBoolean()).isTrue();
      assertThat(ready.get("checks").findValuesAsText("name"))
          .contains("vectorstore", "database", "memory");
    }
    JsonNode check = server.get("/health/check").json();
    assertThat(check.get("status").asText()).isEqualTo("healthy");
    assertThat(check.get("components")).isNotEmpty();
    long before = server.get("/stats").data().get("total_collections").asLong();
    create("figures", 2, "Cosine");
    JsonNode stats = server.get("/stats").data();
    assertThat(stats.get("total_collections").asLong()).isEqualTo(before + 1);
    assertThat(stats.get("disk_usage").asLong()).isPositive();
  }

  @Test
  void headersFollowTheContract() {
    Reply named = server.call("GET", "/health", Map.of("X-Request-ID", "abc-1"), null);
    assertThat(named.headers()).containsEntry("x-request-id", "abc-1");
    assertThat(named.headers()).containsEntry("content-type", "application/json");
    assertThat(server.get("/health").headers().get("x-request-id")).isNotBlank();
    Reply wrong = server.send("PATCH", "/collections/x/vectors/y", "{}");
    assertThat(wrong.status()).isEqualTo(405);
    assertThat(wrong.headers()).containsEntry("allow", "DELETE, GET, PUT");
    Reply charset =
        server.call(
            "POST",
            "/collections",
            Map.of("Content-Type", "Application/JSON; charset=\"UTF-8\""),
            "{}".getBytes(StandardCharsets.UTF_8));
    assertThat(charset.code()).isEqualTo("INVALID_ARGUMENT");
  }

  private static void create(String name, int dimension, String metric) {
    Reply created =
        server.post(
            "/collections",
            "{\"name\":\"%s\",\"dimension\":%d,\"distance_metric\":\"%s\"}"
                .formatted(name, dimension, metric));
    assertThat(created.status()).as(created.body()).isEqualTo(200);
  }

  private static String search(String body) {
    Reply reply = server.post("/collections/hits/search", body);
    assertThat(reply.status()).as(reply.body()).isEqualTo(200);
    return reply.data().toString();
  }

  private static String base64(float... components) {
    ByteBuffer bytes =
        ByteBuffer.allocate(components.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (float component : components) {
      bytes.putFloat(component);
    }
    return Base64.getEncoder().encodeToString(bytes.array());
  }
}
