package io.quiver.hnsw;

import static org.assertj.core.api.Assertions.assertThat;

import io.quiver.core.Metric;
import io.quiver.testkit.ArraySpace;
import io.quiver.testkit.Vectors;
import io.quiver.vectors.Bits;
import io.quiver.vectors.Scorer;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Inserts, searches and repairs from several threads at once. */
class GraphConcurrencyTest {
  private static final int ROWS = 6_000;
  private static final int DIMENSION = 16;
  private static final int INSERTERS = 4;

  @Test
  void searchesBesideInsertsAreValidAndTheGraphIsSoundAfterwards() throws Exception {
    float[][] rows = Vectors.clustered(1, ROWS, DIMENSION, 50);
    ArraySpace space = ArraySpace.of(Metric.EUCLIDEAN, rows);
    try (Graph graph = new Graph(GraphParams.DEFAULT);
        ExecutorService threads = Executors.newFixedThreadPool(INSERTERS + 2)) {
      AtomicInteger next = new AtomicInteger();
      AtomicBoolean done = new AtomicBoolean();
      List<Future<?>> inserters = new ArrayList<>();
      for (int i = 0; i < INSERTERS; i++) {
        inserters.add(threads.submit(() -> insertAll(graph, space, next)));
      }
      Callable<Integer> searches = () -> searchUntil(done, graph, space, rows, ordinal -> false);
      Future<Integer> one = threads.submit(searches);
      Future<Integer> two = threads.submit(searches);
      for (Future<?> inserter : inserters) {
        inserter.get();
      }
      done.set(true);
      assertThat(one.get() + two.get()).isPositive();
      GraphReport report = GraphCheck.check(graph, Bits.NONE);
      assertThat(report.faults()).isEmpty();
      assertThat(report.nodes()).isEqualTo(ROWS);
      assertThat(report.reachable()).isEqualTo(ROWS);
      float[][] queries = Vectors.clustered(1, 100, DIMENSION, 50);
      assertThat(GraphFixture.recall(graph, space, Metric.EUCLIDEAN, rows, queries, Bits.NONE, 100))
          .isGreaterThanOrEqualTo(0.97);
    }
  }

  /** Repairs keep inserts waiting, never searches, which go on returning only live rows. */
  @Test
  void searchesBesideRepairsReturnOnlyLiveRows() throws Exception {
    float[][] rows = Vectors.gaussian(2, ROWS, DIMENSION);
    ArraySpace space = ArraySpace.of(Metric.COSINE, rows);
    BitSet dead = new BitSet();
    dead.set(0, 2_000);
    try (Graph graph = new Graph(GraphParams.DEFAULT);
        ExecutorService threads = Executors.newFixedThreadPool(INSERTERS)) {
      GraphFixture.insert(graph, space, 0, 3_000);
      AtomicInteger next = new AtomicInteger(3_000);
      AtomicBoolean done = new AtomicBoolean();
      Future<?> inserter = threads.submit(() -> insertAll(graph, space, next));
      Future<?> other = threads.submit(() -> insertAll(graph, space, next));
      Future<Integer> searcher =
          threads.submit(() -> searchUntil(done, graph, space, rows, dead::get));
      for (int upTo = 500; upTo <= 2_000; upTo += 500) {
        int bound = upTo;
        GraphRepair.consolidate(graph, space, row -> row < bound);
      }
      inserter.get();
      other.get();
      done.set(true);
      assertThat(searcher.get()).isPositive();
      GraphReport report = GraphCheck.check(graph, dead::get);
      assertThat(report.faults()).isEmpty();
      assertThat(report.nodes()).isEqualTo(ROWS - 2_000);
      assertThat(report.linksToDead()).isZero();
    }
  }

  private static void insertAll(Graph graph, ArraySpace space, AtomicInteger next) {
    GraphBuilder builder = new GraphBuilder(graph, space);
    InsertContext context = builder.context();
    for (int row = next.getAndIncrement(); row < ROWS; row = next.getAndIncrement()) {
      builder.insert(row, context);
    }
  }

  /** Results are sorted, without repeats, live, and their scores are right. */
  private static int searchUntil(
      AtomicBoolean done, Graph graph, ArraySpace space, float[][] rows, Bits dead) {
    GraphSearcher searcher = new GraphSearcher();
    Scorer scorer = space.scorer();
    int searches = 0;
    do {
      scorer.target(rows[searches % ROWS]);
      int found = searcher.search(graph, scorer, new SearchView(ROWS, dead), 10, 50);
      BitSet seen = new BitSet();
      for (int rank = 0; rank < found; rank++) {
        int ordinal = searcher.ordinal(rank);
        assertThat(seen.get(ordinal)).isFalse();
        assertThat(dead.contains(ordinal)).isFalse();
        seen.set(ordinal);
        assertThat(searcher.score(rank))
            .isGreaterThanOrEqualTo(rank == 0 ? -1f : searcher.score(rank - 1));
      }
      searches++;
    } while (!done.get());
    return searches;
  }
}
