package io.quiver.bench;

import io.quiver.core.Deadline;
import io.quiver.core.Metric;
import io.quiver.core.Quantization;
import io.quiver.hnsw.BlockSearcher;
import io.quiver.hnsw.Graph;
import io.quiver.hnsw.GraphBuilder;
import io.quiver.hnsw.GraphParams;
import io.quiver.hnsw.GraphSearcher;
import io.quiver.hnsw.InsertCodes;
import io.quiver.hnsw.InsertContext;
import io.quiver.hnsw.SearchBlocks;
import io.quiver.hnsw.SearchForm;
import io.quiver.hnsw.SearchView;
import io.quiver.quant.BlockReader;
import io.quiver.quant.ByteRows;
import io.quiver.quant.CodeMemory;
import io.quiver.quant.ProductRows;
import io.quiver.quant.RowCodes;
import io.quiver.testkit.ArraySpace;
import io.quiver.testkit.VectorFiles;
import io.quiver.vectors.Bits;
import io.quiver.vectors.Scorer;
import java.lang.foreign.Arena;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * One thread, by its CPU time: build rows/s, then recall@10 beside queries/s over a sweep of ef, by
 * rows and by each kind of codes. Argument: {@code siftsmall}, {@code papers}, {@code glove},
 * {@code minilm} or {@code mnist}; then, if not all, the forms of search: {@code rows}, {@code
 * bytes}, {@code blocks}, {@code products}. {@code -Def_construction=100} builds with another value
 * than 200, {@code -Dinsert_by_rows=true} without bytes. Compare with a peer from the same hour,
 * both pinned to one core.
 */
public final class GraphBench {
  private static final int K = 10;
  private static final int RESCORED = K + 8;
  private static final CodeMemory MEMORY = new CodeMemory(Long.MAX_VALUE);
  private static final int[] EFS = {10, 14, 20, 24, 28, 40, 56, 80, 112, 160, 224};
  private static final List<String> FORMS = List.of("rows", "bytes", "blocks", "products");
  private static final int EF_CONSTRUCTION = Integer.getInteger("ef_construction", 200);
  private static final double SECONDS_PER_POINT = 0.6;

  private final ArraySpace space;
  private final float[][] queries;
  private final int[][] truth;

  private GraphBench(ArraySpace space, float[][] queries, int[][] truth) {
    this.space = space;
    this.queries = queries;
    this.truth = truth;
  }

  /** Finds about the nearest rows; returns the K nearest of them. */
  private interface Search {
    float[] scores(float[] query, int ef);
  }

  public static void main(String[] args) {
    String set = args.length == 0 ? "siftsmall" : args[0];
    Path folder = VectorFiles.folder();
    Path files =
        folder.resolve(
            switch (set) {
              case "siftsmall" -> "siftsmall/siftsmall_";
              case "mnist" -> "mnist-784/mnist_";
              case "papers" -> "papers/papers_";
              case "minilm" -> "luceneutil-terms/terms_minilm384_";
              case "glove" -> "luceneutil-terms/terms_glove100_";
              default -> throw new IllegalArgumentException("no such set: " + set);
            });
    boolean sift = set.equals("siftsmall");
    Metric metric = sift || set.equals("mnist") ? Metric.EUCLIDEAN : Metric.COSINE;
    GraphBench bench =
        new GraphBench(
            ArraySpace.of(metric, VectorFiles.floats(find(files, "base"))),
            VectorFiles.floats(find(files, "query")),
            VectorFiles.ints(Path.of(files + "groundtruth.ivecs")));
    if (sift) {
      bench.build().close(); // The first build compiles the code.
    }
    List<String> forms = args.length < 2 ? FORMS : List.of(args).subList(1, args.length);
    try (Graph graph = bench.build()) {
      forms.forEach(form -> bench.sweep(form, bench.by(form, graph)));
    }
  }

  private Search by(String form, Graph graph) {
    return switch (form) {
      case "rows" -> byRows(graph);
      case "bytes" -> byCodes(graph, form, new ByteRows(space, MEMORY, Arena.global()));
      case "blocks" -> byBlocks(code(graph));
      case "products" -> {
        Quantization.Product wanted =
            new Quantization.Product(Quantization.Product.segmentsOf(space.dimension()), 256);
        yield byCodes(graph, form, new ProductRows(space, wanted, MEMORY, Arena.global()));
      }
      default -> throw new IllegalArgumentException("no such form: " + form);
    };
  }

  private static Path find(Path files, String what) {
    return Stream.of(".fvecs", ".fvecs.gz", ".bvecs.gz")
        .map(suffix -> Path.of(files + what + suffix))
        .filter(Files::exists)
        .findFirst()
        .orElseThrow();
  }

  /** Time this thread ran: others on the machine disturb it less than they do the clock. */
  private static long cpuNanos() {
    return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
  }

  private Graph build() {
    long start = cpuNanos();
    Graph graph = new Graph(new GraphParams(16, EF_CONSTRUCTION, 16, 42));
    GraphBuilder builder = new GraphBuilder(graph, space, insertCodes(graph));
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

  /** Those that a collection would have, unless they are not wanted. */
  private Optional<InsertCodes> insertCodes(Graph graph) {
    return Boolean.getBoolean("insert_by_rows")
        ? Optional.empty()
        : SearchForm.of(graph, space, MEMORY, new Quantization.Auto()).insertCodes();
  }

  private SearchBlocks code(Graph graph) {
    SearchBlocks blocks =
        (SearchBlocks) SearchForm.of(graph, space, MEMORY, new Quantization.Binary());
    long start = cpuNanos();
    while (blocks.hasWork(space.count())) {
      blocks.work(space.count(), 1_000);
    }
    System.out.printf(
        Locale.ROOT,
        "blocks: %.1f us/row, %d B/row%n",
        (cpuNanos() - start) / 1e3 / space.count(),
        blocks.memoryBytes() / space.count());
    return blocks;
  }

  private Search byRows(Graph graph) {
    GraphSearcher searcher = new GraphSearcher();
    Scorer scorer = space.scorer();
    float[] scores = new float[K];
    return (query, ef) -> {
      scorer.target(query);
      int found = searcher.search(graph, scorer, SearchView.ALL, K, ef);
      for (int rank = 0; rank < found; rank++) {
        scores[rank] = searcher.score(rank);
      }
      return scores;
    };
  }

  private Search byCodes(Graph graph, String name, RowCodes codes) {
    long start = cpuNanos();
    for (int ordinal = 0; ordinal < space.count(); ordinal++) {
      codes.encode(ordinal);
    }
    System.out.printf(
        Locale.ROOT,
        "%s: %.2f us/row, %d B/row%n",
        name,
        (cpuNanos() - start) / 1e3 / space.count(),
        codes.memoryBytes() / space.count());
    GraphSearcher searcher = new GraphSearcher();
    Scorer coded = codes.scorer();
    Scorer scorer = space.scorer();
    int keep = K + codes.spare(K);
    int[] ordinals = new int[keep];
    float[] scores = new float[keep];
    return (query, ef) -> {
      coded.target(query);
      scorer.target(query);
      int found = searcher.search(graph, coded, SearchView.ALL, keep, Math.max(ef, keep));
      for (int rank = 0; rank < found; rank++) {
        ordinals[rank] = searcher.ordinal(rank);
      }
      scorer.score(ordinals, found, scores);
      Arrays.sort(scores, 0, found);
      return scores;
    };
  }

  private Search byBlocks(SearchBlocks blocks) {
    BlockSearcher searcher = new BlockSearcher();
    BlockReader reader = blocks.reader();
    SearchView view = new SearchView(blocks.coded(), Bits.NONE);
    float factor = space.metric() == Metric.COSINE ? .5f : 1;
    Scorer scorer = space.scorer();
    int[] ordinals = new int[RESCORED];
    float[] estimates = new float[RESCORED];
    float[] scores = new float[RESCORED];
    return (query, ef) -> {
      reader.target(query);
      scorer.target(query);
      int found = searcher.search(blocks, reader, view, RESCORED, ef, Deadline.NEVER);
      for (int rank = 0; rank < found; rank++) {
        ordinals[rank] = searcher.ordinal(rank);
        estimates[rank] = factor * searcher.score(rank);
      }
      rescore(scorer, ordinals, estimates, found, scores);
      return scores;
    };
  }

  /** As {@code query.Rescoring} does: no more rows than may be among the K best. */
  private static void rescore(
      Scorer scorer, int[] ordinals, float[] estimates, int found, float[] scores) {
    int first = Math.min(found, (K + 3) / 4 * 4);
    scorer.score(ordinals, first, scores);
    float error = 0;
    for (int i = 0; i < first; i++) {
      error = Math.max(error, Math.abs(scores[i] - estimates[i]));
    }
    Arrays.sort(scores, 0, first);
    if (first < found && estimates[first] - 1.25f * error <= scores[K - 1]) {
      scorer.score(ordinals, found, scores);
      Arrays.sort(scores, 0, found);
    }
  }

  private void sweep(String name, Search search) {
    for (int warm = 0; warm < 40; warm++) {
      for (float[] query : queries) {
        search.scores(query, 64);
      }
    }
    for (int ef : EFS) {
      point(name, search, ef);
    }
  }

  private void point(String name, Search search, int ef) {
    int hits = 0;
    Scorer exact = space.scorer();
    for (int q = 0; q < queries.length; q++) {
      exact.target(queries[q]);
      // By distance, so that ties never count against; two kernels may round apart.
      float worst = exact.score(truth[q][K - 1]) * 1.00001f;
      float[] scores = search.scores(queries[q], ef);
      for (int rank = 0; rank < K; rank++) {
        hits += scores[rank] <= worst ? 1 : 0;
      }
    }
    double best = 0;
    long until = cpuNanos() + (long) (SECONDS_PER_POINT * 1e9);
    while (cpuNanos() < until) {
      long start = cpuNanos();
      for (float[] query : queries) {
        search.scores(query, ef);
      }
      best = Math.max(best, queries.length * 1e9 / (cpuNanos() - start));
    }
    System.out.printf(
        Locale.ROOT,
        "%s ef %d recall %.4f qps %.0f%n",
        name,
        ef,
        hits / (double) (K * queries.length),
        best);
  }
}
