package io.quiver.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.quiver.testkit.ServerProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The Locust load test as users start it, against a real server, and against one that lies. */
class LocustIT {
  private static final List<String> SMALL =
      List.of("--rows=2000", "--dimension=32", "--bulk-rows=1000000", "--verify");

  @TempDir private Path folder;
  private Locust locust;
  private ServerProcess server;

  @BeforeEach
  void start() throws IOException {
    locust = new Locust(folder);
    locust.install();
    server = ServerProcess.serve(folder.resolve("data"));
  }

  @AfterEach
  void stop() {
    if (server != null) {
      server.close();
    }
  }

  @Test
  void everyKindOfUserLoadsTheServerWithoutAFailure() throws IOException {
    JsonNode figures = locust.figures(server.restPort(), with("--run-time=5"));
    Map<String, Integer> requests = new TreeMap<>();
    for (JsonNode each : figures) {
      requests.put(each.path("name").asText(), each.path("num_requests").asInt());
      assertThat(each.path("num_failures").asInt(-1)).as("failures of %s", each).isZero();
    }
    assertThat(requests).containsKeys("search", "upsert", "delete", "load 1000 rows");
    assertThat(requests).allSatisfy((name, count) -> assertThat(count).as(name).isPositive());
    try (RestCaller rest = new RestCaller(server.restPort())) {
      assertThat(rest.ok("GET", "/collections")).as("collections left behind").isEmpty();
    }
  }

  @Test
  void aWrongAnswerFailsTheRun() throws IOException {
    try (LyingProxy proxy = new LyingProxy(server.restPort())) {
      Locust.Result result =
          locust.run(proxy.port(), with("--run-time=3", "--verify-share=1", "MixedUser"));
      assertThat(result.output())
          .contains("hits: want=10 got=9")
          .containsPattern("distance of \\S+: want=\\S+ got=")
          .contains("not the nearest first")
          .contains("answer of another shape: KeyError('distance')")
          .containsPattern("recall: want at least 0.9 got 0\\.\\d")
          .contains("status: want=404 got=200") // deleted, it said
          .containsPattern("search refused 429 +\\d+ +0\\(0\\.00%\\)"); // no failure
      assertThat(result.status()).as(result.output()).isEqualTo(1);
      assertThat(proxy.waits())
          .isNotEmpty()
          .allSatisfy(each -> assertThat(each).isGreaterThanOrEqualTo(LyingProxy.WAIT));
    }
  }

  @Test
  void aCollectionOfSomebodyElseIsLeftAlone() throws IOException {
    try (RestCaller rest = new RestCaller(server.restPort())) {
      rest.create("locust", 4, "Cosine", 1);
      Locust.Result result = locust.run(server.restPort(), with("--run-time=1"));
      assertThat(result.output()).contains("locust is there and was not made by this load test");
      assertThat(result.status()).as(result.output()).isEqualTo(1);
      assertThat(rest.ok("GET", "/collections/locust").path(0).path("dimension").asInt())
          .isEqualTo(4);
    }
  }

  @Test
  void theReadmeHasTheCommandThatIsRunHere() throws IOException {
    Path readme = Path.of(System.getProperty("quiver.home", "."), "README.md");
    assertThat(Files.readAllLines(readme)).contains(".venv/bin/" + Locust.COMMAND);
  }

  private static String[] with(String... more) {
    return Stream.concat(SMALL.stream(), Stream.of(more)).toArray(String[]::new);
  }
}
