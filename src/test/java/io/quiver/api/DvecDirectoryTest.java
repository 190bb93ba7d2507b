package io.quiver.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.quiver.front.rest.RestServer;
import io.quiver.testkit.DvecWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A data directory of d-vecDB dropped into ours: what its users find, over REST. */
class DvecDirectoryTest {
  private static final long WAIT_NANOS = 20_000_000_000L;

  @TempDir Path data;

  @Test
  void aDirectoryIsServedUnderItsNamesAndItsBytesStay() throws Exception {
    films();
    DvecWriter.collection(
        data.resolve("users"), DvecWriter.metadata("users", 3, "Manhattan"), List.of());
    Files.write(
        data.resolve("wal"), DvecWriter.entry(DvecWriter.opDelete("films", DvecWriter.id(3))));
    Map<String, String> before = bytes(data);
    for (int start = 0; start < 2; start++) {
      try (RestServer server = RestServer.on(data)) {
        JsonNode info = served(server, "films");
        assertThat(info.get(0).toString())
            .isEqualTo(
                "{\"name\":\"films\",\"dimension\":2,\"distance_metric\":\"Euclidean\","
                    + "\"vector_type\":\"Float32\",\"index_config\":{\"max_connections\":24,"
                    + "\"ef_construction\":150,\"ef_search\":70,\"max_layer\":12}}");
        assertThat(info.get(1).path("vector_count").asInt()).isEqualTo(2);
        assertThat(
                server
                    .post("/collections/films/search", "{\"vector\":[0,0],\"limit\":9}")
                    .json()
                    .path("data")
                    .toString())
            .isEqualTo(
                "[{\"id\":\""
                    + DvecWriter.id(2)
                    + "\",\"distance\":1.0,\"metadata\":null},{\"id\":\""
                    + DvecWriter.id(1)
                    + "\",\"distance\":5.0,\"metadata\":{\"n\":2,\"é\":\"ü\"}}]");
        assertThat(served(server, "users").get(1).path("vector_count").asInt()).isZero();
        assertThat(server.get("/collections").json().path("data").toString())
            .isEqualTo("[\"films\",\"users\"]");
        assertThat(server.get("/health/check").json().path("status").asText()).isEqualTo("healthy");
      }
    }
    Path kept;
    try (Stream<Path> times = Files.list(data.resolve(".imported"))) {
      kept = times.findFirst().orElseThrow();
    }
    assertThat(bytes(kept)).containsAllEntriesOf(before);
    assertThat(data.resolve("wal")).isDirectory();
  }

  @Test
  void brokenMetadataIsShownTheOthersStartAndWhatIsMendedByHandIsServedAtTheNextStart()
      throws Exception {
    films();
    DvecWriter.collection(data.resolve("users"), "invalid json", List.of(user()));
    DvecWriter.collection(data.resolve("orphan"), "", List.of(user()));
    Files.delete(data.resolve("orphan").resolve("metadata.json"));
    Map<String, String> before = bytes(data.resolve("users"));
    try (RestServer server = RestServer.on(data)) {
      served(server, "films");
      assertThat(server.get("/collections").json().path("data").toString())
          .isEqualTo("[\"films\"]");
      JsonNode health = server.get("/health/check").json();
      assertThat(health.path("status").asText()).isEqualTo("degraded");
      assertThat(component(health, "imports")).startsWith("users: left alone: metadata.json: JSON");
      assertThat(component(health, "vectorstore")).startsWith("1 collections set aside: users:");
      assertThat(bytes(data.resolve("users"))).isEqualTo(before);
    }
    for (String name : List.of("users", "orphan")) {
      Files.writeString(
          data.resolve(name).resolve("metadata.json"), DvecWriter.metadata(name, 3, "Cosine"));
    }
    try (RestServer server = RestServer.on(data)) {
      for (String name : List.of("users", "orphan")) {
        assertThat(served(server, name).get(1).path("vector_count").asInt()).isEqualTo(1);
      }
      assertThat(server.get("/collections").json().path("data")).hasSize(3);
    }
  }

  @Test
  void recordsThatCannotBeServedAreToldAndTheRestIs() throws Exception {
    DvecWriter.collection(
        data.resolve("users"),
        DvecWriter.metadata("users", 3, "Cosine"),
        List.of(user(), DvecWriter.record(DvecWriter.id(8), new float[] {0, 0, 0}, null)));
    byte[] broken = new byte[64];
    broken[0] = 16;
    broken[30] = 1;
    DvecWriter.collection(
        data.resolve("broken"), DvecWriter.metadata("broken", 3, "Cosine"), List.of(broken));
    try (RestServer server = RestServer.on(data)) {
      assertThat(served(server, "users").get(1).path("vector_count").asInt()).isEqualTo(1);
      String told = component(server.get("/health/check").json(), "imports");
      assertThat(told)
          .contains("users: converted: 1 vectors, 1 records refused, e.g. vectors.bin: record 1 at")
          .contains("broken: cannot be converted")
          .contains("vectors.bin: record 0 at byte 0");
      assertThat(server.get("/collections/broken").status()).isEqualTo(503);
      assertThat(server.call("DELETE", "/collections/broken", Map.of(), null).status())
          .isEqualTo(200);
      assertThat(server.get("/collections/broken").status()).isEqualTo(404);
    }
    try (RestServer server = RestServer.on(data)) {
      assertThat(server.get("/health/check").json().path("status").asText()).isEqualTo("healthy");
    }
  }

  private static String component(JsonNode health, String name) {
    for (JsonNode component : health.path("components")) {
      if (component.path("name").asText().equals(name)) {
        return component.path("message").asText();
      }
    }
    return "";
  }

  private static byte[] user() {
    return DvecWriter.record(DvecWriter.id(7), new float[] {1, 2, 3}, null);
  }

  /** Id 1 twice, id 2, id 3: the first of id 1 must not be found. */
  private void films() throws IOException {
    List<byte[]> records = new ArrayList<>();
    records.add(DvecWriter.record(DvecWriter.id(1), new float[] {0, 0}, "{\"n\":1}"));
    records.add(DvecWriter.record(DvecWriter.id(2), new float[] {0, 1}, null));
    records.add(DvecWriter.record(DvecWriter.id(3), new float[] {0, 2}, null));
    records.add(DvecWriter.record(DvecWriter.id(1), new float[] {3, 4}, "{\"n\":2,\"é\":\"ü\"}"));
    DvecWriter.collection(
        data.resolve("films"), DvecWriter.metadata("films", 2, "Euclidean"), records);
  }

  private static JsonNode served(RestServer server, String name) {
    long deadline = System.nanoTime() + WAIT_NANOS;
    while (true) {
      RestServer.Reply reply = server.get("/collections/" + name);
      if (reply.status() == 200) {
        return reply.json().path("data");
      }
      assertThat(reply.status()).as(reply.body()).isEqualTo(503);
      assertThat(System.nanoTime()).as("not served in time: " + reply.body()).isLessThan(deadline);
    }
  }

  private static Map<String, String> bytes(Path folder) throws IOException {
    Map<String, String> files = new TreeMap<>();
    try (Stream<Path> paths = Files.walk(folder)) {
      for (Path path : paths.filter(Files::isRegularFile).toList()) {
        files.put(
            folder.relativize(path).toString(), HexFormat.of().formatHex(Files.readAllBytes(path)));
      }
    }
    return files;
  }
}
