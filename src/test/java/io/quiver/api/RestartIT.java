package io.quiver.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.quiver.api.ManyWriters.Heard;
import io.quiver.testkit.ServerProcess;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.http.HttpTimeoutException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How the process ends, what it refuses, and that a pause does it no harm. */
class RestartIT {
  private static final long SEED = 20_251;
  private static final List<String> INTERFACES = List.of("rest", "grpc");

  @TempDir Path folder;
  private Path data;

  @BeforeEach
  void nameData() {
    data = folder.resolve("data");
  }

  @Test
  void aSignalUnderLoadEndsItInOrderAndNothingIsMissing() throws IOException {
    try (Load load = new Load(SEED)) {
      try (ServerProcess server = ServerProcess.serve(data)) {
        load.prepare(server);
        Load.Running running = load.start(server);
        running.during(1_500);
        ServerProcess.Exit exit = server.terminate();
        running.end();
        assertThat(running.acknowledged()).isGreaterThan(20);
        assertThat(exit.status()).as("%s", server.log()).isZero();
        assertThat(exit.took()).isLessThan(Duration.ofSeconds(10));
        assertThat(server.log()).as("the ready line and nothing else").hasSize(1);
      }
      try (ServerProcess server = ServerProcess.serve(data)) {
        assertThat(load.verify(server)).isPositive();
        assertThat(server.log()).as("the ready line and nothing else").hasSize(1);
      }
    }
  }

  /** What was told to twenty writers of each interface is so after the next start. */
  @Test
  void aSignalWhileManyWriteTellsEachTheTruth() throws Exception {
    try (ServerProcess server = ServerProcess.serve(data);
        RestCaller rest = new RestCaller(server.restPort())) {
      rest.create("c", 2, "Euclidean", 2);
      try (ManyWriters writers = new ManyWriters(server, 20)) {
        for (String over : INTERFACES) {
          await(() -> writers.rows(over, Heard.ACKNOWLEDGED).size() >= 200);
        }
        ServerProcess.Exit exit = server.terminate();
        writers.join();
        assertThat(exit.status()).as("%s", server.log()).isZero();
        assertThat(exit.took()).isLessThan(Duration.ofSeconds(10));
        assertThat(server.log()).as("the ready line and nothing else").hasSize(1);
        assertTold(writers);
      }
    }
  }

  private void assertTold(ManyWriters writers) throws IOException {
    try (ServerProcess server = ServerProcess.serve(data);
        RestCaller rest = new RestCaller(server.restPort())) {
      Set<String> there = ids(rest);
      for (String over : INTERFACES) {
        assertThat(there).containsAll(writers.rows(over, Heard.ACKNOWLEDGED));
        assertThat(writers.rows(over, Heard.REFUSED)).noneMatch(there::contains);
        there.removeAll(writers.rows(over, Heard.ACKNOWLEDGED));
      }
      assertThat(there).as("rows that were taken and not answered").isEmpty();
    }
  }

  /** Page by page: nobody knows how many rows a fast machine has written. */
  private static Set<String> ids(RestCaller rest) throws IOException {
    Set<String> ids = new HashSet<>();
    ObjectNode page = RestCaller.object().put("limit", 1_000);
    JsonNode next;
    do {
      JsonNode rows = rest.ok("POST", "/collections/c/points/scroll", page);
      rows.path("points").forEach(row -> ids.add(row.path("id").asText()));
      next = rows.path("next_offset");
      page.set("offset", next);
    } while (!next.isNull());
    return ids;
  }

  private static void await(BooleanSupplier state) {
    long end = System.nanoTime() + 60_000_000_000L;
    while (!state.getAsBoolean()) {
      assertThat(System.nanoTime()).as("in time").isLessThan(end);
      Thread.onSpinWait();
    }
  }

  @Test
  void aPauseInTheMiddleOfLoadLosesNothing() throws IOException {
    try (Load load = new Load(SEED + 1);
        ServerProcess server = ServerProcess.serve(data)) {
      load.prepare(server);
      Load.Running running = load.start(server);
      running.during(400);
      server.signal("STOP");
      running.during(1_500);
      server.signal("CONT");
      running.during(400);
      assertThat(running.end()).as("clients without an answer").isZero();
      load.verify(server);
      server.kill9();
      try (ServerProcess next = ServerProcess.serve(data)) {
        load.verify(next);
      }
    }
  }

  /** A client's patience and a search's deadline end in the pause; nothing else does. */
  @Test
  void whatRunsOutInAPauseIsToldAndTheNextRequestIsServed() throws Exception {
    try (ServerProcess server = ServerProcess.serve(data);
        RestCaller rest = new RestCaller(server.restPort())) {
      rest.create("c", 2, "Euclidean", 1);
      rest.ok("POST", "/collections/c/vectors", row("before"));
      server.signal("STOP");
      FutureTask<RestCaller.Reply> late =
          new FutureTask<>(() -> rest.call("POST", "/collections/c/search", search(300)));
      FutureTask<RestCaller.Reply> write =
          new FutureTask<>(() -> rest.call("POST", "/collections/c/vectors", row("paused")));
      Thread.ofPlatform().start(late);
      Thread.ofPlatform().start(write);
      assertThatThrownBy(() ->
              rest.impatiently(
                  Duration.ofSeconds(1), "POST", "/collections/c/vectors", row("left")))
          .isInstanceOf(HttpTimeoutException.class);
      assertThat(late.isDone() || write.isDone()).as("answered by a stopped process").isFalse();
      server.signal("CONT");
      assertThat(write.get(30, TimeUnit.SECONDS).status()).as("the write waited").isEqualTo(200);
      assertThat(late.get(30, TimeUnit.SECONDS).status())
          .as("a deadline runs from when the node received the request")
          .isIn(200, 504);
      rest.ok("POST", "/collections/c/search", search(20_000));
      rest.ok("POST", "/collections/c/vectors", row("after"));
      assertThat(rest.call("GET", "/collections/c/vectors/paused").status()).isEqualTo(200);
      assertThat(rest.call("GET", "/health/ready").status()).isEqualTo(200);
      assertThat(rest.count("c")).as("the one who left may have been served").isBetween(3L, 4L);
    }
  }

  private static ObjectNode row(String id) {
    ObjectNode row = RestCaller.object().put("id", id);
    row.set("data", RestCaller.numbers(new float[] {id.length(), 1}));
    return row;
  }

  private static ObjectNode search(long deadlineMillis) {
    ObjectNode search = RestCaller.object().put("deadline_ms", deadlineMillis);
    search.set("vector", RestCaller.numbers(new float[] {1, 1}));
    return search;
  }

  @Test
  void aSecondProcessIsRefusedAndTheFirstServesOn() throws IOException {
    try (Load load = new Load(SEED + 2);
        ServerProcess first = ServerProcess.serve(data)) {
      load.prepare(first);
      Load.Running running = load.start(first);
      running.during(100);
      assertSecondIsRefused(first);
      running.assertAllAtWork();
      assertThat(running.end()).as("clients without an answer").isZero();
      first.signal("STOP");
      assertSecondIsRefused(first);
      first.signal("CONT");
      load.verify(first);
      first.kill9();
      try (ServerProcess second = ServerProcess.serve(data)) {
        assertThat(second.startTook()).isLessThan(Duration.ofSeconds(20));
        assertThat(load.verify(second)).isPositive();
      }
    }
  }

  private void assertSecondIsRefused(ServerProcess first) {
    try (ServerProcess second = ServerProcess.launch(data)) {
      ServerProcess.Exit exit = second.exit(Duration.ofSeconds(60));
      assertThat(exit.status()).isEqualTo(1);
      assertThat(second.log())
          .singleElement()
          .asString()
          .startsWith("quiver: ")
          .contains("in use by another process: " + data)
          .endsWith("(pid " + first.pid() + ")");
    }
  }

  @Test
  void aPortInUseIsToldInOneLine() throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      for (String flag : new String[] {"--rest-port", "--grpc-port", "--metrics-port"}) {
        try (ServerProcess server = ServerProcess.launch(data, flag + "=" + taken.getLocalPort())) {
          assertThat(server.exit(Duration.ofSeconds(60)).status()).isEqualTo(1);
          assertThat(server.log())
              .singleElement()
              .asString()
              .contains("cannot listen on 127.0.0.1:" + taken.getLocalPort())
              .contains(flag);
        }
      }
    }
  }
}
