package io.quiver.nonsense;

import static io.quiver.front.grpc.GrpcFixture.await;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.TextNode;
import io.quiver.Quiver;
import io.quiver.config.QuiverOptions;
import io.quiver.front.grpc.GrpcOptions;
import io.quiver.front.rest.RestOptions;
import io.quiver.front.rest.RestServer;
import io.quiver.nonsense.Surface.CannotSay;
import io.quiver.nonsense.Surface.Refusal;
import io.quiver.testkit.DvecWriter;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Every name and path that the product takes is given every word that could lead elsewhere, over
 * REST, gRPC and the bus: each is refused as the caller's fault, and nothing outside the data
 * directory is read or made. Beside the data directory lies what would be found if a word led
 * there: a collection, a snapshot, a backup and vectors of d-vecDB.
 *
 * <p>Links below import roots: {@code api.DvecImportTest}; names in uploaded snapshots: {@code
 * front.rest.SnapshotTransferTest}.
 */
class PathTraversalTest {
  private static final Set<String> CALLERS_FAULT = Set.of("INVALID_ARGUMENT", "PERMISSION_DENIED");

  @TempDir static Path folder;
  private static Path outside;
  private static Vertx vertx;
  private static Quiver quiver;
  private static List<Surface> surfaces;
  private static GrpcSurface grpc;
  private static State state;
  private static String before;
  private static List<String> beside;
  private static List<String> words;

  @BeforeAll
  static void start() throws IOException {
    vertx = Vertx.vertx();
    Path data = folder.resolve("data");
    quiver =
        await(
            Quiver.start(
                vertx,
                QuiverOptions.embedded(data)
                    .withRest(RestOptions.of("127.0.0.1", 0))
                    .withGrpc(GrpcOptions.of("127.0.0.1", 0))));
    RestServer server = RestServer.at(quiver.restPort());
    grpc = new GrpcSurface(vertx, quiver.grpcPort());
    surfaces = List.of(new RestSurface(server), grpc, new BusSurface(vertx));
    state = new State(folder, server, quiver.client());
    state.fill();
    outside = fillOutside(server, data);
    words = words();
    before = state.read();
    beside = files(outside);
  }

  /** What a word that leads out would find. */
  private static Path fillOutside(RestServer server, Path data) throws IOException {
    assertThat(server.post("/collections/c/snapshots", "").status()).isEqualTo(200);
    assertThat(server.post("/collections/c/backup", "").status()).isEqualTo(200);
    Path other = Files.createDirectories(folder.resolve("outside"));
    for (String each : List.of("c", "snapshots", ".backups")) {
      copy(data.resolve(each), other.resolve(each));
    }
    DvecWriter.collection(
        other.resolve("orphan"),
        "",
        List.of(DvecWriter.record(DvecWriter.id(1), new float[] {1, 2, 3}, null)));
    Files.delete(other.resolve("orphan/metadata.json"));
    return other;
  }

  private static List<String> words() throws IOException {
    List<String> all = new ArrayList<>();
    List<String> targets = new ArrayList<>(List.of("outside", "data/c", "etc/passwd"));
    for (String each : List.of("c", "orphan", "snapshots", ".backups")) {
      targets.add("outside/" + each);
    }
    try (Stream<Path> backups = Files.list(outside.resolve(".backups"))) {
      backups.forEach(each -> targets.add("outside/.backups/" + each.getFileName()));
    }
    for (String target : targets) {
      all.add("../" + target);
      all.add("../../" + target);
      all.add(folder + "/" + target);
    }
    String target = "outside/c";
    for (String way : List.of("x/../../", "c/../../", ".deleted/../../", ".backups/../../")) {
      all.add(way + target);
    }
    for (String way : List.of("..%2F", "..;/", "....//", "\uff0e\uff0e\uff0f", "file://..")) {
      all.add(way + target);
    }
    all.add("..\\" + target.replace('/', '\\'));
    all.add("%2e%2e%2f" + target.replace("/", "%2f"));
    all.add("%252e%252e%252f" + target.replace("/", "%252F"));
    all.add("../" + target + "\0");
    all.addAll(List.of("..", "...", "../", "/", "//", "/etc/passwd", "\\\\host\\share", "C:\\x"));
    all.addAll(List.of("~", "~root", "$HOME", "`id`", "\0", "c\0", "c\n", " ", ".c", ".staging"));
    all.addAll(List.of(".deleted", ".imported", ".aliases.json", ".\u2024/c", "c/0", "c/."));
    all.add("x".repeat(5_000));
    all.add("../".repeat(500) + "etc/passwd");
    return all;
  }

  @AfterAll
  static void stop() {
    grpc.close();
    await(quiver.stop());
    await(vertx.close());
  }

  @AfterEach
  void nothingWasMadeOrChanged() throws IOException {
    assertThat(state.read()).isEqualTo(before);
    assertThat(files(outside)).isEqualTo(beside);
  }

  /** The word stands for a collection in a path, or in what the other surfaces have for one. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "describe | -",
        "stats | -",
        "drop | -",
        "hard-delete | -",
        "backup | -",
        "snapshot | -",
        "snapshots | -",
        "compact | -",
        "describe-index | -",
        "rebuild | {}",
        "delete-alias | -",
        "insert | {\"data\":[1,2,3]}",
        "upsert | {\"vectors\":[{\"data\":[1,2,3]}]}",
        "search | {\"vector\":[1,2,3]}",
        "delete-batch | {\"ids\":[\"a\"]}",
        "scroll | {}",
        "count | {}",
        "recommend | {\"positive\":[\"a\"]}",
        "search-text | {\"query\":\"a\"}"
      })
  void asACollection(String operation, String request) throws Exception {
    for (String word : words) {
      refused(operation, encoded(word), request, word);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "snapshot-get",
    "snapshot-delete",
    "snapshot-restore",
    "download",
    "upload",
    "upload-state",
    "upload-cancel"
  })
  void asASnapshot(String operation) throws Exception {
    for (String word : words) {
      refused(operation, "c/" + encoded(word), "-", word);
    }
  }

  /** The word is a value of the body. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "create | {\"name\":WORD,\"dimension\":3,\"distance_metric\":\"Cosine\"}",
        "restore | {\"backup_path\":WORD}",
        "restore | {\"backup_path\":WORD,\"new_name\":\"new\"}",
        "restore | {\"backup_path\":\".backups/c_20260102_030405\",\"new_name\":WORD}",
        "import | {\"orphaned_path\":WORD,\"collection_name\":\"new\",\"dimension\":3,"
            + "\"distance_metric\":\"Cosine\"}",
        "import | {\"orphaned_path\":\"c\",\"collection_name\":WORD,\"dimension\":3,"
            + "\"distance_metric\":\"Cosine\"}",
        "aliases | {\"actions\":[{\"create_alias\":{\"alias_name\":WORD,"
            + "\"collection_name\":\"c\"}}]}",
        "aliases | {\"actions\":[{\"create_alias\":{\"alias_name\":\"new\","
            + "\"collection_name\":WORD}}]}",
        "aliases | {\"actions\":[{\"delete_alias\":{\"alias_name\":WORD}}]}"
      })
  void asAValue(String operation, String request) throws Exception {
    for (String word : words) {
      String json = TextNode.valueOf(word).toString();
      refused(operation, "c", request.replace("WORD", json), word);
    }
  }

  private static void refused(String operation, String target, String request, String word)
      throws Exception {
    for (Surface surface : surfaces) {
      Case wrong = new Case(0, "rgb", operation, target, request, "", "", "");
      Callable<Refusal> call;
      try {
        call = surface.translate(wrong);
      } catch (CannotSay e) {
        continue;
      }
      Refusal refusal = call.call();
      assertThat(refusal.code())
          .as("%s %s %s: %s", surface.letter(), operation, word, refusal.message())
          .isIn(CALLERS_FAULT);
    }
  }

  /** Every byte but letters and digits, so that REST's router sees one segment. */
  private static String encoded(String word) {
    StringBuilder text = new StringBuilder();
    for (byte each : word.getBytes(StandardCharsets.UTF_8)) {
      char c = (char) (each & 0xFF);
      boolean isPlain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
      text.append(isPlain ? String.valueOf(c) : "%" + HexFormat.of().toHexDigits(each));
    }
    return text.toString();
  }

  private static List<String> files(Path root) throws IOException {
    try (Stream<Path> all = Files.walk(root)) {
      return all.map(
              each -> each + " " + each.toFile().lastModified() + " " + each.toFile().length())
          .sorted()
          .toList();
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
}
