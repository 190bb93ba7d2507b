package io.quiver.hnsw;

import static org.assertj.core.api.Assertions.assertThat;

import io.quiver.core.Deadline;
import io.quiver.core.Metric;
import io.quiver.quant.BlockReader;
import io.quiver.quant.CodeMemory;
import io.quiver.testkit.ArraySpace;
import io.quiver.testkit.Vectors;
import io.quiver.vectors.Bits;
import java.util.Arrays;
import java.util.BitSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Searches by blocks against brute force in double precision. */
class SearchBlocksTest {
  private static final int DIMENSION = 256;
  private static final int ROWS = 1_500;
  private static final int KEEP = 20;

  private final BlockSearcher searcher = new BlockSearcher();

  @ParameterizedTest(name = "{0}, seed=1")
  @EnumSource(value = Metric.class, names = "MANHATTAN", mode = EnumSource.Mode.EXCLUDE)
  void findTheNearestOfClusteredRows(Metric metric) {
    float[][] rows = Vectors.clustered(1, ROWS, DIMENSION, 40);
    ArraySpace space = ArraySpace.of(metric, rows);
    try (Graph graph = GraphFixture.build(space, GraphParams.DEFAULT)) {
      SearchBlocks blocks = caughtUp(graph, space);
      assertThat(blocks.coded()).isEqualTo(ROWS);
      assertThat(recall(blocks, metric, rows, Bits.NONE)).isGreaterThanOrEqualTo(0.95);
    }
  }

  @Test
  void withoutMemoryThereAreNoneAndWhatWasTakenIsGivenBack() {
    ArraySpace space = ArraySpace.of(Metric.EUCLIDEAN, Vectors.gaussian(3, ROWS, DIMENSION));
    CodeMemory memory = new CodeMemory(3L << 20); // A first chunk, no second one.
    try (Graph graph = GraphFixture.build(space, GraphParams.DEFAULT)) {
      SearchBlocks blocks = new SearchBlocks(graph, space, memory);
      work(blocks, ROWS);
      assertThat(blocks.coded()).isZero();
      assertThat(blocks.hasWork(ROWS)).isFalse();
      blocks.close();
      assertThat(memory.usedBytes()).isZero();
    }
  }

  /** A new node is found through others, so their blocks have to follow before it counts. */
  @Test
  void newRowsCountOnlyWhenTheyCanBeFound() {
    float[][] rows = Vectors.clustered(4, ROWS, DIMENSION, 40);
    ArraySpace space = ArraySpace.of(Metric.EUCLIDEAN, rows);
    try (Graph graph = new Graph(GraphParams.DEFAULT)) {
      GraphFixture.insert(graph, space, 0, ROWS / 2);
      SearchBlocks blocks = caughtUp(graph, space);
      GraphFixture.insert(graph, space, ROWS / 2, ROWS);
      while (blocks.hasWork(ROWS)) {
        assertThat(blocks.coded()).isEqualTo(ROWS / 2);
        blocks.work(ROWS, 50);
      }
      assertThat(blocks.coded()).isEqualTo(ROWS);
      assertThat(recall(blocks, Metric.EUCLIDEAN, rows, Bits.NONE)).isGreaterThanOrEqualTo(0.95);
    }
  }

  @Test
  void deadRowsAreNeverFoundBeforeNorAfterTheyLeaveTheGraph() {
    float[][] rows = Vectors.clustered(5, ROWS, DIMENSION, 40);
    ArraySpace space = ArraySpace.of(Metric.EUCLIDEAN, rows);
    BitSet gone = new BitSet();
    for (int i = 0; i < ROWS; i += 3) {
      gone.set(i);
    }
    Bits dead = gone::get;
    try (Graph graph = GraphFixture.build(space, GraphParams.DEFAULT)) {
      SearchBlocks blocks = caughtUp(graph, space);
      assertThat(recall(blocks, Metric.EUCLIDEAN, rows, dead)).isGreaterThanOrEqualTo(0.95);
      GraphRepair.consolidate(graph, space, dead);
      assertThat(recall(blocks, Metric.EUCLIDEAN, rows, dead)).isGreaterThanOrEqualTo(0.9);
      work(blocks, ROWS);
      assertThat(recall(blocks, Metric.EUCLIDEAN, rows, dead)).isGreaterThanOrEqualTo(0.95);
    }
  }

  /** Blocks are written anew under searches; what those find exists and was asked for. */
  @Test
  void searchesBesideInsertsAndCodingFindOnlyWhatTheyMay() throws Exception {
    float[][] rows = Vectors.clustered(6, ROWS, DIMENSION, 40);
    ArraySpace space = ArraySpace.of(Metric.EUCLIDEAN, rows);
    try (Graph graph = new Graph(GraphParams.DEFAULT)) {
      GraphFixture.insert(graph, space, 0, 500);
      SearchBlocks blocks = caughtUp(graph, space);
      Thread inserts =
          new Thread(() -> {
            for (int from = 500; from < ROWS; from += 100) {
              GraphFixture.insert(graph, space, from, from + 100);
              work(blocks, from + 100);
            }
          });
      inserts.start();
      for (int i = 0; inserts.isAlive(); i = (i + 1) % ROWS) {
        int coded = blocks.coded();
        int[] found = search(blocks, coded, rows[i], Bits.NONE);
        assertThat(found).hasSizeGreaterThanOrEqualTo(GraphFixture.K).doesNotHaveDuplicates();
        assertThat(Arrays.stream(found).max().orElseThrow()).isLessThan(coded);
      }
      inserts.join();
      assertThat(recall(blocks, Metric.EUCLIDEAN, rows, Bits.NONE)).isGreaterThanOrEqualTo(0.95);
    }
  }

  private static SearchBlocks caughtUp(Graph graph, ArraySpace space) {
    SearchBlocks blocks = new SearchBlocks(graph, space, new CodeMemory(1L << 32));
    work(blocks, graph.bound());
    return blocks;
  }

  private static void work(SearchBlocks blocks, int indexed) {
    while (blocks.hasWork(indexed)) {
      blocks.work(indexed, 64);
    }
  }

  private int[] search(SearchBlocks blocks, int limit, float[] query, Bits dead) {
    BlockReader reader = blocks.reader();
    reader.target(query);
    int[] found = new int[KEEP];
    int count =
        searcher.search(blocks, reader, new SearchView(limit, dead), KEEP, 100, Deadline.NEVER);
    Arrays.setAll(found, rank -> rank < count ? searcher.ordinal(rank) : -1);
    return Arrays.copyOf(found, count);
  }

  /** Of the true nearest ten among the living rows; the rows themselves are the queries. */
  private double recall(SearchBlocks blocks, Metric metric, float[][] rows, Bits dead) {
    int hits = 0;
    for (int q = 0; q < 50; q++) {
      float[] query = rows[q * 29];
      int[] want = Vectors.nearest(metric, rows, query, GraphFixture.K, i -> !dead.contains(i));
      int[] found = search(blocks, blocks.coded(), query, dead);
      assertThat(Arrays.stream(found).noneMatch(dead::contains)).isTrue();
      hits += GraphFixture.hits(want, found);
    }
    return hits / (50.0 * GraphFixture.K);
  }
}
