package io.quiver.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The benches that measure a server, against a whole one in this process. */
class BenchServerTest {
  @TempDir static Path folder;
  private static Server server;
  private static String where;

  @BeforeAll
  static void serve() {
    server = FreePorts.serve(folder.resolve("data"));
    where =
        " --url http://127.0.0.1:%d --grpc 127.0.0.1:%d --pid %d"
            .formatted(
                server.quiver().restPort(),
                server.quiver().grpcPort(),
                ProcessHandle.current().pid());
  }

  @AfterAll
  static void stop() throws Exception {
    server.stop(Server.STOP_NANOS_MAX);
  }

  @Test
  void aLoadIsMeasuredForEveryWayAndBatchAndLeavesNothingBehind() throws Exception {
    List<JsonNode> lines =
        run(
            "bench load --rows 250 --dim 8 --warm-up 100 --batch 100,250 --in-flight 2"
                + " --until-indexed --json --via grpc,json,base64"
                + where);
    assertThat(lines)
        .extracting(line -> line.path("via").asText() + " " + line.path("batch").asInt())
        .containsExactly(
            "grpc 100", "grpc 250", "json 100", "json 250", "base64 100", "base64 250");
    for (JsonNode line : lines) {
      assertThat(line.path("rows").asInt()).isEqualTo(250);
      assertThat(line.path("rows_per_s").asDouble()).isPositive();
      assertThat(line.path("p99_ms").asDouble())
          .isGreaterThanOrEqualTo(line.path("p50_ms").asDouble());
      assertThat(line.path("indexed_after_s").asDouble()).isPositive();
      assertThat(line.has("server_us_per_row") && line.has("client_us_per_row")).isTrue();
    }
    assertThat(collections()).isEmpty();
  }

  /** Exact answers by sorting: 300 candidates of 300 rows find all of them on every way. */
  @Test
  void searchesOfEveryWayFindTheSameRows() throws Exception {
    SplittableRandom random = new SplittableRandom(7);
    float[][] base = BenchSets.random(random, 300);
    float[][] queries = BenchSets.random(random, 20);
    Files.write(folder.resolve("base.fvecs"), BenchSets.fvecs(base));
    Files.write(folder.resolve("query.fvecs"), BenchSets.fvecs(queries));
    Files.write(folder.resolve("truth.ivecs"), BenchSets.truth(base, queries));
    String line =
        "bench searches --metric euclidean --json --seconds 0.05 --warm-up 1 --connections 1,3"
            + " --ef 300 --base %s/base.fvecs --queries %s/query.fvecs --truth %s/truth.ivecs"
                .replace("%s", folder.toString());
    List<JsonNode> lines = new ArrayList<>(run(line + " --via grpc,json,base64" + where));
    assertThat(collections()).isEmpty();
    lines.addAll(run(line + " --via bus"));
    assertThat(lines)
        .extracting(each -> each.path("via").asText() + " " + each.path("connections").asInt())
        .containsExactly(
            "grpc 1", "grpc 3", "json 1", "json 3", "base64 1", "base64 3", "bus 1", "bus 3");
    for (JsonNode each : lines) {
      assertThat(each.path("recall").asDouble()).as(each.toString()).isEqualTo(1);
      assertThat(each.path("refused").asInt()).isZero();
      assertThat(each.path("qps").asDouble()).isPositive();
      assertThat(each.has("server_us") && each.has("client_us")).isTrue();
    }
  }

  @Test
  void theBusDoesNotReachAServerElsewhere() throws Exception {
    Typed typed = Typed.in(folder, ("bench load --via bus" + where).split(" ", -1));
    assertThat(typed.status()).isOne();
    assertThat(typed.err()).contains("--via bus");
  }

  private static List<JsonNode> run(String line) throws Exception {
    Typed typed = Typed.in(folder, line.split(" ", -1));
    assertThat(typed.status()).as(typed.err()).isZero();
    List<JsonNode> lines = new ArrayList<>();
    for (String each : typed.out().lines().toList()) {
      lines.add(RestApi.JSON.readTree(each));
    }
    return lines;
  }

  private static List<?> collections() {
    return server.quiver().client().list().toCompletionStage().toCompletableFuture().join();
  }
}
