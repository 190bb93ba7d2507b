package io.quiver.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.quiver.core.Metric;
import io.quiver.testkit.ServerProcess;
import io.quiver.testkit.VectorFiles;
import io.quiver.testkit.Vectors;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real vectors through the real process: what a search finds, also after stops, kills, changes. */
class RecallIT {
  private static final int BATCH = 500;
  private static final long POLL_NANOS = 2_000_000;
  private static final double RECALL_MIN = 0.95;
  private static final Duration INDEXING_MAX = Duration.ofMinutes(1);

  @TempDir Path folder;
  private Path data;
  private final Path sift = VectorFiles.folder().resolve("siftsmall");
  private float[][] base;
  private float[][] queries;
  private int[][] truth;

  @BeforeEach
  void read() {
    assumeTrue(
        Files.isDirectory(sift), () -> "skipped: there is no " + sift + " (or set QUIVER_DATA)");
    data = folder.resolve("data");
    base = VectorFiles.floats(sift.resolve("siftsmall_base.fvecs"));
    queries = VectorFiles.floats(sift.resolve("siftsmall_query.fvecs"));
    truth = VectorFiles.ints(sift.resolve("siftsmall_groundtruth.ivecs"));
  }

  @Test
  void recallHoldsOverRestAndOverStopAndKill() throws IOException {
    try (ServerProcess server = ServerProcess.serve(data);
        RestCaller rest = new RestCaller(server.restPort())) {
      rest.create("sift", base[0].length, "Euclidean", 1);
      insert(rest, "sift", row -> true);
      assertRecall(rest, "sift");
      new Recall(rest, "sift").awaitIndexed(INDEXING_MAX);
      assertRecall(rest, "sift");
      assertThat(server.terminate().status()).isZero();
    }
    try (ServerProcess server = ServerProcess.serve(data);
        RestCaller rest = new RestCaller(server.restPort())) {
      assertThat(rest.count("sift")).isEqualTo(base.length);
      assertRecall(rest, "sift");
      server.kill9();
    }
    try (ServerProcess server = ServerProcess.serve(data);
        RestCaller rest = new RestCaller(server.restPort())) {
      assertThat(rest.count("sift")).isEqualTo(base.length);
      assertRecall(rest, "sift");
    }
  }

  /** The server is killed under an import, which ends; the same import then goes on to the end. */
  @Test
  void anImportThatAKillBrokeOffGoesOn() throws IOException {
    int port = freePort();
    try (ServerProcess server = ServerProcess.serve(data, "--rest-port=" + port);
        RestCaller rest = new RestCaller(port);
        ServerProcess load = startImport(port, "--batch=20", "--in-flight=1", "--patience=0")) {
      while (load.isAlive() && imported(rest) < base.length / 4) {
        LockSupport.parkNanos(POLL_NANOS);
      }
      server.kill9();
      assertThat(load.exit(Duration.ofMinutes(1)).status()).as("%s", load.log()).isNotZero();
      assertThat(String.join("\n", load.log())).contains("the same command goes on after them");
    }
    try (ServerProcess server = ServerProcess.serve(data, "--rest-port=" + port);
        RestCaller rest = new RestCaller(server.restPort())) {
      assertThat(rest.count("sift")).isBetween(base.length / 4L, base.length - 1L);
      try (ServerProcess load = startImport(port)) {
        assertThat(load.exit(Duration.ofMinutes(2)).status()).as("%s", load.log()).isZero();
        assertThat(String.join("\n", load.log())).contains("goes on after them");
      }
      assertThat(rest.count("sift")).isEqualTo(base.length);
      assertRecall(rest, "sift");
      new Recall(rest, "sift").awaitIndexed(INDEXING_MAX);
      assertRecall(rest, "sift");
    }
  }

  /** Half of the rows go, half of the others change: as good as a collection made of the result. */
  @Test
  void recallAfterChurnIsThatOfAFreshCollection() throws IOException {
    int count = base.length;
    IntPredicate stays = row -> row % 2 == 0;
    float[][] result = base.clone();
    for (int row = 0; row < count; row += 4) {
      result[row] = base[row + 1]; // of a row that goes
    }
    int[][] nearest = new int[queries.length][];
    for (int i = 0; i < queries.length; i++) {
      nearest[i] = Vectors.nearest(Metric.EUCLIDEAN, result, queries[i], 10, stays);
    }
    try (ServerProcess server = ServerProcess.serve(data);
        RestCaller rest = new RestCaller(server.restPort())) {
      rest.create("churned", base[0].length, "Euclidean", 1);
      insert(rest, "churned", row -> true);
      Recall churned = new Recall(rest, "churned");
      churned.awaitIndexed(INDEXING_MAX);
      delete(rest, "churned", stays.negate());
      base = result;
      update(rest, "churned", row -> row % 4 == 0);
      rest.create("fresh", base[0].length, "Euclidean", 1);
      insert(rest, "fresh", stays);
      assertThat(rest.count("churned")).isEqualTo(count / 2).isEqualTo(rest.count("fresh"));
      Recall fresh = new Recall(rest, "fresh");
      fresh.awaitIndexed(INDEXING_MAX);
      churned.awaitIndexed(INDEXING_MAX);
      for (int ef : new int[] {16, 50, 100}) {
        double is = churned.at(ef, queries, nearest);
        double could = fresh.at(ef, queries, nearest);
        System.out.printf("ef %d: recall %.4f after churn, %.4f fresh%n", ef, is, could);
        assertThat(is).as("recall at ef %d", ef).isGreaterThanOrEqualTo(could - 0.005);
      }
      assertThat(churned.atDefaults(queries, nearest)).isGreaterThanOrEqualTo(RECALL_MIN);
    }
  }

  private ServerProcess startImport(int port, String... more) {
    String[] arguments = {
      "import",
      sift.resolve("siftsmall_base.fvecs").toString(),
      "--collection=sift",
      "--create",
      "--metric=euclidean",
      "--url=http://127.0.0.1:" + port
    };
    String[] all = Arrays.copyOf(arguments, arguments.length + more.length);
    System.arraycopy(more, 0, all, arguments.length, more.length);
    return ServerProcess.command(data, all);
  }

  private static long imported(RestCaller rest) throws IOException {
    RestCaller.Reply reply = rest.call("GET", "/collections/sift/stats");
    return reply.status() == 404 ? 0 : reply.data().path("vector_count").asLong();
  }

  private void assertRecall(RestCaller rest, String collection) throws IOException {
    assertThat(new Recall(rest, collection).atDefaults(queries, truth))
        .isGreaterThanOrEqualTo(RECALL_MIN);
  }

  private void insert(RestCaller rest, String collection, IntPredicate which) throws IOException {
    send(rest, "/collections/" + collection + "/vectors/batch", which);
  }

  private void update(RestCaller rest, String collection, IntPredicate which) throws IOException {
    send(rest, "/collections/" + collection + "/vectors/upsert", which);
  }

  private void send(RestCaller rest, String path, IntPredicate which) throws IOException {
    int[] rows = IntStream.range(0, base.length).filter(which).toArray();
    for (int first = 0; first < rows.length; first += BATCH) {
      ObjectNode body = RestCaller.object();
      ArrayNode vectors = body.putArray("vectors");
      for (int i = first; i < Math.min(rows.length, first + BATCH); i++) {
        ObjectNode vector = vectors.addObject().put("id", Integer.toString(rows[i]));
        vector.set("data", RestCaller.numbers(base[rows[i]]));
      }
      rest.ok("POST", path, body);
    }
  }

  private void delete(RestCaller rest, String collection, IntPredicate which) throws IOException {
    int[] rows = IntStream.range(0, base.length).filter(which).toArray();
    for (int first = 0; first < rows.length; first += BATCH) {
      ObjectNode body = RestCaller.object();
      ArrayNode ids = body.putArray("ids");
      for (int i = first; i < Math.min(rows.length, first + BATCH); i++) {
        ids.add(Integer.toString(rows[i]));
      }
      rest.ok("POST", "/collections/" + collection + "/vectors/batch-delete", body);
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
