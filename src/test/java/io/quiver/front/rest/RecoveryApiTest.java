package io.quiver.front.rest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.quiver.front.rest.RestServer.Reply;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Deletion and the ways back from it, over REST, with d-vecDB's paths and shapes. */
class RecoveryApiTest {
  @TempDir Path data;
  private RestServer server;

  @BeforeEach
  void start() {
    server = RestServer.on(data);
    create();
    ok(server.post("/collections/c/vectors", "{\"id\":\"a\",\"data\":[1,2]}"));
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void aDeletedCollectionIsListedAndComesBackUnderAnotherName() {
    JsonNode deleted = ok(server.send("DELETE", "/collections/c", null));
    assertThat(deleted.get("message").asText()).isEqualTo("Collection deleted successfully");
    assertThat(server.get("/collections/c/vectors/a").status()).isEqualTo(404);
    create();
    JsonNode listed = ok(server.get("/collections/deleted")).get(0);
    assertThat(listed.get("name").asText()).matches("c_\\d{8}_\\d{6}_[0-9a-f-]{36}");
    assertThat(listed.get("path").asText()).isEqualTo(".deleted/" + listed.get("name").asText());
    long ageSeconds = System.currentTimeMillis() / 1_000 - listed.get("deleted_timestamp").asLong();
    assertThat(ageSeconds).isBetween(0L, 60L);
    assertThat(listed.get("age_hours").asDouble()).isBetween(0.0, 0.1);

    String path = listed.get("path").asText();
    Reply taken = restore(path, "");
    assertThat(taken.status()).isEqualTo(409);
    JsonNode restored = ok(restore(path, ",\"new_name\":\"d\""));
    assertThat(restored.get("name").asText()).isEqualTo("d");
    assertThat(restored.get("message").asText()).isEqualTo("Collection 'd' restored successfully");
    JsonNode hits = ok(server.post("/collections/d/search", "{\"vector\":[1,2]}"));
    assertThat(hits.get(0).get("id").asText()).isEqualTo("a");
    ok(server.post("/collections/d/vectors", "{\"id\":\"b\",\"data\":[2,2]}"));
    assertThat(ok(server.get("/collections/d/stats")).get("vector_count").asInt()).isEqualTo(2);
    assertThat(restore(path, ",\"new_name\":\"e\"").status()).isEqualTo(404);
  }

  @Test
  void aCleanupAndAHardDeleteKeepNothing() {
    ok(server.send("DELETE", "/collections/c", null));
    String name = ok(server.get("/collections/deleted")).get(0).get("name").asText();
    assertThat(ok(server.post("/collections/cleanup", "{}"))).isEmpty();
    JsonNode removed = ok(server.post("/collections/cleanup", "{\"retention_hours\":0}"));
    assertThat(removed.get(0).asText()).isEqualTo(name);
    assertThat(ok(server.get("/collections/deleted"))).isEmpty();
    create();
    JsonNode gone = ok(server.send("DELETE", "/collections/c/hard-delete", null));
    assertThat(gone.get("message").asText())
        .isEqualTo("Collection permanently deleted (no recovery possible)");
    assertThat(ok(server.get("/collections/deleted"))).isEmpty();
    assertThat(ok(server.get("/collections"))).isEmpty();
  }

  private void create() {
    ok(
        server.post(
            "/collections", "{\"name\":\"c\",\"dimension\":2,\"distance_metric\":\"Euclidean\"}"));
  }

  private Reply restore(String path, String more) {
    return server.post("/collections/restore", "{\"backup_path\":\"" + path + "\"" + more + "}");
  }

  private static JsonNode ok(Reply reply) {
    assertThat(reply.status()).as(reply.body()).isEqualTo(200);
    return reply.data();
  }
}
