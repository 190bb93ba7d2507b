package io.quiver.hnsw;

import static org.assertj.core.api.Assertions.assertThat;

import io.quiver.core.Metric;
import io.quiver.core.Quantization;
import io.quiver.quant.ByteRows;
import io.quiver.quant.CodeMemory;
import io.quiver.testkit.ArraySpace;
import io.quiver.testkit.Vectors;
import io.quiver.vectors.Bits;
import java.util.Arrays;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/** Graphs whose inserts walk by bytes, against brute force over the rows. */
class InsertCodesTest {
  private static final int ROWS = 2_500;
  private static final int DIMENSION = 40;
  private static final int FEWEST = 500;

  @ParameterizedTest(name = "{0}, seed=21")
  @EnumSource(value = Metric.class, mode = Mode.EXCLUDE, names = "MANHATTAN")
  void areAsGoodAsThoseBuiltByRows(Metric metric) {
    float[][] rows = Vectors.clustered(21, ROWS, DIMENSION, 30);
    ArraySpace space = ArraySpace.of(metric, rows);
    try (Graph byRows = GraphFixture.build(space, GraphParams.DEFAULT);
        Graph byBytes = build(space, new CodeMemory(1L << 32))) {
      assertThat(recall(byBytes, space, rows))
          .isGreaterThanOrEqualTo(recall(byRows, space, rows) - 0.005)
          .isGreaterThanOrEqualTo(0.97);
    }
  }

  /**
   * Neighbours are apart by a thousandth of what the bytes of a row have to span, so codes of one
   * cluster are all alike.
   */
  @Test
  void clustersFinerThanBytesAreToldApartByRows() {
    float[][] rows = fineClusters(22);
    ArraySpace space = ArraySpace.of(Metric.EUCLIDEAN, rows);
    try (Graph byRows = GraphFixture.build(space, GraphParams.DEFAULT);
        Graph byBytes = build(space, new CodeMemory(1L << 32))) {
      assertThat(recall(byBytes, space, rows))
          .isGreaterThanOrEqualTo(recall(byRows, space, rows) - 0.005)
          .isGreaterThanOrEqualTo(0.97);
    }
  }

  @Test
  void whereMemoryEndsInsertsGoOnByRows() {
    float[][] rows = Vectors.gaussian(23, ROWS, DIMENSION);
    ArraySpace space = ArraySpace.of(Metric.EUCLIDEAN, rows);
    try (Graph without = build(space, new CodeMemory(0));
        Graph byRows = GraphFixture.build(space, GraphParams.DEFAULT)) {
      assertThat(links(without)).isEqualTo(links(byRows));
    }
  }

  @Test
  void sameRowsGiveTheSameGraph() {
    float[][] rows = Vectors.gaussian(24, 1_000, DIMENSION);
    ArraySpace space = ArraySpace.of(Metric.COSINE, rows);
    try (Graph one = build(space, new CodeMemory(1L << 32));
        Graph two = build(space, new CodeMemory(1L << 32));
        Graph byRows = GraphFixture.build(space, GraphParams.DEFAULT)) {
      assertThat(links(one)).isEqualTo(links(two)).isNotEqualTo(links(byRows));
    }
  }

  /** Who asked for no codes gets none, and products are there to save memory. */
  @Test
  void onlyFormsWithRoomForBytesInsertByThem() {
    ArraySpace space = new ArraySpace(Metric.COSINE, 128, 8);
    try (Graph graph = new Graph(GraphParams.DEFAULT)) {
      assertThat(codes(graph, space, new Quantization.Auto())).isPresent();
      assertThat(codes(graph, space, new Quantization.Scalar())).isPresent();
      assertThat(codes(graph, space, new Quantization.Binary())).isPresent();
      assertThat(codes(graph, space, new Quantization.None())).isEmpty();
      assertThat(codes(graph, space, new Quantization.Product(16, 256))).isEmpty();
      ArraySpace manhattan = new ArraySpace(Metric.MANHATTAN, 128, 8);
      assertThat(codes(graph, manhattan, new Quantization.Auto())).isEmpty();
    }
  }

  private static Optional<InsertCodes> codes(Graph graph, ArraySpace space, Quantization wanted) {
    return SearchForm.of(graph, space, new CodeMemory(1L << 32), wanted).insertCodes();
  }

  private static Graph build(ArraySpace space, CodeMemory memory) {
    Graph graph = new Graph(GraphParams.DEFAULT);
    InsertCodes codes = new InsertCodes(new ByteRows(space, memory, graph.arena()), FEWEST);
    GraphBuilder builder = new GraphBuilder(graph, space, Optional.of(codes));
    InsertContext context = builder.context();
    for (int ordinal = 0; ordinal < space.count(); ordinal++) {
      builder.insert(ordinal, context);
    }
    assertThat(GraphCheck.check(graph, Bits.NONE).faults()).isEmpty();
    return graph;
  }

  private static double recall(Graph graph, ArraySpace space, float[][] rows) {
    float[][] queries = Arrays.copyOfRange(rows, ROWS - 60, ROWS);
    return GraphFixture.recall(graph, space, space.metric(), rows, queries, Bits.NONE, 40);
  }

  private static int[][] links(Graph graph) {
    int[][] links = new int[graph.bound()][32];
    for (int ordinal = 0; ordinal < links.length; ordinal++) {
      links[ordinal] = Arrays.copyOf(links[ordinal], graph.base().read(ordinal, links[ordinal]));
    }
    return links;
  }

  private static float[][] fineClusters(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    float[][] rows = new float[ROWS][DIMENSION];
    float[][] centers = new float[5][DIMENSION];
    for (float[] center : centers) {
      for (int i = 0; i < DIMENSION; i++) {
        center[i] = (float) random.nextDouble(-1_000, 1_000);
      }
    }
    for (float[] row : rows) {
      float[] center = centers[random.nextInt(centers.length)];
      for (int i = 0; i < DIMENSION; i++) {
        row[i] = center[i] + (float) random.nextGaussian();
      }
    }
    return rows;
  }
}
