package io.quiver.hnsw;

import io.quiver.core.Metric;
import io.quiver.testkit.ArraySpace;
import io.quiver.testkit.Vectors;
import io.quiver.vectors.Bits;
import io.quiver.vectors.Scorer;
import java.util.Arrays;
import java.util.stream.IntStream;

/** Builds graphs and measures their recall against brute force. */
final class GraphFixture {
  static final int K = 10;

  private GraphFixture() {}

  static Graph build(ArraySpace space, GraphParams params) {
    Graph graph = new Graph(params);
    insert(graph, space, 0, space.count());
    return graph;
  }

  static void insert(Graph graph, ArraySpace space, int from, int to) {
    GraphBuilder builder = new GraphBuilder(graph, space);
    InsertContext context = builder.context();
    for (int ordinal = from; ordinal < to; ordinal++) {
      builder.insert(ordinal, context);
    }
  }

  static int[] search(Graph graph, ArraySpace space, float[] query, SearchView view, int ef) {
    Scorer scorer = space.scorer();
    scorer.target(query);
    GraphSearcher searcher = new GraphSearcher();
    int found = searcher.search(graph, scorer, view, K, ef);
    return IntStream.range(0, found).map(searcher::ordinal).toArray();
  }

  /** Share of the true nearest ten among the rows not in {@code dead} that a search finds. */
  static double recall(
      Graph graph,
      ArraySpace space,
      Metric metric,
      float[][] rows,
      float[][] queries,
      Bits dead,
      int ef) {
    int hits = 0;
    for (float[] query : queries) {
      int[] want = Vectors.nearest(metric, rows, query, K, row -> !dead.contains(row));
      int[] got = search(graph, space, query, new SearchView(rows.length, dead), ef);
      hits += hits(want, got);
    }
    return hits / (double) (K * queries.length);
  }

  /** How many of {@code got} are in {@code want}. */
  static int hits(int[] want, int[] got) {
    return (int) Arrays.stream(got).filter(x -> Arrays.stream(want).anyMatch(w -> w == x)).count();
  }
}
