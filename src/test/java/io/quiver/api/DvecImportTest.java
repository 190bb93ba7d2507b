package io.quiver.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.quiver.Quiver;
import io.quiver.config.QuiverOptions;
import io.quiver.front.rest.RestOptions;
import io.quiver.front.rest.RestServer;
import io.quiver.front.rest.RestServer.Reply;
import io.quiver.node.NodeOptions;
import io.quiver.testkit.DvecWriter;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code POST /collections/import}: which folders it takes, and what comes of them. */
class DvecImportTest {
  @TempDir Path folder;
  private Path data;
  private Path roots;
  private Vertx vertx;
  private RestServer server;

  @BeforeEach
  void start() throws Exception {
    data = Files.createDirectories(folder.resolve("data"));
    roots = Files.createDirectories(folder.resolve("roots"));
    orphan(data.resolve("incidents"));
    orphan(data.resolve("second"));
    orphan(roots.resolve("old"));
    orphan(folder.resolve("elsewhere"));
    serve();
  }

  private void serve() throws Exception {
    vertx = Vertx.vertx();
    QuiverOptions options =
        QuiverOptions.embedded(data)
            .withNode(NodeOptions.of(data).withImportRoots(List.of(roots)))
            .withRest(RestOptions.of("127.0.0.1", 0));
    Quiver quiver =
        Quiver.start(vertx, options)
            .toCompletionStage()
            .toCompletableFuture()
            .get(20, TimeUnit.SECONDS);
    server = RestServer.at(quiver.restPort());
  }

  @AfterEach
  void stop() throws Exception {
    vertx.close().toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
  }

  @Test
  void anOrphanOfTheDataDirectoryIsSearchableAtOnceAndAfterARestart() throws Exception {
    Reply reply = load(data.resolve("incidents").toString(), "incidents_recovered", 2);
    assertThat(reply.json().path("data").toString())
        .isEqualTo(
            "{\"name\":\"incidents_recovered\",\"message\":\"Collection 'incidents_recovered'"
                + " imported successfully from orphaned data\"}");
    expectRows("incidents_recovered");
    assertThat(data.resolve("incidents").resolve("vectors.bin")).exists();
    // The name of the folder itself, as in d-vecDB's upgrade guide.
    assertThat(load("second", "second", 2).status()).isEqualTo(200);
    expectRows("second");
    stop();
    serve();
    expectRows("incidents_recovered");
    expectRows("second");
    assertThat(server.get("/health/check").json().path("status").asText()).isEqualTo("healthy");
  }

  @Test
  void aFolderBelowAConfiguredRootIsTakenAndStaysAsItIs() throws Exception {
    Files.createSymbolicLink(roots.resolve("link"), Path.of("old"));
    assertThat(load(roots.resolve("old").toString(), "one", 2).status()).isEqualTo(200);
    assertThat(load(roots.resolve("link").toString(), "two", 2).status()).isEqualTo(200);
    expectRows("one");
    expectRows("two");
    assertThat(roots.resolve("old")).isDirectoryContaining("glob:**/vectors.bin");
    try (var files = Files.list(roots.resolve("old"))) {
      assertThat(files).hasSize(2);
    }
  }

  @Test
  void nothingOutsideOfTheRootsIsReadWhicheverWayItIsNamed() throws Exception {
    Path elsewhere = folder.resolve("elsewhere");
    Files.createSymbolicLink(roots.resolve("out"), elsewhere);
    Files.createSymbolicLink(data.resolve("relative"), Path.of("../elsewhere"));
    Files.createSymbolicLink(roots.resolve("loop"), roots.resolve("loop"));
    Path trap = Files.createDirectories(roots.resolve("trap"));
    Files.createSymbolicLink(trap.resolve("vectors.bin"), elsewhere.resolve("vectors.bin"));
    for (String path :
        List.of(
            elsewhere.toString(),
            folder.toString(),
            roots + "/../elsewhere",
            data + "/incidents/../../elsewhere",
            "../elsewhere",
            roots.resolve("out").toString(),
            roots.resolve("out") + "/.",
            data.resolve("relative").toString(),
            trap.toString(),
            roots + "-not",
            "/proc/self/cwd")) {
      Reply reply = load(path, "n", 2);
      assertThat(reply.status()).as(path + reply.body()).isEqualTo(403);
      assertThat(reply.json().path("details").path("field").asText()).isEqualTo("orphaned_path");
    }
    assertThat(load(roots.resolve("loop").toString(), "n", 2).status()).isEqualTo(400);
    assertThat(server.get("/collections").json().path("data")).isEmpty();
  }

  @Test
  void whatCannotBeImportedLeavesNothingBehind() throws Exception {
    assertThat(load("incidents", "n", 3).json().path("details").path("field").asText())
        .isEqualTo("dimension");
    Files.writeString(Files.createDirectories(data.resolve("none")).resolve("a"), "b");
    assertThat(load("none", "n", 2).status()).isEqualTo(400);
    byte[] broken = new byte[100];
    broken[0] = 16; // The layout without lengths, and no record behind its first 8 bytes.
    broken[40] = 1;
    Files.write(data.resolve("incidents").resolve("vectors.bin"), broken);
    Reply malformed = load("incidents", "n", 2);
    assertThat(malformed.status()).isEqualTo(400);
    assertThat(malformed.body()).contains("vectors.bin: record 0 at byte 0");
    assertThat(load("second", "incidents", 2).status()).isEqualTo(409);
    assertThat(server.get("/collections").json().path("data")).isEmpty();
    assertThat(server.get("/health/check").json().path("status").asText()).isEqualTo("healthy");
    assertThat(load("second", "n", 2).status()).isEqualTo(200);
    assertThat(load("second", "n", 2).status()).isEqualTo(409);
    assertThat(load("n", "m", 2).status()).as("a collection of ours").isEqualTo(400);
  }

  private void expectRows(String name) {
    assertThat(
            server
                .post("/collections/" + name + "/search", "{\"vector\":[1,0],\"limit\":9}")
                .json()
                .path("data"))
        .extracting(hit -> hit.path("id").asText())
        .containsExactly(DvecWriter.id(1).toString(), DvecWriter.id(2).toString());
  }

  private Reply load(String path, String name, int dimension) {
    return server.post(
        "/collections/import",
        """
        {"orphaned_path":"%s","collection_name":"%s","dimension":%d,"distance_metric":"euclidean",
         "vector_type":"Float32"}\
        """
            .formatted(path, name, dimension));
  }

  private static void orphan(Path folder) throws IOException {
    DvecWriter.collection(
        folder,
        "",
        List.of(
            DvecWriter.record(DvecWriter.id(1), new float[] {1, 0}, null),
            DvecWriter.record(DvecWriter.id(2), new float[] {5, 0}, "{\"a\":1}")));
    Files.delete(folder.resolve("metadata.json"));
  }
}
