package io.quiver.api;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.quiver.testkit.ServerProcess;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Ten times what the server can do, from 400 connections, while another collection is written and
 * searched. The server is a process with a small heap. Counts are exact and memory is flat; the
 * bounds on speed mean something on an idle machine only, for server and client share its cores.
 *
 * <p>The full minute, with the bounds of docs/decisions/0010-overload.md: {@code mvn verify
 * -Dit.test=OverloadIT -Dquiver.overload.seconds=60 -Dquiver.overload.strict=true}, on a machine
 * that has nothing else to do.
 */
class OverloadIT {
  private static final double SECONDS =
      Double.parseDouble(System.getProperty("quiver.overload.seconds", "4"));
  private static final boolean STRICT = Boolean.getBoolean("quiver.overload.strict");

  /**
   * One search thread, so that it is the searches that are too many and not the bytes. The heap is
   * resident from the start, so what grows is what lies outside of it.
   */
  private static final Map<String, String> ENVIRONMENT =
      Map.of(
          "QUIVER_JAVA_OPTS",
          "-Xms256m -Xmx256m -XX:+AlwaysPreTouch",
          "QUIVER_SEARCH_THREADS",
          "1");

  private static final int CONNECTIONS = 400;
  private static final int ROWS = 40_000;
  private static final int BATCH = 10_000;
  private static final int DIMENSION = 128;
  private static final long GROWTH_KIB_MAX = 96 << 10;

  /** Between what is asked beside the flood: it is to be answered, not to be a second load. */
  private static final long BESIDE_NANOS = 10_000_000;

  private static final double AS_FAST_AS_ANSWERED = 1e9;

  @TempDir private Path folder;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final AtomicBoolean over = new AtomicBoolean();
  private ServerProcess server;
  private RestCaller rest;

  @BeforeEach
  void start() throws IOException {
    server = serve();
    rest = new RestCaller(server.restPort());
    fill();
  }

  @AfterEach
  void stop() {
    over.set(true);
    threads.shutdownNow();
    rest.close();
    server.close();
  }

  @Test
  void tenTimesTheCapacityIsServedAtCapacityAndNothingGetsLost() throws Exception {
    closedLoop(8, 1); // warms up
    Flood.Result unloaded = closedLoop(1, 1);
    Flood.Result peak = closedLoop(8, 2);
    Future<Integer> written = threads.submit((Callable<Integer>) this::writeUntilOver);
    Future<Integer> searched = threads.submit((Callable<Integer>) this::searchUntilOver);
    Flood.Result flood;
    long rssBefore;
    long rssAfter;
    try (Flood many = new Flood(server.restPort(), CONNECTIONS, search())) {
      many.run(Math.min(2, SECONDS / 2), 10 * peak.goodput());
      rssBefore = rssKib();
      flood = many.run(SECONDS, 10 * peak.goodput());
      rssAfter = rssKib();
    }
    over.set(true);
    int acknowledged = written.get(60, TimeUnit.SECONDS);
    int found = searched.get(60, TimeUnit.SECONDS);
    System.out.printf(
        "unloaded: %s%npeak: %s%nflood: %s%nbeside it %d writes and %d searches;"
            + " resident %d to %d MiB%n",
        unloaded, peak, flood, acknowledged, found, rssBefore >> 10, rssAfter >> 10);
    assertAnsweredOnce(flood);
    assertThat(flood.refused().count()).as("refused").isPositive();
    assertThat(flood.refusedWithoutRetry()).isZero();
    assertThat(acknowledged).as("writes beside the flood").isPositive();
    assertThat(found).as("searches beside the flood").isPositive();
    assertThat(rest.count("quiet")).isEqualTo(1 + acknowledged);
    assertThat(rssAfter - rssBefore).as("KiB more").isLessThan(GROWTH_KIB_MAX);
    assertFast(unloaded, peak, flood);
  }

  /** Without strictness only what a machine keeps that is busy with other things, too. */
  private static void assertFast(Flood.Result unloaded, Flood.Result peak, Flood.Result flood) {
    double p99 = flood.accepted().p99Millis();
    double calm = unloaded.accepted().p99Millis();
    double refusal = flood.refused().p99Millis();
    assertThat(flood.goodput()).isGreaterThan((STRICT ? 0.9 : 0.02) * peak.goodput());
    assertThat(p99).as("p99 of what was accepted, ms").isLessThan(3 * calm + (STRICT ? 0 : 2_000));
    assertThat(refusal).as("p99 of refusals, ms").isLessThan(STRICT ? 50 : 2_000);
  }

  /** SIGTERM in the middle of it. */
  @Test
  void aStopUnderLoadLosesNothingAndTearsNoAnswer() throws Exception {
    Future<Integer> written = threads.submit((Callable<Integer>) this::writeUntilOver);
    try (Flood many = new Flood(server.restPort(), 100, search())) {
      many.run(0.5, AS_FAST_AS_ANSWERED);
      Future<ServerProcess.Exit> exit = threads.submit(() -> server.terminate());
      Flood.Result last = many.run(20, AS_FAST_AS_ANSWERED);
      assertThat(exit.get(60, TimeUnit.SECONDS).status()).isZero();
      assertAnsweredOnce(last);
    }
    over.set(true);
    int acknowledged = written.get(90, TimeUnit.SECONDS);
    rest.close();
    server = serve();
    rest = new RestCaller(server.restPort());
    assertThat(rest.count("flood")).isEqualTo(ROWS);
    assertThat(rest.count("quiet"))
        .as("%d acknowledged", acknowledged)
        .isBetween(1L + acknowledged, 2L + acknowledged);
  }

  private static void assertAnsweredOnce(Flood.Result flood) {
    int answered = flood.accepted().count() + flood.refused().count();
    assertThat(flood.torn()).as("answers that broke off").isZero();
    assertThat(flood.others()).as("answers of another kind").isZero();
    assertThat(answered + flood.cutOff()).isEqualTo(flood.sent());
  }

  private ServerProcess serve() {
    return ServerProcess.serve(folder.resolve("data"), ENVIRONMENT);
  }

  private Flood.Result closedLoop(int connections, double seconds) throws IOException {
    try (Flood few = new Flood(server.restPort(), connections, search())) {
      return few.run(seconds, AS_FAST_AS_ANSWERED);
    }
  }

  /** Returns how many writes were acknowledged; ends at the first that was not answered. */
  private int writeUntilOver() {
    int acknowledged = 0;
    try {
      while (!over.get()) {
        RestCaller.Reply reply =
            rest.call("POST", "/collections/quiet/vectors/upsert", rows("w" + acknowledged, 1));
        LockSupport.parkNanos(BESIDE_NANOS);
        if (reply.status() == 200) {
          acknowledged++;
        } else if (reply.status() != 429 && reply.status() != 503) {
          throw new AssertionError(reply.toString());
        }
      }
    } catch (IOException e) {
      return acknowledged;
    }
    return acknowledged;
  }

  /** Searches the quiet collection, which nobody floods: it is never turned away. */
  private int searchUntilOver() throws IOException {
    int found = 0;
    ObjectNode one = RestCaller.object().put("limit", 1);
    for (; !over.get(); found++) {
      assertThat(rest.search("quiet", new float[DIMENSION], one)).hasSize(1);
      LockSupport.parkNanos(BESIDE_NANOS);
    }
    return found;
  }

  private void fill() throws IOException {
    for (String name : new String[] {"flood", "quiet"}) {
      ObjectNode body =
          RestCaller.object()
              .put("name", name)
              .put("dimension", DIMENSION)
              .put("distance_metric", "Euclidean");
      body.putObject("index_config")
          .put("max_connections", 2)
          .put("ef_construction", 2)
          .put("ef_search", 10)
          .put("max_layer", 16);
      rest.ok("POST", "/collections", body);
    }
    for (int from = 0; from < ROWS; from += BATCH) {
      rest.ok("POST", "/collections/flood/vectors/upsert", rows("r" + from + "-", BATCH));
    }
    rest.ok("POST", "/collections/quiet/vectors/upsert", rows("q", 1));
  }

  private static ObjectNode rows(String prefix, int count) {
    SplittableRandom random = new SplittableRandom(prefix.hashCode());
    ObjectNode body = RestCaller.object();
    ArrayNode vectors = body.putArray("vectors");
    for (int i = 0; i < count; i++) {
      vectors.addObject().put("id", prefix + i).put("data", vector(random));
    }
    return body;
  }

  private static String vector(SplittableRandom random) {
    ByteBuffer bytes = ByteBuffer.allocate(4 * DIMENSION).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < DIMENSION; i++) {
      bytes.putFloat((float) random.nextDouble(-1, 1));
    }
    return Base64.getEncoder().encodeToString(bytes.array());
  }

  private static byte[] search() {
    String body =
        RestCaller.object()
            .put("vector", vector(new SplittableRandom(1)))
            .put("exact", true)
            .put("limit", 10)
            .put("with_metadata", false)
            .toString();
    String start = "POST /collections/flood/search HTTP/1.1\r\nHost: localhost\r\n";
    String head = start + "Content-Type: application/json\r\n";
    return (head + "Content-Length: " + body.length() + "\r\n\r\n" + body).getBytes(US_ASCII);
  }

  private long rssKib() throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/" + server.pid() + "/status"))) {
      if (line.startsWith("VmRSS:")) {
        return Long.parseLong(line.replaceAll("[^0-9]", ""));
      }
    }
    throw new IOException("no VmRSS of " + server.pid());
  }
}
