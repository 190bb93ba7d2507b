package io.quiver.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.quiver.testkit.ServerProcess;
import io.quiver.testkit.VectorFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * 60,000 vectors of 784 components: import, recall, and how long a start takes after a stop and
 * after a kill right behind the last acknowledgement, when all is in the log and nowhere else.
 *
 * <p>Takes a minute, so only when asked for: {@code mvn verify -Dit.test=MnistIT
 * -Dquiver.mnist=true}.
 */
@EnabledIfSystemProperty(named = "quiver.mnist", matches = "true")
class MnistIT {
  private static final int ROWS = 60_000;
  private static final int QUERIES = 200;
  private static final double RECALL_MIN = 0.95;
  private static final Duration CLEAN_START_MAX = Duration.ofSeconds(2);
  private static final Duration KILLED_START_MAX = Duration.ofSeconds(10);

  @TempDir Path folder;
  private final Path mnist = VectorFiles.folder().resolve("mnist-784");
  private float[][] queries;
  private int[][] truth;

  @Test
  void importRecallAndRestarts() throws IOException {
    assumeTrue(
        Files.isDirectory(mnist), () -> "skipped: there is no " + mnist + " (or set QUIVER_DATA)");
    float[][] all = VectorFiles.floats(mnist.resolve("mnist_query.bvecs.gz"));
    queries = Arrays.copyOf(all, QUERIES);
    truth = VectorFiles.ints(mnist.resolve("mnist_groundtruth.ivecs"));
    Path data = folder.resolve("data");
    try (ServerProcess server = ServerProcess.serve(data)) {
      load(server);
      server.kill9();
    }
    try (ServerProcess server = ServerProcess.serve(data);
        RestCaller rest = new RestCaller(server.restPort())) {
      System.out.printf("start after kill -9: %d ms%n", server.startTook().toMillis());
      assertThat(server.startTook()).isLessThan(KILLED_START_MAX);
      assertHolds(rest, "after kill -9");
      new Recall(rest, "mnist").awaitIndexed(Duration.ofMinutes(5));
      assertHolds(rest, "all indexed");
      assertThat(server.terminate().status()).isZero();
    }
    try (ServerProcess server = ServerProcess.serve(data);
        RestCaller rest = new RestCaller(server.restPort())) {
      System.out.printf("start after a stop: %d ms%n", server.startTook().toMillis());
      assertThat(server.startTook()).isLessThan(CLEAN_START_MAX);
      assertHolds(rest, "after a stop");
    }
  }

  private void load(ServerProcess server) {
    long start = System.nanoTime();
    try (ServerProcess load =
        ServerProcess.command(
            folder.resolve("import"),
            "import",
            mnist.resolve("mnist_base.bvecs.gz").toString(),
            "--collection=mnist",
            "--create",
            "--metric=euclidean",
            "--url=http://127.0.0.1:" + server.restPort())) {
      assertThat(load.exit(Duration.ofMinutes(5)).status()).as("%s", load.log()).isZero();
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    System.out.printf("import: %.0f rows/s, its start included%n", ROWS / seconds);
  }

  private void assertHolds(RestCaller rest, String when) throws IOException {
    assertThat(rest.count("mnist")).as("count %s", when).isEqualTo(ROWS);
    double recall = new Recall(rest, "mnist").atDefaults(queries, truth);
    System.out.printf("recall@10 %s: %.4f%n", when, recall);
    assertThat(recall).as("recall@10 %s", when).isGreaterThanOrEqualTo(RECALL_MIN);
  }
}
