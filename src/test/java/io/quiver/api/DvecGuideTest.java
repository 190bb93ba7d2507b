package io.quiver.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.quiver.front.rest.RestServer;
import io.quiver.testkit.DvecWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The scenarios of d-vecDB's two guides (restart persistence of v0.2.6, metadata of v0.2.1), done
 * as they are written there. docs/from-dvecdb.md says which row of theirs is shown where.
 */
class DvecGuideTest {
  private static final long WAIT_NANOS = 60_000_000_000L;
  private static final String UUID = "0f8fad5b-d9cb-469f-a165-70867728950e";

  @TempDir private Path folder;

  /** Their tests 1 to 3 of v0.2.6: auto id, UUID, batch of two; restart; search. */
  @Test
  void fourVectorsAreThereAfterARestartAndFoundWithTheirMetadata() throws Exception {
    Path data = folder.resolve("data");
    try (RestServer server = RestServer.on(data)) {
      create(server, "incidents", 4);
      String rows = "/collections/incidents/vectors";
      String made = ok(server.post(rows, "{\"data\":[1,0,0,0],\"metadata\":{\"test\":true}}"));
      assertThat(made).hasSize(36);
      String given = "{\"id\":\"" + UUID + "\",\"data\":[0,1,0,0],\"metadata\":{\"n\":2}}";
      assertThat(ok(server.post(rows, given))).isEqualTo(UUID);
      ok(server.post(rows + "/batch", "{\"vectors\":[{\"data\":[0,0,1,0]},{\"data\":[0,0,0,1]}]}"));
      assertThat(count(server, "incidents")).isEqualTo(4);
    }
    try (RestServer server = RestServer.on(data)) {
      assertThat(count(server, "incidents")).isEqualTo(4);
      JsonNode hits =
          server
              .post("/collections/incidents/search", "{\"vector\":[0.1,1,0,0],\"limit\":3}")
              .data();
      assertThat(hits).hasSize(3);
      assertThat(hits.get(0).path("id").asText()).isEqualTo(UUID);
      assertThat(hits.get(0).path("distance").asDouble()).isBetween(0.0, 0.01);
      assertThat(hits.get(0).path("metadata").toString()).isEqualTo("{\"n\":2}");
    }
  }

  /** Their test 1 of v0.2.1, with the file that they print. */
  @Test
  void aNewCollectionHasItsMetadataFileAndComesBack() throws Exception {
    Path data = folder.resolve("data");
    try (RestServer server = RestServer.on(data)) {
      create(server, "test", 128);
    }
    JsonNode file = new ObjectMapper().readTree(data.resolve("test/metadata.json").toFile());
    assertThat(file.path("name").asText()).isEqualTo("test");
    assertThat(file.path("dimension").asInt()).isEqualTo(128);
    assertThat(file.path("distance_metric").asText()).isEqualTo("Cosine");
    assertThat(file.path("vector_type").asText()).isEqualTo("Float32");
    assertThat(file.path("index_config").toString())
        .isEqualTo(
            "{\"max_connections\":16,\"ef_construction\":200,\"ef_search\":50,\"max_layer\":16}");
    try (RestServer server = RestServer.on(data)) {
      assertThat(names(server)).isEqualTo("[\"test\"]");
    }
  }

  /** Their test 2: {@code rm -rf wal/*} while it is stopped. */
  @Test
  void withoutItsLogACollectionComesBack() throws Exception {
    Path data = folder.resolve("data");
    try (RestServer server = RestServer.on(data)) {
      create(server, "resilient", 256);
      create(server, "filled", 2);
      ok(server.post("/collections/filled/vectors", "{\"id\":\"a\",\"data\":[1,2]}"));
    }
    try (Stream<Path> segments = Files.list(data.resolve("wal"))) {
      for (Path segment : segments.toList()) {
        Files.delete(segment);
      }
    }
    try (RestServer server = RestServer.on(data)) {
      assertThat(names(server)).isEqualTo("[\"filled\",\"resilient\"]");
      assertThat(server.get("/collections/filled/vectors/a").status()).isEqualTo(200);
      ok(server.post("/collections/resilient/vectors", row(256)));
      assertThat(count(server, "resilient")).isEqualTo(1);
    }
  }

  /**
   * Their test 3: {@code mkdir}, {@code cat > metadata.json}, {@code touch vectors.bin index.bin}.
   */
  @Test
  void aFolderWithMetadataAndEmptyFilesIsServed() throws Exception {
    Path data = folder.resolve("data");
    Path orphaned = Files.createDirectories(data.resolve("orphaned"));
    Files.writeString(
        orphaned.resolve("metadata.json"), DvecWriter.metadata("orphaned", 384, "Cosine"));
    Files.createFile(orphaned.resolve("vectors.bin"));
    Files.createFile(orphaned.resolve("index.bin"));
    try (RestServer server = RestServer.on(data)) {
      await(server, "orphaned");
      assertThat(count(server, "orphaned")).isZero();
      ok(server.post("/collections/orphaned/vectors", row(384)));
      assertThat(count(server, "orphaned")).isEqualTo(1);
    }
  }

  /** {@code rsync -av server1:/data/ /backup/}, and back on another machine. */
  @Test
  void aCopyOfTheDirectoryServesElsewhere() throws Exception {
    Path first = folder.resolve("server1");
    try (RestServer server = RestServer.on(first)) {
      create(server, "incidents", 2);
      ok(server.post("/collections/incidents/vectors", "{\"id\":\"a\",\"data\":[1,2]}"));
    }
    Path second = folder.resolve("server2");
    copy(first, folder.resolve("backup"));
    copy(folder.resolve("backup"), second);
    delete(first);
    try (RestServer server = RestServer.on(second)) {
      assertThat(names(server)).isEqualTo("[\"incidents\"]");
      assertThat(server.get("/collections/incidents/vectors/a").status()).isEqualTo(200);
    }
  }

  /** "Upgrade path", step 4: what has no metadata is imported by its absolute path, and kept. */
  @Test
  void whatHasNoMetadataIsImportedByItsPathAndGetsAFileOfItsOwn() throws Exception {
    Path data = folder.resolve("data");
    Path old = data.resolve("old_collection");
    DvecWriter.collection(
        old, "", List.of(DvecWriter.record(DvecWriter.id(1), new float[] {1, 2, 3}, null)));
    Files.delete(old.resolve("metadata.json"));
    try (RestServer server = RestServer.on(data)) {
      assertThat(names(server)).isEqualTo("[]");
      ok(
          server.post(
              "/collections/import",
              """
              {"orphaned_path":"%s","collection_name":"old_collection","dimension":3,
               "distance_metric":"Cosine","vector_type":"Float32"}\
              """
                  .formatted(old.toAbsolutePath())));
      assertThat(count(server, "old_collection")).isEqualTo(1);
      assertThat(data.resolve("old_collection/metadata.json")).exists();
    }
    try (RestServer server = RestServer.on(data)) {
      assertThat(count(server, "old_collection")).isEqualTo(1);
    }
  }

  private static String row(int dimension) {
    return "{\"data\":[" + "1,".repeat(dimension - 1) + "1]}";
  }

  private static void create(RestServer server, String name, int dimension) {
    ok(
        server.post(
            "/collections",
            """
            {"name":"%s","dimension":%d,"distance_metric":"Cosine","vector_type":"Float32"}\
            """
                .formatted(name, dimension)));
  }

  private static String ok(RestServer.Reply reply) {
    assertThat(reply.status()).as("%s", reply).isEqualTo(200);
    return reply.data().asText();
  }

  private static long count(RestServer server, String name) {
    return server.get("/collections/" + name).data().get(1).path("vector_count").asLong();
  }

  private static String names(RestServer server) {
    return server.get("/collections").data().toString();
  }

  private static void await(RestServer server, String name) {
    long deadline = System.nanoTime() + WAIT_NANOS;
    while (server.get("/collections/" + name).status() != 200) {
      assertThat(System.nanoTime()).as("in time").isLessThan(deadline);
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> all = Files.walk(from)) {
      for (Path each : all.toList()) {
        Path target = to.resolve(from.relativize(each).toString());
        if (Files.isDirectory(each)) {
          Files.createDirectories(target);
        } else {
          Files.copy(each, target);
        }
      }
    }
  }

  private static void delete(Path root) throws IOException {
    try (Stream<Path> all = Files.walk(root)) {
      for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(each);
      }
    }
  }
}
