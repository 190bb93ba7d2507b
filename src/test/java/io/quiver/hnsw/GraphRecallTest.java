package io.quiver.hnsw;

import static org.assertj.core.api.Assertions.assertThat;

import io.quiver.core.Metric;
import io.quiver.testkit.ArraySpace;
import io.quiver.testkit.VectorFiles;
import io.quiver.testkit.Vectors;
import io.quiver.vectors.Bits;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Searches against brute force in double precision. */
class GraphRecallTest {
  private static final int ROWS = 3_000;
  private static final int DIMENSION = 24;

  @ParameterizedTest(name = "{0}, seed=1")
  @EnumSource(Metric.class)
  void findsTheNearestOfRandomRows(Metric metric) {
    float[][] rows = Vectors.gaussian(1, ROWS, DIMENSION);
    assertRecall(metric, rows, Vectors.gaussian(9, 50, DIMENSION), GraphParams.DEFAULT, 0.95);
  }

  @ParameterizedTest(name = "{0}, seed=2")
  @EnumSource(Metric.class)
  void findsTheNearestOfClusteredRows(Metric metric) {
    float[][] rows = Vectors.clustered(2, ROWS, DIMENSION, 30);
    assertRecall(metric, rows, Arrays.copyOf(rows, 50), GraphParams.DEFAULT, 0.95);
  }

  /** Without the spanning tree 1,114 of these rows are out of reach. */
  @Test
  void innerProductStaysReachableWhenLengthsAreSkewed() {
    float[][] rows = Vectors.skewed(3, ROWS, DIMENSION, 2.0);
    float[][] queries = Vectors.gaussian(4, 50, DIMENSION);
    assertRecall(Metric.DOT_PRODUCT, rows, queries, new GraphParams(8, 100, 16, 1), 0.95);
  }

  @ParameterizedTest(name = "{0}")
  @EnumSource(Metric.class)
  void duplicatesStayReachable(Metric metric) {
    float[][] rows = Vectors.gaussian(5, 1_200, DIMENSION);
    for (int i = 0; i < 600; i++) {
      rows[2 * i] = rows[0].clone();
    }
    try (Graph graph = GraphFixture.build(ArraySpace.of(metric, rows), GraphParams.DEFAULT)) {
      assertThat(GraphCheck.check(graph, Bits.NONE).faults()).isEmpty();
    }
  }

  private static void assertRecall(
      Metric metric, float[][] rows, float[][] queries, GraphParams params, double atLeast) {
    ArraySpace space = ArraySpace.of(metric, rows);
    try (Graph graph = GraphFixture.build(space, params)) {
      GraphReport report = GraphCheck.check(graph, Bits.NONE);
      assertThat(report.faults()).isEmpty();
      assertThat(report.reachable()).isEqualTo(rows.length);
      assertThat(GraphFixture.recall(graph, space, metric, rows, queries, Bits.NONE, 200))
          .isGreaterThanOrEqualTo(atLeast);
    }
  }

  /** Published truth; skipped where the set is not there. */
  @Test
  void siftsmallAtEf50() {
    Path folder = VectorFiles.folder().resolve("siftsmall");
    Assumptions.assumeTrue(
        Files.exists(folder), () -> "siftsmall is not at " + folder + " (set QUIVER_DATA)");
    float[][] rows = VectorFiles.floats(folder.resolve("siftsmall_base.fvecs"));
    float[][] queries = VectorFiles.floats(folder.resolve("siftsmall_query.fvecs"));
    int[][] truth = VectorFiles.ints(folder.resolve("siftsmall_groundtruth.ivecs"));
    ArraySpace space = ArraySpace.of(Metric.EUCLIDEAN, rows);
    try (Graph graph = GraphFixture.build(space, GraphParams.DEFAULT)) {
      int hits = 0;
      for (int q = 0; q < queries.length; q++) {
        int[] want = Arrays.copyOf(truth[q], GraphFixture.K);
        int[] got = GraphFixture.search(graph, space, queries[q], SearchView.ALL, 50);
        hits += GraphFixture.hits(want, got);
      }
      assertThat(hits / (10.0 * queries.length)).isGreaterThanOrEqualTo(0.99);
    }
  }

  /** What the view hides is neither returned nor, if it is newer than the view, touched. */
  @Test
  void neverReturnsDeadRowsNorNewerOnes() {
    float[][] rows = Vectors.gaussian(6, ROWS, DIMENSION);
    ArraySpace space = ArraySpace.of(Metric.EUCLIDEAN, rows);
    try (Graph graph = GraphFixture.build(space, GraphParams.DEFAULT)) {
      Bits dead = ordinal -> ordinal % 3 == 0;
      int limit = 2_000;
      int hits = 0;
      float[][] queries = Vectors.gaussian(7, 50, DIMENSION);
      for (float[] query : queries) {
        int[] got = GraphFixture.search(graph, space, query, new SearchView(limit, dead), 100);
        assertThat(got)
            .hasSize(GraphFixture.K)
            .matches(all -> Arrays.stream(all).allMatch(x -> x < limit && x % 3 != 0));
        int[] want =
            Vectors.nearest(
                Metric.EUCLIDEAN, rows, query, GraphFixture.K, x -> x < limit && x % 3 != 0);
        hits += GraphFixture.hits(want, got);
      }
      assertThat(hits / (10.0 * queries.length)).isGreaterThanOrEqualTo(0.95);
    }
  }

  @Test
  void emptyAndTinyGraphsAnswerWhatTheyHave() {
    float[][] rows = Vectors.gaussian(8, 3, DIMENSION);
    ArraySpace space = ArraySpace.of(Metric.COSINE, rows);
    try (Graph graph = new Graph(GraphParams.DEFAULT)) {
      assertThat(GraphFixture.search(graph, space, rows[0], SearchView.ALL, 10)).isEmpty();
      assertThat(graph.memoryBytes()).isLessThan(4_096);
      GraphFixture.insert(graph, space, 0, 1);
      assertThat(GraphFixture.search(graph, space, rows[1], SearchView.ALL, 10)).containsExactly(0);
      GraphFixture.insert(graph, space, 1, 3);
      assertThat(GraphFixture.search(graph, space, rows[2], SearchView.ALL, 10))
          .containsExactlyInAnyOrder(0, 1, 2)
          .startsWith(2);
    }
  }

  @Test
  void sameSeedGivesTheSameGraph() {
    float[][] rows = Vectors.gaussian(10, 500, DIMENSION);
    for (float[] row : rows) { // Whole numbers: sums are exact in whatever order they are taken.
      for (int i = 0; i < DIMENSION; i++) {
        row[i] = Math.round(10 * row[i]);
      }
    }
    ArraySpace space = ArraySpace.of(Metric.EUCLIDEAN, rows);
    try (Graph one = GraphFixture.build(space, GraphParams.DEFAULT);
        Graph two = GraphFixture.build(space, GraphParams.DEFAULT)) {
      int[] left = new int[32];
      int[] right = new int[32];
      for (int ordinal = 0; ordinal < 500; ordinal++) {
        Arrays.fill(left, 0);
        Arrays.fill(right, 0);
        assertThat(one.base().readRaw(ordinal, left)).isEqualTo(two.base().readRaw(ordinal, right));
        assertThat(left).isEqualTo(right);
        assertThat(one.level(ordinal)).isEqualTo(two.level(ordinal));
      }
    }
  }
}
