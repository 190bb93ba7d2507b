package io.quiver.cli;

import io.quiver.core.DenseVector;
import io.quiver.core.Limits;
import io.quiver.core.Metadata;
import io.quiver.core.Metric;
import io.quiver.message.CollectionConfig;
import io.quiver.message.Row;
import java.io.IOException;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code quiver bench guard}: whether the engine became slower since the last release. */
@Command(
    name = "guard",
    description = {
      "Compares the speed of the engine with that of the last release, as ratios: what a plain"
          + " loop",
      "over the same rows takes is measured in the same seconds, so the machine matters little."
          + " All",
      "times are CPU time, so other work on it matters less than it would.",
      "Ends with status 1 if a ratio lost more than 15 %.",
      ""
    },
    footer = {"", "Example:", "  ./quiver bench guard --ratios tools/bench-ratios.json"})
final class BenchGuardCommand implements Callable<Integer> {
  private static final int SEED = 5;
  private static final int QUERIES = 200;
  private static final int LIMIT = 10;
  private static final int EF = 64;

  /** Fewer rows may never be coded. */
  private static final int CODED_ROWS_MIN = 10_000;

  @Spec private CommandSpec spec;

  @Option(
      names = "--ratios",
      paramLabel = "FILE",
      required = true,
      description = "Those of the last release.")
  private Path file;

  @Option(names = "--write", description = "Write them instead: a release is made.")
  private boolean write;

  @Option(
      names = "--rows",
      paramLabel = "N",
      defaultValue = "20000",
      description = "Rows of each set (default ${DEFAULT-VALUE}); ratios of other rows differ.")
  private int rows;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      defaultValue = "9",
      description = "Rounds, of which the median counts (default ${DEFAULT-VALUE}).")
  private int rounds;

  /** Sum of what the yardstick computed, so that it must be computed. */
  private float sink;

  @Override
  public Integer call() throws IOException {
    Map<String, Double> measured = new HashMap<>();
    for (int dimension : new int[] {128, 768}) {
      measure(dimension, measured);
    }
    if (!(sink >= 0)) {
      throw new IllegalStateException("the plain loop went wrong: " + sink);
    }
    BenchRatios now = new BenchRatios(measured);
    new TreeMap<>(now.byName())
        .forEach((name, ratio) -> println("%-12s %.3g".formatted(name, ratio)));
    if (write) {
      now.write(file);
      return 0;
    }
    List<String> losses = now.lossesSince(BenchRatios.read(file));
    losses.forEach(loss -> println("slower: " + loss));
    return losses.isEmpty() ? 0 : 1;
  }

  private void measure(int dimension, Map<String, Double> ratios) throws IOException {
    SoakRows made = new SoakRows(SEED, dimension, Metric.EUCLIDEAN);
    List<Row> base = new ArrayList<>();
    List<DenseVector> queries = new ArrayList<>();
    for (int i = 0; i < rows + QUERIES; i++) {
      Row row = made.row(i, 0);
      if (i < rows) {
        base.add(new Row(row.id(), row.vector(), Metadata.ABSENT));
      } else {
        queries.add(row.vector());
      }
    }
    float[][] plain = base.stream().map(row -> row.vector().toArray()).toArray(float[][]::new);
    double[] searches = new double[rounds];
    double[] scans = new double[rounds];
    try (LocalTarget target =
        new LocalTarget(CollectionConfig.of("guard", dimension, Metric.EUCLIDEAN))) {
      yardstick(plain, queries);
      final long beforeBuild = yardstick(plain, queries);
      long start = processNanos();
      target.load(base);
      long build = processNanos() - start;
      ratios.put("build-" + dimension, (double) rows * beforeBuild / QUERIES / build);
      if (rows >= CODED_ROWS_MIN) {
        target.awaitCodes();
      }
      search(target, queries, EF);
      for (int round = 0; round < rounds; round++) {
        double one = yardstick(plain, queries);
        searches[round] = one / search(target, queries, EF);
        scans[round] = one / search(target, queries, Math.min(rows, Limits.EF_SEARCH_MAX));
      }
    }
    ratios.put("search-" + dimension, median(searches));
    ratios.put("scan-" + dimension, median(scans));
  }

  /** Of all threads: a graph is built by several. */
  private static long processNanos() {
    return ProcessHandle.current().info().totalCpuDuration().map(Duration::toNanos).orElse(0L);
  }

  /** CPU time of this thread. */
  private static long nanos() {
    return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
  }

  /** Nanoseconds in which a plain loop compares all queries with all rows. */
  private long yardstick(float[][] plain, List<DenseVector> queries) {
    long start = nanos();
    for (DenseVector query : queries) {
      float[] target = query.toArray();
      float least = Float.MAX_VALUE;
      for (float[] row : plain) {
        least = Math.min(least, squares(target, row));
      }
      sink += least;
    }
    return nanos() - start;
  }

  private static float squares(float[] a, float[] b) {
    float sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += (a[i] - b[i]) * (a[i] - b[i]);
    }
    return sum;
  }

  /** Nanoseconds of all queries; one that keeps as many candidates as there are rows scans. */
  private static long search(LocalTarget target, List<DenseVector> queries, int efSearch) {
    long start = nanos();
    for (DenseVector query : queries) {
      target.search(query, LIMIT, efSearch);
    }
    return nanos() - start;
  }

  private static double median(double[] values) {
    Arrays.sort(values);
    return values[values.length / 2];
  }

  private void println(String line) {
    PrintWriter out = spec.commandLine().getOut();
    out.println(line);
    out.flush();
  }
}
