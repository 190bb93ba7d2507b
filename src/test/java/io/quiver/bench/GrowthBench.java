package io.quiver.bench;

import io.quiver.core.Metric;
import io.quiver.core.Quantization;
import io.quiver.hnsw.Graph;
import io.quiver.hnsw.GraphBuilder;
import io.quiver.hnsw.GraphParams;
import io.quiver.hnsw.GraphSearcher;
import io.quiver.hnsw.InsertContext;
import io.quiver.hnsw.SearchForm;
import io.quiver.hnsw.SearchView;
import io.quiver.quant.ByteRows;
import io.quiver.quant.CodeMemory;
import io.quiver.testkit.ArraySpace;
import io.quiver.vectors.Scorer;
import java.lang.foreign.Arena;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.Locale;
import java.util.SplittableRandom;

/**
 * How the cost of a search and of a build grows with the number of rows: one thread, by its CPU
 * time, codes of bytes, at recall@10 .95. Arguments: the numbers of rows; 10000, 100000 and 1000000
 * if there are none. Rows of 128 components (or {@code -Ddimension}) are made: 16 independent
 * numbers through a linear map, with a little noise, so that their neighbourhoods are of one kind
 * at any size.
 */
public final class GrowthBench {
  private static final int DIMENSION = Integer.getInteger("dimension", 128);
  private static final int LATENT = 16;
  private static final double NOISE = 0.05;
  private static final int QUERIES = 300;
  private static final int K = 10;
  private static final double RECALL = 0.95;
  private static final int[] EFS = {16, 20, 24, 28, 34, 40, 48, 56, 68, 80, 96, 112, 136, 160};
  private static final CodeMemory MEMORY = new CodeMemory(Long.MAX_VALUE);

  private final double[][] map = new double[LATENT][DIMENSION];

  private GrowthBench() {
    SplittableRandom random = new SplittableRandom(1);
    for (double[] direction : map) {
      for (int i = 0; i < DIMENSION; i++) {
        direction[i] = random.nextGaussian();
      }
    }
  }

  public static void main(String[] args) {
    String[] counts = args.length == 0 ? new String[] {"10000", "100000", "1000000"} : args;
    GrowthBench bench = new GrowthBench();
    for (String count : counts) {
      bench.run(Integer.parseInt(count));
    }
  }

  private float[][] rows(long seed, int count) {
    SplittableRandom random = new SplittableRandom(seed);
    float[][] rows = new float[count][DIMENSION];
    for (float[] row : rows) {
      for (double[] direction : map) {
        double factor = random.nextGaussian();
        for (int i = 0; i < DIMENSION; i++) {
          row[i] += (float) (factor * direction[i]);
        }
      }
      for (int i = 0; i < DIMENSION; i++) {
        row[i] += (float) (NOISE * random.nextGaussian());
      }
    }
    return rows;
  }

  private void run(int count) {
    ArraySpace space = ArraySpace.of(Metric.EUCLIDEAN, rows(2, count));
    float[][] queries = rows(3, QUERIES);
    try (Graph graph = new Graph(new GraphParams(16, 200, 16, 42))) {
      long start = cpuNanos();
      GraphBuilder builder =
          new GraphBuilder(
              graph,
              space,
              SearchForm.of(graph, space, MEMORY, new Quantization.Auto()).insertCodes());
      InsertContext context = builder.context();
      for (int ordinal = 0; ordinal < count; ordinal++) {
        builder.insert(ordinal, context);
      }
      double seconds = (cpuNanos() - start) / 1e9;
      System.out.printf(
          Locale.ROOT,
          "%d rows: build %.1f s, %.0f rows/s, %.3f us a row and log2 n%n",
          count,
          seconds,
          count / seconds,
          seconds * 1e6 / count / log2(count));
      search(graph, space, queries);
    }
  }

  private static void search(Graph graph, ArraySpace space, float[][] queries) {
    ByteRows codes = new ByteRows(space, MEMORY, Arena.global());
    for (int ordinal = 0; ordinal < space.count(); ordinal++) {
      codes.encode(ordinal);
    }
    float[] worst = new float[queries.length];
    Scorer exact = space.scorer();
    for (int q = 0; q < queries.length; q++) {
      worst[q] = tenth(exact, queries[q], space.count());
    }
    Scorer coded = codes.scorer();
    GraphSearcher searcher = new GraphSearcher();
    double recallBefore = 0;
    double microsBefore = 0;
    for (int ef : EFS) {
      int hits = 0;
      long best = Long.MAX_VALUE;
      for (int round = 0; round < 9; round++) {
        long start = cpuNanos();
        for (float[] query : queries) {
          coded.target(query);
          searcher.search(graph, coded, SearchView.ALL, K + 5, ef);
        }
        best = Math.min(best, cpuNanos() - start);
      }
      Counting counting = new Counting(coded);
      for (int q = 0; q < queries.length; q++) {
        coded.target(queries[q]);
        int found = searcher.search(graph, counting, SearchView.ALL, K + 5, ef);
        exact.target(queries[q]);
        for (int rank = 0; rank < found; rank++) {
          hits += exact.score(searcher.ordinal(rank)) <= worst[q] * 1.00001f ? 1 : 0;
        }
      }
      double recall = hits / (double) (K * queries.length);
      double micros = best / 1e3 / queries.length;
      if (recall >= RECALL) {
        double share = recallBefore == 0 ? 1 : (RECALL - recallBefore) / (recall - recallBefore);
        double at = recallBefore == 0 ? micros : microsBefore + share * (micros - microsBefore);
        System.out.printf(
            Locale.ROOT,
            "%d rows: recall %.4f at ef %d, %d scored; at .95 %.2f us, %.3f for each of log2 n%n",
            space.count(),
            recall,
            ef,
            counting.scored / queries.length,
            at,
            at / log2(space.count()));
        return;
      }
      recallBefore = recall;
      microsBefore = micros;
    }
    System.out.printf(Locale.ROOT, "%d rows: recall %.4f at most%n", space.count(), recallBefore);
  }

  /** Counts the rows that are scored. */
  private static final class Counting implements Scorer {
    private final Scorer scorer;
    private long scored;

    Counting(Scorer scorer) {
      this.scorer = scorer;
    }

    @Override
    public void target(int ordinal) {
      scorer.target(ordinal);
    }

    @Override
    public void target(float[] vector) {
      scorer.target(vector);
    }

    @Override
    public float score(int ordinal) {
      scored++;
      return scorer.score(ordinal);
    }

    @Override
    public void score(int[] ordinals, int count, float[] scores) {
      scored += count;
      scorer.score(ordinals, count, scores);
    }
  }

  private static float tenth(Scorer exact, float[] query, int count) {
    exact.target(query);
    int[] ordinals = new int[1_000];
    float[] scores = new float[1_000];
    float[] nearest = new float[K];
    Arrays.fill(nearest, Float.POSITIVE_INFINITY);
    for (int from = 0; from < count; from += ordinals.length) {
      int length = Math.min(ordinals.length, count - from);
      for (int i = 0; i < length; i++) {
        ordinals[i] = from + i;
      }
      exact.score(ordinals, length, scores);
      for (int i = 0; i < length; i++) {
        if (scores[i] < nearest[K - 1]) {
          nearest[K - 1] = scores[i];
          Arrays.sort(nearest);
        }
      }
    }
    return nearest[K - 1];
  }

  private static double log2(int count) {
    return Math.log(count) / Math.log(2);
  }

  private static long cpuNanos() {
    return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
  }
}
