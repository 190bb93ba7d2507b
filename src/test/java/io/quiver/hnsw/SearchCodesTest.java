package io.quiver.hnsw;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.quiver.core.Deadline;
import io.quiver.core.Metric;
import io.quiver.core.Quantization;
import io.quiver.quant.ByteRows;
import io.quiver.quant.CodeMemory;
import io.quiver.quant.RowCodes;
import io.quiver.testkit.ArraySpace;
import io.quiver.testkit.Vectors;
import io.quiver.vectors.Bits;
import io.quiver.vectors.Scorer;
import java.util.Arrays;
import java.util.BitSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Searches by bytes against brute force in double precision. */
class SearchCodesTest {
  private static final int DIMENSION = 100; // no multiple of any register
  private static final int ROWS = 1_500;
  private static final int KEEP = 15;

  private final GraphSearcher searcher = new GraphSearcher();

  @ParameterizedTest(name = "{0}, seed=1")
  @EnumSource(value = Metric.class, names = "MANHATTAN", mode = EnumSource.Mode.EXCLUDE)
  void findTheNearestOfClusteredRows(Metric metric) {
    float[][] rows = Vectors.clustered(1, ROWS, DIMENSION, 40);
    ArraySpace space = ArraySpace.of(metric, rows);
    try (Graph graph = GraphFixture.build(space, GraphParams.DEFAULT)) {
      SearchCodes bytes = caughtUp(graph, space);
      assertThat(bytes.coded()).isEqualTo(ROWS);
      assertThat(recall(graph, space, bytes, rows, Bits.NONE)).isGreaterThanOrEqualTo(0.97);
    }
  }

  /** Half a step in each component is the most that rounding can do. */
  @ParameterizedTest(name = "{0}, seed=2")
  @EnumSource(value = Metric.class, names = "MANHATTAN", mode = EnumSource.Mode.EXCLUDE)
  void scoresAreThoseOfTheRowsWithinTheBoundOfRounding(Metric metric) {
    for (int dimension : new int[] {64, 65, 100, 128, 200, 255}) {
      float[][] rows = Vectors.gaussian(2, 60, dimension);
      ArraySpace space = ArraySpace.of(metric, rows);
      try (Graph graph = GraphFixture.build(space, GraphParams.DEFAULT)) {
        Scorer coded = caughtUp(graph, space).ready().codes().scorer();
        Scorer exact = space.scorer();
        coded.target(rows[0]);
        exact.target(rows[0]);
        int[] all = new int[59];
        Arrays.setAll(all, i -> i + 1);
        float[] scores = new float[all.length];
        coded.score(all, all.length, scores);
        for (int ordinal : all) {
          double want = exact.score(ordinal);
          double slack = slack(metric, rows[0], rows[ordinal]);
          assertThat((double) scores[ordinal - 1]).isCloseTo(want, within(slack));
          assertThat(coded.score(ordinal)).isEqualTo(scores[ordinal - 1]);
        }
      }
    }
  }

  /** |q·x − q·x'| is at most Σ |q| times half a step. */
  private static double slack(Metric metric, float[] query, float[] row) {
    double norm = metric == Metric.COSINE ? length(query) * length(row) : 1;
    double absolutes = 0;
    double low = Double.POSITIVE_INFINITY;
    double high = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < row.length; i++) {
      absolutes += Math.abs(query[i]);
      low = Math.min(low, row[i]);
      high = Math.max(high, row[i]);
    }
    double halfStep = (high - low) / 254 / 2;
    return (metric == Metric.EUCLIDEAN ? 2 : 1) * absolutes * halfStep / norm * 1.01 + 1e-4;
  }

  private static double length(float[] vector) {
    double squares = 0;
    for (float component : vector) {
      squares += component * component;
    }
    return Math.sqrt(squares);
  }

  @Test
  void aRowAsTargetIsItself() {
    ArraySpace space = ArraySpace.of(Metric.EUCLIDEAN, Vectors.gaussian(3, 50, DIMENSION));
    try (Graph graph = GraphFixture.build(space, GraphParams.DEFAULT)) {
      Scorer coded = caughtUp(graph, space).ready().codes().scorer();
      coded.target(7);
      assertThat(coded.score(7)).isCloseTo(0, within(0.5f));
      assertThat(coded.score(8)).isGreaterThan(10);
    }
  }

  @Test
  void theEngineChoosesBytesForShortRowsOnceThereAreMany() {
    assertThat(form(Metric.EUCLIDEAN, 32)).isInstanceOf(NoCodes.class);
    assertThat(form(Metric.MANHATTAN, DIMENSION)).isInstanceOf(NoCodes.class);
    assertThat(form(Metric.MANHATTAN, 256)).isInstanceOf(NoCodes.class);
    assertThat(form(Metric.EUCLIDEAN, 256)).isInstanceOf(SearchBlocks.class);
    assertThat(form(Metric.EUCLIDEAN, 128)).isInstanceOf(SearchCodes.class);
    assertThat(coded(301)).isZero();
    assertThat(coded(300)).isEqualTo(300);
  }

  private static SearchForm form(Metric metric, int dimension) {
    try (Graph graph = new Graph(GraphParams.DEFAULT)) {
      ArraySpace space = new ArraySpace(metric, dimension, 1);
      return SearchForm.of(graph, space, new CodeMemory(1L << 32), new Quantization.Auto());
    }
  }

  private static int coded(int fewest) {
    ArraySpace space = ArraySpace.of(Metric.EUCLIDEAN, Vectors.gaussian(4, 300, DIMENSION));
    try (Graph graph = GraphFixture.build(space, GraphParams.DEFAULT)) {
      SearchCodes bytes = codes(graph, space, new CodeMemory(1L << 32), fewest);
      work(bytes, 300);
      return bytes.coded();
    }
  }

  /** Centroids that were found for few rows are found anew for many, while the old ones serve. */
  @Test
  void productsAreTrainedAnewWhenTheRowsOutgrowThem() {
    float[][] rows = Vectors.clustered(8, ROWS, DIMENSION, 40);
    ArraySpace space = new ArraySpace(Metric.EUCLIDEAN, DIMENSION, ROWS);
    Quantization wanted = new Quantization.Product(25, 16);
    try (Graph graph = new Graph(GraphParams.DEFAULT)) {
      SearchCodes codes =
          (SearchCodes) SearchForm.of(graph, space, new CodeMemory(1L << 32), wanted);
      assertThat(codes.hasWork(63)).isFalse(); // Four rows for each centroid.
      for (int i = 0; i < 100; i++) {
        space.add(rows[i]);
      }
      GraphFixture.insert(graph, space, 0, 100);
      work(codes, 100);
      RowCodes first = codes.ready().codes();
      for (int i = 100; i < ROWS; i++) {
        space.add(rows[i]);
      }
      GraphFixture.insert(graph, space, 100, ROWS);
      while (codes.coded() < ROWS) {
        assertThat(codes.ready().codes()).isSameAs(first);
        assertThat(codes.coded()).isEqualTo(100);
        codes.work(ROWS, 200);
      }
      assertThat(codes.ready().codes()).isNotSameAs(first);
      assertThat(codes.hasWork(ROWS)).isFalse();
      assertThat(recall(graph, space, codes, rows, Bits.NONE)).isGreaterThanOrEqualTo(0.4);
    }
  }

  @Test
  void withoutMemoryThereAreNoneAndWhatWasTakenIsGivenBack() {
    ArraySpace space = ArraySpace.of(Metric.EUCLIDEAN, Vectors.gaussian(3, 300, DIMENSION));
    CodeMemory memory = new CodeMemory(1L << 20);
    try (Graph graph = GraphFixture.build(space, GraphParams.DEFAULT)) {
      SearchCodes none = codes(graph, space, memory, 0);
      work(none, 300);
      assertThat(none.coded()).isZero();
      assertThat(none.hasWork(300)).isFalse();
      none.close();
      CodeMemory enough = new CodeMemory(1L << 32);
      SearchCodes some = codes(graph, space, enough, 0);
      work(some, 300);
      assertThat(enough.usedBytes()).isEqualTo(some.memoryBytes()).isPositive();
      some.close();
      assertThat(enough.usedBytes()).isZero();
    }
  }

  @Test
  void deadAndNewRowsAreNeverFound() {
    float[][] rows = Vectors.clustered(5, ROWS, DIMENSION, 40);
    ArraySpace space = ArraySpace.of(Metric.COSINE, rows);
    BitSet gone = new BitSet();
    for (int i = 0; i < ROWS; i += 3) {
      gone.set(i);
    }
    Bits dead = gone::get;
    try (Graph graph = GraphFixture.build(space, GraphParams.DEFAULT)) {
      SearchCodes bytes = codes(graph, space, new CodeMemory(1L << 32), 0);
      bytes.work(ROWS, ROWS / 2); // The entry, say, has no code yet.
      assertThat(bytes.coded()).isEqualTo(ROWS / 2);
      assertThat(recall(graph, space, bytes, rows, Bits.NONE)).isGreaterThanOrEqualTo(0.97);
      work(bytes, ROWS);
      assertThat(recall(graph, space, bytes, rows, dead)).isGreaterThanOrEqualTo(0.97);
      GraphRepair.consolidate(graph, space, dead);
      assertThat(recall(graph, space, bytes, rows, dead)).isGreaterThanOrEqualTo(0.97);
    }
  }

  private static SearchCodes codes(Graph graph, ArraySpace space, CodeMemory memory, int fewest) {
    return new SearchCodes(new ByteRows(space, memory, graph.arena()), fewest);
  }

  private static SearchCodes caughtUp(Graph graph, ArraySpace space) {
    SearchCodes bytes = codes(graph, space, new CodeMemory(1L << 32), 0);
    work(bytes, graph.bound());
    return bytes;
  }

  private static void work(SearchCodes bytes, int indexed) {
    while (bytes.hasWork(indexed)) {
      bytes.work(indexed, 64);
    }
  }

  /** Of the true nearest ten among the living rows that are coded; rows are the queries. */
  private double recall(
      Graph graph, ArraySpace space, SearchCodes bytes, float[][] rows, Bits dead) {
    int limit = bytes.coded();
    Scorer coded = bytes.ready().codes().scorer();
    Scorer exact = space.scorer();
    int hits = 0;
    for (int q = 0; q < 50; q++) {
      float[] query = rows[q * 29];
      coded.target(query);
      exact.target(query);
      int count =
          searcher.search(
              graph, exact, coded, new SearchView(limit, dead), KEEP, 100, Deadline.NEVER);
      int[] found = new int[count];
      Arrays.setAll(found, searcher::ordinal);
      assertThat(found).doesNotHaveDuplicates();
      assertThat(Arrays.stream(found).noneMatch(i -> i >= limit || dead.contains(i))).isTrue();
      int[] want =
          Vectors.nearest(
              space.metric(), rows, query, GraphFixture.K, i -> i < limit && !dead.contains(i));
      hits += GraphFixture.hits(want, found);
    }
    return hits / (50.0 * GraphFixture.K);
  }
}
