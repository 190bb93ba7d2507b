package io.quiver.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.quiver.testkit.ServerProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Many small collections, each with a snapshot and an alias, cost little: to make, and at a start.
 *
 * <p>More of them: {@code mvn verify -Dit.test=ManyCollectionsIT -Dquiver.collections=1000}. How
 * little is checked with {@code -Dquiver.overload.strict=true}, on a machine that has nothing else
 * to do; else a tenth of it will do, whatever the disk.
 */
class ManyCollectionsIT {
  private static final int COUNT = Integer.getInteger("quiver.collections", 300);
  private static final int ALIASES_AT_ONCE = 250;
  private static final int TIMES = Boolean.getBoolean("quiver.overload.strict") ? 1 : 10;
  private static final Duration CREATE_MAX = Duration.ofMillis(20).multipliedBy(TIMES);
  private static final Duration STARTS_LATER_MAX = Duration.ofMillis(1_200).multipliedBy(TIMES);
  private static final Duration STARTS_LATER_KILLED_MAX = Duration.ofSeconds(5).multipliedBy(TIMES);

  @TempDir Path folder;

  @Test
  void theyAreMadeFastAndAllServedAfterAStopAndAfterAKill() throws IOException {
    Path data = folder.resolve("data");
    Duration empty;
    Duration each;
    try (ServerProcess server = ServerProcess.serve(data);
        RestCaller rest = new RestCaller(server.restPort())) {
      empty = server.startTook();
      rest.create("warm-up", 4, "Euclidean", 1);
      rest.ok("DELETE", "/collections/warm-up");
      long start = System.nanoTime();
      for (int i = 0; i < COUNT; i++) {
        rest.create(name(i), 4, "Euclidean", 1);
      }
      each = Duration.ofNanos((System.nanoTime() - start) / COUNT);
      for (int i = 0; i < COUNT; i++) {
        write(rest, i);
        rest.ok("POST", "/collections/" + name(i) + "/snapshots");
      }
      giveAliases(rest);
      assertThat(server.terminate().status()).isZero();
    }
    Duration stopped;
    try (ServerProcess server = ServerProcess.serve(data);
        RestCaller rest = new RestCaller(server.restPort())) {
      stopped = server.startTook();
      assertAllServed(rest);
      for (int i = 0; i < COUNT; i++) {
        write(rest, i); // so that there is something to replay
      }
      server.kill9();
    }
    Duration killed;
    try (ServerProcess server = ServerProcess.serve(data);
        RestCaller rest = new RestCaller(server.restPort())) {
      killed = server.startTook();
      assertAllServed(rest);
    }
    System.out.printf(
        "%d collections with a snapshot and an alias each: %.1f ms to make one; start empty %d ms,"
            + " after a stop %d, after a kill %d%n",
        COUNT, each.toNanos() / 1e6, empty.toMillis(), stopped.toMillis(), killed.toMillis());
    assertThat(each).isLessThan(CREATE_MAX);
    assertThat(stopped).isLessThan(empty.plus(STARTS_LATER_MAX));
    assertThat(killed).isLessThan(empty.plus(STARTS_LATER_KILLED_MAX));
  }

  private static void giveAliases(RestCaller rest) throws IOException {
    for (int from = 0; from < COUNT; from += ALIASES_AT_ONCE) {
      var body = RestCaller.object();
      var actions = body.putArray("actions");
      for (int i = from; i < Math.min(COUNT, from + ALIASES_AT_ONCE); i++) {
        actions
            .addObject()
            .putObject("create_alias")
            .put("alias_name", alias(i))
            .put("collection_name", name(i));
      }
      rest.ok("POST", "/collections/aliases", body);
    }
  }

  private static String alias(int number) {
    return "also-" + number;
  }

  private static String name(int number) {
    return "c-" + number;
  }

  private static float[] vector(int number) {
    return new float[] {number, 1, 2, 3};
  }

  private static void write(RestCaller rest, int number) throws IOException {
    var body = RestCaller.object();
    var row = body.putArray("vectors").addObject().put("id", "of-" + number);
    row.set("data", RestCaller.numbers(vector(number)));
    rest.ok("POST", "/collections/" + name(number) + "/vectors/upsert", body);
  }

  private static void assertAllServed(RestCaller rest) throws IOException {
    JsonNode listed = rest.ok("GET", "/collections");
    List<String> names = IntStream.range(0, COUNT).mapToObj(ManyCollectionsIT::name).toList();
    assertThat(listed).extracting(JsonNode::asText).containsExactlyElementsOf(new TreeSet<>(names));
    for (int i = 0; i < COUNT; i++) {
      assertThat(rest.count(alias(i))).isEqualTo(1);
      assertThat(rest.ok("GET", "/collections/" + alias(i) + "/snapshots")).hasSize(1);
      JsonNode hits = rest.search(name(i), vector(i), RestCaller.object());
      assertThat(hits).hasSize(1);
      assertThat(hits.path(0).path("id").asText()).isEqualTo("of-" + i);
    }
  }
}
