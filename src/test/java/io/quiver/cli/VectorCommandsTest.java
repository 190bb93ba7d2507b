package io.quiver.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Filters and ids on the command line, against a whole server in this process. */
class VectorCommandsTest {
  private static final String FOUR =
      """
      {"id":"east","vector":[1,0],"metadata":{"year":1815,"kind":"a"}}
      {"id":"north","vector":[0,1],"metadata":{"year":1922,"kind":"b"}}
      {"id":"two words","vector":[2,0],"metadata":{"year":1999,"kind":"a"}}
      {"id":"bare","vector":[0,2]}
      """;

  @TempDir static Path folder;
  private static Server server;
  private static String url;

  @BeforeAll
  static void serve() {
    server = FreePorts.serve(folder.resolve("data"));
    url = "http://127.0.0.1:" + server.quiver().restPort();
  }

  @AfterAll
  static void stop() throws Exception {
    server.stop(Server.STOP_NANOS_MAX);
  }

  @Test
  void aFilterSaysWhichRowsASearchMayFind() throws Exception {
    load("filtered", FOUR);
    String late = "{\"year\": {\"$gte\": 1900}}";
    assertThat(type("search", "filtered", "--vector", "1,0", "--filter", late).out().lines())
        .containsExactly(
            "1.0\ttwo words\t{\"year\":1999,\"kind\":\"a\"}",
            "1.4142135\tnorth\t{\"year\":1922,\"kind\":\"b\"}");
    Path queries =
        Files.writeString(folder.resolve("queries.ndjson"), "{\"id\":\"q\",\"vector\":[0,2]}\n");
    assertThat(
            type(
                    "search",
                    "filtered",
                    "--file",
                    queries.toString(),
                    "-l",
                    "1",
                    "--filter={\"kind\":\"a\"}")
                .out()
                .lines())
        .containsExactly("# q", "2.236068\teast\t{\"year\":1815,\"kind\":\"a\"}");
    JsonNode hits =
        RestApi.JSON.readTree(
            type("vectors", "query", "filtered", "[0,1]", "--filter", "{\"kind\":\"b\"}").out());
    assertThat(hits.findValuesAsText("id")).containsExactly("north");
    Typed unknown =
        type("search", "filtered", "--vector", "1,0", "--filter", "{\"year\":{\"$up\":1}}");
    assertThat(unknown.status()).isEqualTo(1);
    assertThat(unknown.err()).contains("$up");
  }

  @Test
  void severalVectorsAreReadALineEachAndMissingOnesAreNamed() throws Exception {
    load("read", FOUR);
    Typed one = type("vectors", "get", "read", "east");
    JsonNode east = RestApi.JSON.readTree(one.out());
    assertThat(east.path("metadata").path("year").asInt()).isEqualTo(1815);
    assertThat(east.path("data").path(0).asDouble()).isEqualTo(1);
    Typed two = type("vectors", "get", "read", "two words", "absent", "east", "--no-vectors");
    assertThat(two.status()).isEqualTo(1);
    assertThat(two.err()).isEqualToIgnoringNewLines("quiver: Vectors not found: [\"absent\"]");
    List<JsonNode> rows = lines(two);
    assertThat(rows)
        .extracting(row -> row.path("id").asText())
        .containsExactly("two words", "east");
    assertThat(rows)
        .allSatisfy(row -> {
          assertThat(row.has("data")).isFalse();
          assertThat(row.path("metadata").path("kind").asText()).isEqualTo("a");
          assertThat(row.path("version").asLong()).isPositive();
        });
    Typed bare = type("vectors", "get", "read", "north", "--no-metadata");
    assertThat(bare.status()).isZero();
    assertThat(lines(bare).getFirst().has("metadata")).isFalse();
    assertThat(lines(bare).getFirst().path("data").path(1).asDouble()).isEqualTo(1);
  }

  @Test
  void containsAnswersForEachIdInItsOrder() throws Exception {
    load("contained", FOUR);
    Typed typed = type("vectors", "contains", "contained", "nobody", "two words", "bare");
    assertThat(typed.status()).isZero();
    assertThat(typed.out().lines())
        .containsExactly("false\tnobody", "true\ttwo words", "true\tbare");
  }

  @Test
  void idsAreAllListedOnce() throws Exception {
    StringBuilder rows = new StringBuilder();
    for (int i = 0; i < 2_500; i++) {
      rows.append("{\"id\":\"r\\\"é%d\",\"vector\":[%d,1]}\n".formatted(i, i));
    }
    load("listed", rows.toString());
    assertThat(lines(type("vectors", "ids", "listed")))
        .extracting(JsonNode::asText)
        .containsExactlyInAnyOrderElementsOf(
            IntStream.range(0, 2_500).mapToObj(i -> "r\"é" + i).toList());
    assertThat(type("vectors", "ids", "nothing").err())
        .isEqualToIgnoringNewLines("quiver: Collection not found: nothing");
  }

  @Test
  void whatAFilterMeansIsDeletedThenTheRestIsCleared() throws Exception {
    load("emptied", FOUR);
    Typed some = type("vectors", "delete-by-filter", "emptied", "{\"kind\":\"a\"}");
    assertThat(some.out()).isEqualToIgnoringNewLines("2");
    assertThat(type("vectors", "ids", "emptied").out().lines())
        .containsExactlyInAnyOrder("\"north\"", "\"bare\"");
    Typed all = type("vectors", "delete-by-filter", "emptied", "{}");
    assertThat(all.status()).isEqualTo(1);
    Typed asked = type("vectors", "clear", "emptied");
    assertThat(asked.status()).isEqualTo(2);
    assertThat(asked.err()).contains("--yes");
    assertThat(type("vectors", "ids", "emptied").out().lines()).hasSize(2);
    assertThat(type("vectors", "clear", "emptied", "--yes").out()).isEqualToIgnoringNewLines("2");
    assertThat(type("vectors", "ids", "emptied").out()).isEmpty();
    assertThat(type("collections", "info", "emptied").status()).isZero();
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "search c --vector 1 --filter {a | --filter: expected JSON, got '{a'",
        "search c --vector 1 --filter= | --filter: expected JSON, got nothing",
        "search c --vector 1 --filter {\"a\":1}{\"b\":2} | --filter: expected JSON",
        "search c --vector 1 --filter {\"a\":1,\"a\":2} | --filter: expected JSON",
        "vectors query c [1] --filter x | --filter: expected JSON, got 'x'",
        "vectors delete-by-filter c {\"a\":1}x | JSON: expected JSON",
        "vectors get c | ID",
        "vectors contains c | ID",
        "vectors ids | COLLECTION",
      })
  void whatIsNoFilterOrNoIdIsRefusedBeforeAnyRequest(String line, String message) throws Exception {
    Typed typed = Typed.in(folder, line.strip().split(" ", -1));
    assertThat(typed.status()).isEqualTo(2);
    assertThat(typed.err()).startsWith("quiver: ").contains(message);
  }

  private static void load(String collection, String rows) throws Exception {
    Path file = Files.writeString(folder.resolve(collection + ".ndjson"), rows);
    Typed loaded = type("import", file.toString(), "-c", collection, "--create", "-m", "euclidean");
    assertThat(loaded.status()).as(loaded.err()).isZero();
  }

  private static List<JsonNode> lines(Typed typed) throws Exception {
    List<JsonNode> lines = new ArrayList<>();
    for (String line : typed.out().lines().toList()) {
      lines.add(RestApi.JSON.readTree(line));
    }
    return lines;
  }

  private static Typed type(String... words) throws InterruptedException {
    List<String> line = new ArrayList<>(List.of(words));
    line.addAll(List.of("--url", url));
    return Typed.in(folder, line.toArray(String[]::new));
  }
}
