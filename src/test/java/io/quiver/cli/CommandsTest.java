package io.quiver.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.quiver.config.Key;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The client commands against a whole server in this process. */
class CommandsTest {
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
  void anAliasIsSetSwitchedRenamedAndDeleted() throws Exception {
    assertThat(type("collections create first --dimension 3").status()).isZero();
    assertThat(type("collections create second --dimension 3").status()).isZero();
    assertThat(type("aliases set now first").out()).containsPattern("now +first");
    assertThat(type("aliases switch now second").out()).containsPattern("now +second");
    assertThat(type("collections info now").out())
        .containsPattern("name +second")
        .containsPattern("aliases +now");
    assertThat(type("aliases rename now then").status()).isZero();
    assertThat(type("aliases list").out().lines().toList()).hasSize(1);
    assertThat(type("collections delete then --yes").err()).contains("its own name, second");
    assertThat(type("aliases delete then").out()).isEmpty();
    Typed wrong = type("aliases delete then");
    assertThat(wrong.status()).isEqualTo(1);
    assertThat(wrong.err()).contains("Alias not found: then");
    assertThat(type("collections delete first --yes").status()).isZero();
    assertThat(type("collections delete second --yes").status()).isZero();
  }

  @Test
  void aGraphIsRebuiltAndRowsAreCompacted() throws Exception {
    assertThat(type("collections create worked --dimension 2").status()).isZero();
    assertThat(type("vectors insert worked [1,0] --id a").status()).isZero();
    Typed rebuilt = type("collections rebuild worked --max-connections 8 --ef-search 70");
    assertThat(rebuilt.out()).containsPattern("work +rebuild");
    String progress = "";
    while (!progress.contains("done")) {
      progress = type("collections progress worked").out().replaceAll("(?m)^done .*$", "");
      assertThat(progress).doesNotContain("failed");
    }
    assertThat(type("collections info worked").out()).containsPattern("max_connections.*8");
    assertThat(type("collections compact worked").out()).containsPattern("work +compact");
    assertThat(type("collections compact nothing").err()).contains("not found");
    assertThat(type("collections rebuild worked --max-connections 1").err())
        .contains("max_connections");
  }

  @Test
  void aCollectionIsSnapshottedBackedUpDeletedAndRestored() throws Exception {
    assertThat(type("collections create kept --dimension 2").status()).isZero();
    assertThat(type("vectors insert kept [1,0] --id a").status()).isZero();
    String snapshot = type("snapshots create kept").out().strip();
    assertThat(snapshot).startsWith("kept_");
    assertThat(type("snapshots list kept").out()).containsPattern(snapshot + " +20.*Z +1 +[0-9]+");
    assertThat(type("vectors insert kept [0,1] --id b").status()).isZero();
    assertThat(type("snapshots restore kept " + snapshot).out()).contains("restored");
    assertThat(type("search kept --vector 1,0").out().lines()).hasSize(1);
    Path file = folder.resolve("kept.snapshot");
    assertThat(type("snapshots download kept " + snapshot + " " + file).out()).contains("bytes");
    assertThat(type("snapshots upload other moved " + file).out()).contains("moved: 1 vectors");
    assertThat(type("snapshots upload other moved " + file).err()).contains("snapshot");
    assertThat(type("snapshots restore other moved").status()).isZero();
    assertThat(type("search other --vector 1,0").out().lines()).hasSize(1);
    assertThat(type("snapshots delete other moved").status()).isZero();
    assertThat(type("collections delete other --yes --hard").status()).isZero();
    assertThat(type("snapshots download kept nothing " + file).err()).contains("not found");
    assertThat(type("snapshots delete kept " + snapshot).status()).isZero();
    assertThat(type("snapshots list kept").out()).isEmpty();
    String backup = type("backup kept").out().strip();
    assertThat(type("restore " + backup + " --name again").out()).contains("again");
    assertThat(type("search again --vector 1,0").out().lines()).hasSize(1);
    assertThat(type("collections delete again --yes --hard").out()).contains("no recovery");
    assertThat(type("deleted").out()).doesNotContain("again");
    assertThat(type("collections delete kept --yes").status()).isZero();
    String deleted =
        type("deleted").out().lines().filter(line -> line.contains("/kept_")).toList().getLast();
    String path = deleted.substring(0, deleted.indexOf(' '));
    assertThat(type("restore " + path).out()).contains("kept");
    assertThat(type("restore nowhere/kept").err()).contains("backup_path");
    assertThat(type("collections delete kept --yes --hard").status()).isZero();
  }

  @Test
  void aCollectionIsCreatedListedDescribedAndDeleted() throws Exception {
    assertThat(type("collections create life --dimension 3 -m manhattan --shards 2").status())
        .isZero();
    assertThat(type("collections list").out().lines()).contains("life");
    assertThat(type("collections info life").out())
        .containsPattern("distance_metric +Manhattan")
        .containsPattern("unindexed_rows +0");
    JsonNode info = RestApi.JSON.readTree(type("collections info life --json").out());
    assertThat(info.path("config").path("dimension").asInt()).isEqualTo(3);
    Typed asked = type("collections delete life");
    assertThat(asked.status()).isEqualTo(2);
    assertThat(asked.err()).contains("--yes");
    assertThat(type("collections delete life --yes").status()).isZero();
    assertThat(type("collections list").out().lines()).doesNotContain("life");
  }

  @Test
  void theServersOwnMessageIsPrintedOnOneLine() throws Exception {
    Typed typed = type("collections info nothing");
    assertThat(typed.status()).isEqualTo(1);
    assertThat(typed.err()).isEqualToIgnoringNewLines("quiver: Collection not found: nothing");
    assertThat(type("search nothing --vector 1,2").err())
        .isEqualToIgnoringNewLines("quiver: Collection not found: nothing");
  }

  @Test
  void whatIsImportedIsFound() throws Exception {
    Path file = folder.resolve("points.ndjson");
    Files.writeString(
        file,
        """
        {"id":"east","vector":[1,0],"metadata":{"n": 1.0}}
        {"id":"north","vector":[0,1]}
        {"vector":[5,5]}
        """);
    Typed loaded = type("import " + file + " -c points --create -m euclidean");
    assertThat(loaded.status()).as(loaded.err()).isZero();
    assertThat(type("search points --vector [2,0] -l 2").out().lines())
        .containsExactly("1.0\teast\t{\"n\":1.0}", "2.236068\tnorth");
    assertThat(type("search points --vector=5,5 --limit 1 --exact").out().lines())
        .containsExactly("0.0\t2");
    Files.writeString(file, "{\"id\":\"q\",\"vector\":[0,2]}\n");
    assertThat(type("search points --file " + file + " -l 1").out().lines())
        .containsExactly("# q", "1.0\tnorth");
    assertThat(type("search points --vector 1,2,3").err()).contains("want=2 got=3");
  }

  @Test
  void importNeedsACollectionOrTheWordToMakeOne() throws Exception {
    Path file = Files.writeString(folder.resolve("one.ndjson"), "{\"vector\":[1,2]}\n");
    Typed typed = type("import " + file + " -c absent");
    assertThat(typed.status()).isEqualTo(1);
    assertThat(typed.err())
        .isEqualToIgnoringNewLines("quiver: Collection not found: absent (--create makes it)");
  }

  @ParameterizedTest
  @ValueSource(strings = {"rest", "grpc"})
  void benchRunsAgainstARunningServerAndLeavesNothing(String front) throws Exception {
    byte[] rows = {1, 0, 0, 0, 1, 1, 0, 0, 0, 7, 1, 0, 0, 0, 4};
    Path base = Files.write(folder.resolve("base.bvecs"), rows);
    byte[] answers = new byte[3 * 12];
    for (int i = 0; i < 3; i++) {
      answers[12 * i] = 2;
      answers[12 * i + 4] = (byte) i;
      answers[12 * i + 8] = (byte) (i == 2 ? 0 : 2);
    }
    Path truth = Files.write(folder.resolve("truth.ivecs"), answers);
    String over = front.equals("grpc") ? " --grpc 127.0.0.1:" + server.quiver().grpcPort() : "";
    Typed typed =
        type(
            "bench -m manhattan --k 2 --seconds 0.05 --ef 8 --json --base %s --queries %s --truth %s"
                    .formatted(base, base, truth)
                + over);
    assertThat(typed.status()).as(typed.err()).isZero();
    JsonNode point = RestApi.JSON.readTree(typed.out().lines().skip(1).findFirst().orElseThrow());
    assertThat(point.path("recall").asDouble()).isEqualTo(1.0);
    assertThat(point.path("qps").asDouble()).isPositive();
    assertThat(type("collections list").out()).doesNotContain("bench-");
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "serv | Did you mean",
        "serve --rest-prot 1 | --rest-port",
        "serve --rest-port x | rest_port (--rest-port): expected a port, 0 to 65535, got x",
        "config --rest-port x | rest_port (--rest-port): expected a port, 0 to 65535, got x",
        "search c | --vector",
        "search c --vector 1,x | component 1: expected a number, got 'x'",
        "import f | --collection",
        "collections create c | --dimension",
        "bench --base a | --queries",
      })
  void aWrongCommandLineIsStatusTwoAndSaysWhatIsWrong(String line, String message)
      throws Exception {
    Typed typed = Typed.in(folder, line.strip().split(" ", -1));
    assertThat(typed.status()).isEqualTo(2);
    assertThat(typed.err()).startsWith("quiver: ").contains(message);
    assertThat(typed.err()).doesNotContain("\tat ");
  }

  @Test
  void everyCommandHasHelp() throws Exception {
    for (String command :
        new String[] {
          "serve",
          "config",
          "collections",
          "import",
          "search",
          "vectors",
          "stats",
          "health",
          "bench",
          "soak",
          "check"
        }) {
      Typed typed = Typed.in(folder, "help", command);
      assertThat(typed.status()).isZero();
      assertThat(typed.out()).contains("Usage: quiver " + command).contains("Example");
      assertThat(Typed.in(folder, "help").out()).contains("  " + command + " ");
    }
  }

  @Test
  void configShowsEveryKeyWithItsOriginAndATemplateThatIsAllDefaults() throws Exception {
    Path file = folder.resolve("template.yaml");
    Files.writeString(file, Typed.in(folder, "config", "--template").out());
    Typed typed = Typed.in(folder, "config", "--config", file.toString(), "--rest-port", "81");
    assertThat(typed.out().lines()).hasSize(Key.values().length);
    assertThat(typed.out())
        .containsPattern("rest_port +81 +--rest-port")
        .containsPattern("grpc_port +9090 +.*template.yaml:6");
  }

  @Test
  void checkPassesAWholeDirectoryAndRefusesNone() throws Exception {
    Path other = folder.resolve("other");
    Typed absent = Typed.in(folder, "check", other.toString());
    assertThat(absent.status()).isEqualTo(1);
    assertThat(absent.err()).contains("no such folder");
    assertThat(type("check " + folder.resolve("data")).err()).contains("in use");
  }

  private static Typed type(String line) throws InterruptedException {
    boolean isClient = Stream.of("check").noneMatch(line::startsWith);
    return Typed.in(folder, (line + (isClient ? " --url " + url : "")).split(" ", -1));
  }
}
