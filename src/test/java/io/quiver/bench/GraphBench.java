package io.quiver.bench;

import io.quiver.core.Metric;
import io.quiver.hnsw.Graph;
import io.quiver.hnsw.GraphBuilder;
import io.quiver.hnsw.GraphParams;
import io.quiver.hnsw.GraphSearcher;
import io.quiver.hnsw.InsertContext;
import io.quiver.hnsw.SearchView;
import io.quiver.testkit.ArraySpace;
import io.quiver.testkit.VectorFiles;
import io.quiver.vectors.Scorer;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.Locale;

/**
 * One thread, by its CPU time: build rows/s, then recall@10 beside queries/s over a sweep of ef.
 * Arguments: {@code siftsmall} or {@code mnist}. Compare with a peer from the same hour, both
 * pinned to one core.
 */
public final class GraphBench {
  private static final int K = 10;
  private static final int[] EFS = {10, 14, 20, 28, 40, 56, 80, 112, 160, 224};
  private static final double SECONDS_PER_POINT = 0.6;

  private GraphBench() {}

  public static void main(String[] args) {
    boolean sift = args.length == 0 || args[0].equals("siftsmall");
    Path folder = VectorFiles.folder().resolve(sift ? "siftsmall" : "mnist-784");
    String name = sift ? "siftsmall" : "mnist";
    String suffix = sift ? ".fvecs" : ".bvecs.gz";
    float[][] base = VectorFiles.floats(folder.resolve(name + "_base" + suffix));
    float[][] queries = VectorFiles.floats(folder.resolve(name + "_query" + suffix));
    int[][] truth = VectorFiles.ints(folder.resolve(name + "_groundtruth.ivecs"));
    ArraySpace space = ArraySpace.of(Metric.EUCLIDEAN, base);
    if (sift) {
      build(space).close(); // The first build compiles the code.
    }
    try (Graph graph = build(space)) {
      GraphSearcher searcher = new GraphSearcher();
      Scorer scorer = space.scorer();
      for (int warm = 0; warm < 40; warm++) {
        for (float[] query : queries) {
          scorer.target(query);
          searcher.search(graph, scorer, SearchView.ALL, K, 64);
        }
      }
      for (int ef : EFS) {
        point(graph, searcher, scorer, queries, truth, ef);
      }
    }
  }

  /** Time this thread ran: others on the machine disturb it less than they do the clock. */
  private static long cpuNanos() {
    return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
  }

  private static Graph build(ArraySpace space) {
    long start = cpuNanos();
    Graph graph = new Graph(GraphParams.DEFAULT);
    GraphBuilder builder = new GraphBuilder(graph, space);
    InsertContext context = builder.context();
    for (int ordinal = 0; ordinal < space.count(); ordinal++) {
      builder.insert(ordinal, context);
    }
    double seconds = (cpuNanos() - start) / 1e9;
    System.out.printf(
        Locale.ROOT,
        "build %d rows, %.0f rows/s, graph %d B/row%n",
        space.count(),
        space.count() / seconds,
        graph.memoryBytes() / space.count());
    return graph;
  }

  private static void point(
      Graph graph,
      GraphSearcher searcher,
      Scorer scorer,
      float[][] queries,
      int[][] truth,
      int ef) {
    int hits = 0;
    for (int q = 0; q < queries.length; q++) {
      scorer.target(queries[q]);
      int found = searcher.search(graph, scorer, SearchView.ALL, K, ef);
      // By distance, so that ties never count against; two kernels may round apart.
      float worst = scorer.score(truth[q][K - 1]) * 1.00001f;
      for (int rank = 0; rank < found; rank++) {
        hits += searcher.score(rank) <= worst ? 1 : 0;
      }
    }
    double best = 0;
    long until = cpuNanos() + (long) (SECONDS_PER_POINT * 1e9);
    while (cpuNanos() < until) {
      long start = cpuNanos();
      for (float[] query : queries) {
        scorer.target(query);
        searcher.search(graph, scorer, SearchView.ALL, K, ef);
      }
      best = Math.max(best, queries.length * 1e9 / (cpuNanos() - start));
    }
    System.out.printf(
        Locale.ROOT,
        "ef %d recall %.4f qps %.0f%n",
        ef,
        hits / (double) (K * queries.length),
        best);
  }
}
