package io.quiver.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.quiver.testkit.ServerProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Five hundred clients that send slowly, or take nothing, beside a good one: the good one is
 * answered right, the slow ones are ended in time, and nothing is kept of them. With {@code
 * -Dquiver.overload.strict=true}, on a machine that has nothing else to do, the good one's p99 is
 * less than twice what it is alone.
 */
class SlowCrowdIT {
  private static final boolean STRICT = Boolean.getBoolean("quiver.overload.strict");
  private static final int SLOW = 504;
  private static final int ROWS = 2_000;
  private static final int SECONDS_MAX = STRICT ? 8 : 60;
  private static final long GROWTH_KIB_MAX = 64 << 10;

  /** The heap is resident from the start, so what grows is what the connections are given. */
  private static final Map<String, String> ENVIRONMENT =
      Map.of(
          "QUIVER_JAVA_OPTS",
          "-Xms256m -Xmx256m -XX:+AlwaysPreTouch",
          "QUIVER_HEAD_SECONDS",
          "2",
          "QUIVER_BODY_SECONDS",
          "2");

  @TempDir private Path folder;
  private RestCaller rest;

  @Test
  void aGoodClientIsServedBesideThem() throws Exception {
    try (ServerProcess server = ServerProcess.serve(folder.resolve("data"), ENVIRONMENT);
        RestCaller caller = new RestCaller(server.restPort())) {
      rest = caller;
      fill();
      searchUntil(() -> true, 1_000); // warms up
      new SlowCrowd(server.restPort(), SLOW / 6).run(SECONDS_MAX); // the server's buffers, too
      double alone = p99Millis(searchUntil(() -> true, 1_000));
      awaitHandles(server, 0);
      long handles = handles(server);
      long rssBefore = rssKib(server);
      SlowCrowd crowd = new SlowCrowd(server.restPort(), SLOW);
      FutureTask<SlowCrowd.Result> slow = new FutureTask<>(() -> crowd.run(SECONDS_MAX));
      Thread.ofPlatform().start(slow);
      double beside = p99Millis(searchUntil(slow::isDone, 100));
      SlowCrowd.Result result = slow.get();
      awaitHandles(server, handles);
      long grownKib = rssKib(server) - rssBefore;
      System.out.printf(
          "p99 alone %.1f ms, beside %d slow ones %.1f ms; %d KiB more; ended after %s s%n",
          alone, SLOW, beside, grownKib, result.seconds());
      assertThat(result.wrong()).isEmpty();
      assertThat(result.seconds()).containsOnlyKeys(SlowCrowd.Kind.values());
      assertThat(result.seconds().get(SlowCrowd.Kind.TRICKLES_HEAD)).isGreaterThan(2);
      assertThat(grownKib).as("KiB more").isLessThan(GROWTH_KIB_MAX);
      if (STRICT) {
        assertThat(beside).isLessThan(2 * alone);
      }
    }
  }

  /** A condition to end on. */
  @FunctionalInterface
  private interface Until {
    boolean reached();
  }

  /** Searches at least so often; every answer must be the row that was asked for. */
  private List<Long> searchUntil(Until end, int atLeast) throws IOException {
    List<Long> nanos = new ArrayList<>();
    ObjectNode one = RestCaller.object().put("limit", 1).put("exact", true);
    for (int i = 0; i < atLeast || !end.reached(); i++) {
      int row = i % ROWS;
      long start = System.nanoTime();
      JsonNode hits = rest.search("c", new float[] {row + 0.25f, 0}, one);
      nanos.add(System.nanoTime() - start);
      assertThat(hits).hasSize(1);
      assertThat(hits.get(0).path("id").asText()).isEqualTo("r" + row);
    }
    return nanos;
  }

  private static double p99Millis(List<Long> nanos) {
    Collections.sort(nanos);
    return nanos.get(nanos.size() * 99 / 100) / 1e6;
  }

  private void fill() throws IOException {
    rest.create("c", 2, "Euclidean", 1);
    ObjectNode body = RestCaller.object();
    ArrayNode rows = body.putArray("vectors");
    for (int i = 0; i < ROWS; i++) {
      rows.addObject().put("id", "r" + i).set("data", RestCaller.numbers(new float[] {i, 0}));
    }
    rest.ok("POST", "/collections/c/vectors/upsert", body);
  }

  /** Waits until the server has no more open than this, and a few that its threads may open. */
  private static void awaitHandles(ServerProcess server, long wanted) throws Exception {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    long before = Long.MAX_VALUE;
    for (long now = handles(server); System.nanoTime() < end; now = handles(server)) {
      if (wanted == 0 ? now == before : now <= wanted + 8) {
        return;
      }
      before = now;
      TimeUnit.MILLISECONDS.sleep(300);
    }
    assertThat(handles(server)).as("open handles").isLessThanOrEqualTo(wanted + 8);
  }

  private static long handles(ServerProcess server) throws IOException {
    try (Stream<Path> open = Files.list(Path.of("/proc/" + server.pid() + "/fd"))) {
      return open.count();
    }
  }

  private static long rssKib(ServerProcess server) throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/" + server.pid() + "/status"))) {
      if (line.startsWith("VmRSS:")) {
        return Long.parseLong(line.replaceAll("[^0-9]", ""));
      }
    }
    throw new IOException("no VmRSS of " + server.pid());
  }
}
