package io.quiver.docs;

import static io.quiver.docs.TroubleTable.shownBy;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.fasterxml.jackson.databind.JsonNode;
import io.quiver.docs.TroubleTable.Symptom;
import io.quiver.front.rest.RestServer;
import io.quiver.front.rest.RestServer.Reply;
import io.quiver.testkit.DvecWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** What docs/operations.md says will be seen is seen, row by row. */
class TroubleshootingTest {
  private static final String ROWS = "/collections/incidents/vectors";
  private static final Map<String, String> JSON = Map.of("Content-Type", "application/json");

  /** Other tests keep them quiet. */
  private static final List<String> LOGGERS =
      List.of("io.quiver.catalog", "io.quiver.migrate", "io.quiver.node");

  private static final long WAIT_NANOS = 60_000_000_000L;

  @TempDir private Path data;
  private final Map<Logger, Optional<Level>> levels = new HashMap<>();
  private final ListAppender<ILoggingEvent> logged = new ListAppender<>();
  private RestServer server;

  @BeforeEach
  void listen() {
    logged.start();
    LOGGERS.forEach(name -> {
      Logger logger = (Logger) LoggerFactory.getLogger(name);
      levels.put(logger, Optional.ofNullable(logger.getLevel()));
      logger.setLevel(Level.INFO);
      logger.setAdditive(false);
      logger.addAppender(logged);
    });
    start();
  }

  @AfterEach
  void close() throws Exception {
    server.close();
    levels.forEach((logger, level) -> {
      logger.detachAppender(logged);
      logger.setAdditive(true);
      logger.setLevel(level.orElse(null));
    });
  }

  private void start() {
    logged.list.clear();
    server = RestServer.on(data);
  }

  private void restart(Change change) throws Exception {
    server.close();
    change.run();
    start();
  }

  /** Something done to the files while nobody serves them. */
  private interface Change {
    void run() throws Exception;
  }

  @Test
  void aRequestIsRefused() throws Exception {
    make("incidents");
    assertThat(server.post(ROWS, "{\"id\":\"a\",\"data\":[1,0,0,0]}").status()).isEqualTo(200);
    TroubleTable.of("A request is refused (400 and its neighbours)")
        .expect(
            List.of(
                post("400 `dimension", ROWS, "{\"data\":[1,2,3]}"),
                post("400 `malformed", ROWS, "{\"data\":[1,0,0,0],\"id\": }"),
                new Symptom("415", () -> said(form())),
                post("400 `data[3]: expected a finite number, got NaN", ROWS, row("NaN")),
                post("400 `data[3]: expected a finite float32", ROWS, row("1e39")),
                post("400 `data[3]: expected a finite number, got the s", ROWS, row("\"x\"")),
                post("400 `data: expected not the zero", ROWS, "{\"data\":[0,0,0,0]}"),
                post("400 `data: expected a vector", ROWS, "{\"id\":\"b\"}"),
                post("400 `metadata", ROWS, "{\"data\":[1,0,0,0],\"metadata\":[1]}"),
                search("400 `limit", "\"limit\":100000"),
                search("400 `filter", "\"filter\":{\"year\":{\"$above\":1999}}"),
                create("400 `distance_metric", "other", "L3"),
                create("400 `name", "my films", "Cosine"),
                new Symptom("404", () -> said(server.get("/collections/incident"))),
                post("409 `Vector", ROWS, "{\"id\":\"a\",\"data\":[1,0,0,0]}"),
                create("409 `Collection", "incidents", "Cosine"),
                new Symptom("413", () -> said(large())),
                new Symptom("421", () -> said(foreignHost())),
                shownBy("api.DiskIT", "507"),
                new Symptom("500", this::damaged)));
  }

  @Test
  void nothingIsThereAfterARestart() throws Exception {
    TroubleTable.of("Nothing there after a restart")
        .expect(
            List.of(
                shownBy("cli.ServeProcessTest", "`ready in"),
                new Symptom("`WARN Directory", this::orphan),
                post("import: 403", "/collections/import", orphaned("/etc", 4)),
                post("import: 400", "/collections/import", orphaned("orphan", 8)),
                new Symptom("`INFO DvecIntake", this::converted),
                new Symptom("`ERROR Directory", this::editedByHand),
                new Symptom("`ERROR DvecIntake", this::brokenMetadata),
                new Symptom("500", this::damaged),
                new Symptom("`ERROR Database", this::logRemoved),
                shownBy("catalog.LogDamageTest", "`ERROR Replay"),
                new Symptom("a collection is gone", this::deleted),
                shownBy("api.KillNineIT", "a vector is gone")));
  }

  private Symptom post(String begins, String path, String body) {
    return new Symptom(begins, () -> said(server.post(path, body)));
  }

  private Symptom search(String begins, String more) {
    return post(begins, "/collections/incidents/search", "{\"vector\":[1,0,0,0]," + more + "}");
  }

  private Symptom create(String begins, String name, String metric) {
    return post(begins, "/collections", collection(name, metric));
  }

  private static String row(String last) {
    return "{\"data\":[1,0,0," + last + "]}";
  }

  private static String collection(String name, String metric) {
    return "{\"name\":\"%s\",\"dimension\":4,\"distance_metric\":\"%s\"}".formatted(name, metric);
  }

  private static String orphaned(String path, int dimension) {
    return """
    {"orphaned_path":"%s","collection_name":"rec","dimension":%d,"distance_metric":"Cosine"}\
    """
        .formatted(path, dimension);
  }

  private void make(String name) {
    assertThat(server.post("/collections", collection(name, "Cosine")).status()).isEqualTo(200);
  }

  private Reply form() {
    return server.call(
        "POST",
        ROWS,
        Map.of("Content-Type", "application/x-www-form-urlencoded"),
        row("1").getBytes(StandardCharsets.UTF_8));
  }

  private Reply large() {
    Map<String, String> head =
        Map.of("Content-Type", "application/json", "Content-Length", "70000000");
    return server.call("POST", ROWS, head, new byte[0]);
  }

  private Reply foreignHost() {
    String head = "GET /collections HTTP/1.1\r\nHost: quiver.example:28080\r\n\r\n";
    return server.exchange(head.getBytes(StandardCharsets.UTF_8));
  }

  /** {@code 400 dimension mismatch: …}, and the whole answer for what else a row quotes. */
  private static String said(Reply reply) {
    JsonNode body = reply.json();
    return reply.status() + " " + body.path("error").asText() + "\n" + body;
  }

  private String logged() {
    return List.copyOf(logged.list).stream()
        .map(event -> {
          String logger = event.getLoggerName();
          String name = logger.substring(logger.lastIndexOf('.') + 1);
          return event.getLevel() + " " + name + " " + event.getFormattedMessage();
        })
        .collect(Collectors.joining("\n"));
  }

  private String damaged() throws Exception {
    if (server.get("/collections/incidents").status() == 404) {
      make("incidents");
    }
    server.post(ROWS, "{\"id\":\"a\",\"data\":[1,0,0,0]}");
    restart(() -> {
      Path file = data.resolve("incidents/0/vectors.bin");
      byte[] bytes = Files.readAllBytes(file);
      bytes[0] ^= 1;
      Files.write(file, bytes);
    });
    String said = said(server.get(ROWS + "/a"));
    restart(() -> delete("incidents"));
    return said;
  }

  private void delete(String name) throws IOException {
    try (var all = Files.walk(data.resolve(name))) {
      for (Path each : all.sorted(java.util.Comparator.reverseOrder()).toList()) {
        Files.delete(each);
      }
    }
  }

  private String orphan() throws Exception {
    restart(() -> {
      DvecWriter.collection(data.resolve("orphan"), "", List.of(record(1)));
      Files.delete(data.resolve("orphan/metadata.json"));
    });
    String said = said(server.post("/collections", collection("orphan", "Cosine")));
    return logged() + "\n" + data + "/orphan\norphan\n" + said;
  }

  private static byte[] record(int id) {
    return DvecWriter.record(DvecWriter.id(id), new float[] {id, 0, 0, 1}, null);
  }

  private String converted() throws Exception {
    restart(() ->
        DvecWriter.collection(
            data.resolve("old"),
            DvecWriter.metadata("old", 4, "Cosine"),
            List.of(record(1), record(2), record(3), record(4))));
    long deadline = System.nanoTime() + WAIT_NANOS;
    while (server.get("/collections/old").status() != 200) {
      assertThat(System.nanoTime()).as("in time").isLessThan(deadline);
    }
    return logged();
  }

  private String editedByHand() throws Exception {
    make("edited");
    restart(() -> Files.writeString(data.resolve("edited/metadata.json"), "{\"a\": 12}"));
    String said = logged();
    restart(() -> delete("edited"));
    return said;
  }

  private String brokenMetadata() throws Exception {
    restart(() -> DvecWriter.collection(data.resolve("bad"), "invalid json", List.of(record(1))));
    String said = logged();
    restart(() -> delete("bad"));
    return said;
  }

  private String logRemoved() throws Exception {
    make("kept");
    server.post("/collections/kept/vectors", "{\"id\":\"a\",\"data\":[1,0,0,0]}");
    restart(() -> delete("wal"));
    assertThat(server.get("/collections/kept/vectors/a").status()).isEqualTo(200);
    return logged();
  }

  private String deleted() throws Exception {
    make("gone");
    assertThat(server.call("DELETE", "/collections/gone", Map.of(), null).status()).isEqualTo(200);
    JsonNode listed = server.get("/collections/deleted").data();
    String path = listed.get(listed.size() - 1).path("path").asText();
    Reply back =
        server.call(
            "POST",
            "/collections/restore",
            JSON,
            ("{\"backup_path\":\"" + path + "\"}").getBytes(StandardCharsets.UTF_8));
    assertThat(back.status()).as(path).isEqualTo(200);
    return "GET /collections/deleted " + listed;
  }
}
