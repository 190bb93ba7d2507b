package io.quiver.hnsw;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quiver.core.Metric;
import io.quiver.testkit.ArraySpace;
import io.quiver.testkit.VectorFiles;
import io.quiver.testkit.Vectors;
import io.quiver.vectors.Bits;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.BitSet;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Deletion with repair, against fresh builds and brute force. */
class GraphRepairTest {
  private static final int DIMENSION = 24;

  @ParameterizedTest(name = "{0}")
  @EnumSource(Metric.class)
  void recallHoldsAfterDeletingHalfAndUpdatingAQuarter(Metric metric) {
    float[][] rows = Vectors.clustered(1, 3_000, DIMENSION, 40);
    deleteHalfUpdateQuarter(metric, rows, Vectors.clustered(1, 300, DIMENSION, 40), 60);
  }

  @Test
  void recallHoldsOnSiftsmall() {
    Path folder = VectorFiles.folder().resolve("siftsmall");
    Assumptions.assumeTrue(
        Files.exists(folder), () -> "siftsmall is not at " + folder + " (set QUIVER_DATA)");
    float[][] rows = VectorFiles.floats(folder.resolve("siftsmall_base.fvecs"));
    float[][] queries = VectorFiles.floats(folder.resolve("siftsmall_query.fvecs"));
    deleteHalfUpdateQuarter(Metric.EUCLIDEAN, rows, queries, 50);
  }

  /** An update is a new ordinal and a dead old one, so the table grows by a quarter. */
  private static void deleteHalfUpdateQuarter(
      Metric metric, float[][] rows, float[][] queries, int ef) {
    SplittableRandom random = new SplittableRandom(7);
    int[] order = IntStream.range(0, rows.length).toArray();
    for (int i = order.length - 1; i > 0; i--) {
      int j = random.nextInt(i + 1);
      int swap = order[i];
      order[i] = order[j];
      order[j] = swap;
    }
    int quarter = rows.length / 4;
    float[][] all = Arrays.copyOf(rows, rows.length + quarter);
    BitSet dead = new BitSet();
    for (int i = 0; i < 2 * quarter; i++) {
      dead.set(order[i]);
    }
    for (int i = 0; i < quarter; i++) {
      dead.set(order[2 * quarter + i]);
      float[] moved = rows[order[2 * quarter + i]].clone();
      moved[0] += 1f;
      all[rows.length + i] = moved;
    }
    ArraySpace space = ArraySpace.of(metric, all);
    try (Graph graph = new Graph(GraphParams.DEFAULT)) {
      GraphFixture.insert(graph, space, 0, rows.length);
      GraphFixture.insert(graph, space, rows.length, all.length);
      assertThat(GraphRepair.consolidate(graph, space, dead::get)).isEqualTo(dead.cardinality());
      assertRepaired(graph, all.length, dead);
      double repaired = GraphFixture.recall(graph, space, metric, all, queries, dead::get, ef);
      assertThat(repaired)
          .isGreaterThanOrEqualTo(freshRecall(metric, all, queries, dead, ef) - 0.005);
    }
  }

  private static double freshRecall(
      Metric metric, float[][] all, float[][] queries, BitSet dead, int ef) {
    ArraySpace space = ArraySpace.of(metric, all);
    try (Graph fresh = new Graph(GraphParams.DEFAULT)) {
      GraphBuilder builder = new GraphBuilder(fresh, space);
      InsertContext context = builder.context();
      IntStream.range(0, all.length)
          .filter(row -> !dead.get(row))
          .forEach(row -> builder.insert(row, context));
      return GraphFixture.recall(fresh, space, metric, all, queries, dead::get, ef);
    }
  }

  private static void assertRepaired(Graph graph, int rows, BitSet dead) {
    GraphReport report = GraphCheck.check(graph, dead::get);
    assertThat(report.faults()).isEmpty();
    assertThat(report.linksToDead()).isZero();
    assertThat(report.nodes()).isEqualTo(rows - dead.cardinality());
    assertThat(report.reachable()).isEqualTo(report.nodes());
    assertThat(dead.stream().filter(graph::contains).toArray()).isEmpty();
  }

  /** Random small graphs, deleted piece by piece until nothing is left, with inserts between. */
  @ParameterizedTest(name = "seed={0}")
  @ValueSource(longs = {1, 2, 3, 5, 8, 13})
  void stepwiseDeletionLeavesASoundGraphDownToNothing(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    Metric metric = Metric.ofWire(1 + (int) (seed % 4));
    int rows = 400 + random.nextInt(400);
    float[][] vectors = Vectors.clustered(seed, rows, 8, 1 + random.nextInt(20));
    ArraySpace space = ArraySpace.of(metric, vectors);
    try (Graph graph = new Graph(new GraphParams(2 + random.nextInt(6), 20, 4, seed))) {
      BitSet dead = new BitSet();
      int inserted = 0;
      while (inserted < rows || dead.cardinality() < rows) {
        int next = Math.min(rows, inserted + random.nextInt(200));
        GraphFixture.insert(graph, space, inserted, next);
        inserted = next;
        double share = random.nextDouble();
        for (int row = 0; row < inserted; row++) {
          if ((inserted == rows && share > 0.8) || random.nextDouble() < share) {
            dead.set(row);
          }
        }
        GraphRepair.consolidate(graph, space, dead::get);
        assertRepaired(graph, inserted, dead);
        assertThat(GraphFixture.search(graph, space, vectors[0], SearchView.ALL, rows))
            .hasSize(Math.min(GraphFixture.K, inserted - dead.cardinality()));
      }
      assertThat(graph.nodes()).isZero();
    }
  }

  @Test
  void aRegionThatIsWhollyDeletedDoesNotCutItsSurroundings() {
    float[][] rows = Vectors.gaussian(4, 2_000, 4);
    ArraySpace space = ArraySpace.of(Metric.EUCLIDEAN, rows);
    BitSet dead = new BitSet();
    for (int row = 0; row < rows.length; row++) {
      double length = Vectors.distance(Metric.EUCLIDEAN, rows[row], new float[4]);
      dead.set(row, length > 0.8 && length < 2.5); // A shell between the middle and the outside.
    }
    try (Graph graph = GraphFixture.build(space, GraphParams.DEFAULT)) {
      GraphRepair.consolidate(graph, space, dead::get);
      assertRepaired(graph, rows.length, dead);
      float[][] queries = Vectors.gaussian(5, 50, 4);
      assertThat(GraphFixture.recall(graph, space, Metric.EUCLIDEAN, rows, queries, dead::get, 100))
          .isGreaterThanOrEqualTo(0.95);
    }
  }

  @Test
  void remapKeepsTheGraphUnderNewOrdinals() {
    float[][] rows = Vectors.gaussian(6, 1_000, DIMENSION);
    ArraySpace space = ArraySpace.of(Metric.COSINE, rows);
    Bits dead = row -> row % 3 == 1;
    try (Graph graph = GraphFixture.build(space, GraphParams.DEFAULT)) {
      int[] newOrdinals = new int[rows.length];
      float[][] compact = new float[rows.length][];
      int next = 0;
      for (int row = 0; row < rows.length; row++) {
        newOrdinals[row] = dead.contains(row) ? -1 : next;
        if (!dead.contains(row)) {
          compact[next++] = rows[row];
        }
      }
      assertThatThrownBy(() -> GraphRemap.remap(graph, newOrdinals))
          .hasMessage("node 1 is in the graph but has no new ordinal");
      GraphRepair.consolidate(graph, space, dead);
      ArraySpace compactSpace = ArraySpace.of(Metric.COSINE, Arrays.copyOf(compact, next));
      try (Graph moved = GraphRemap.remap(graph, newOrdinals)) {
        GraphReport report = GraphCheck.check(moved, Bits.NONE);
        assertThat(report.faults()).isEmpty();
        assertThat(report.nodes()).isEqualTo(next);
        assertThat(report.reachable()).isEqualTo(next);
        for (float[] query : Vectors.gaussian(7, 20, DIMENSION)) {
          int[] before = GraphFixture.search(graph, space, query, SearchView.ALL, 50);
          int[] after = GraphFixture.search(moved, compactSpace, query, SearchView.ALL, 50);
          assertThat(after).isEqualTo(Arrays.stream(before).map(x -> newOrdinals[x]).toArray());
        }
      }
    }
  }
}
