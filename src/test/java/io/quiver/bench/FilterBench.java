package io.quiver.bench;

import io.quiver.core.Deadline;
import io.quiver.core.DenseVector;
import io.quiver.core.Metric;
import io.quiver.core.OrdinalSet;
import io.quiver.core.Quantization;
import io.quiver.disk.OsDisk;
import io.quiver.query.Nearest;
import io.quiver.query.Plan;
import io.quiver.query.SearchSession;
import io.quiver.query.Searchable;
import io.quiver.query.ShardRows;
import io.quiver.testkit.VectorFiles;
import io.quiver.vectors.Tombstones;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * What a filter costs a search, on one thread: recall@10 and the time of the median query, beside
 * those of a search without a filter at the {@code ef} where its own recall reaches .95. Bitmaps
 * are there before the clock starts. Arguments: {@code papers} or {@code mnist}, then the {@code
 * ef} of the filtered searches (50). Each query's time is the best of {@link #ROUNDS}, so what
 * others on the machine do matters less.
 */
public final class FilterBench {
  private static final int K = 10;
  private static final int ROUNDS = 7;
  private static final int MADE_QUERIES = 100;
  private static final int[] EFS = {10, 12, 14, 16, 18, 20, 22, 24, 28, 32, 36, 40, 48, 56, 64};
  private static final double[] SHARES = {0.5, 0.25, 0.1, 0.04, 0.01, 0.001, 0.0001};

  private final Searchable rows;
  private final List<DenseVector> queries;
  private final SearchSession session = SearchSession.ofThread();

  private FilterBench(Searchable rows, float[][] queries) {
    this.rows = rows;
    this.queries = Arrays.stream(queries).map(DenseVector::owning).toList();
  }

  /** Recall and the median time in µs. */
  private record Point(double recall, double micros, double micros90, String plans) {}

  public static void main(String[] args) throws IOException {
    boolean mnist = args[0].equals("mnist");
    int ef = args.length > 1 ? Integer.parseInt(args[1]) : 50;
    Path folder = VectorFiles.folder();
    Path files = folder.resolve(mnist ? "mnist-784/mnist_" : "papers/papers_");
    String suffix = mnist ? ".bvecs.gz" : ".fvecs";
    float[][] base =
        VectorFiles.floats(Path.of(files + "base" + (mnist ? suffix : suffix + ".gz")));
    float[][] queries = VectorFiles.floats(Path.of(files + "query" + suffix));
    Metric metric = mnist ? Metric.EUCLIDEAN : Metric.COSINE;
    Path scratch = Files.createTempDirectory("filterbench");
    try (ShardRows shard = new ShardRows(new OsDisk(), scratch, metric, base, base.length)) {
      Searchable rows = shard.searchable(shard.form(new Quantization.Auto()), Tombstones.NONE);
      FilterBench bench = new FilterBench(rows, queries);
      int[][] truth = VectorFiles.ints(Path.of(files + "groundtruth.ivecs"));
      List<FilterSets> filters = mnist ? FilterSets.mnist(files) : FilterSets.papers(files);
      bench.warm(filters);
      for (FilterSets filter : filters) {
        Point plain = bench.plain(truth);
        Point filtered = bench.point(ef, filter.passing(), filter.truth());
        bench.print(filter.name(), filter.share(), plain, filtered);
      }
      bench.made(ef, truth);
    } finally {
      try (var paths = Files.list(scratch)) {
        for (Path file : paths.toList()) {
          Files.delete(file);
        }
      }
      Files.delete(scratch);
    }
  }

  private void warm(List<FilterSets> filters) {
    for (FilterSets filter : filters) {
      times(50, filter.passing());
    }
    times(50, List.of());
  }

  /** The search without a filter, where its recall reaches .95. */
  private Point plain(int[][] truth) {
    for (int ef : EFS) {
      if (recall(ef, List.of(), truth) >= 0.95) {
        return point(ef, List.of(), truth);
      }
    }
    throw new IllegalStateException("no ef reaches recall .95");
  }

  private Point point(int ef, List<OrdinalSet> sets, int[][] truth) {
    double recall = recall(ef, sets, truth);
    long[] nanos = times(ef, sets);
    return new Point(
        recall, nanos[nanos.length / 2] / 1e3, nanos[nanos.length * 9 / 10] / 1e3, plans(ef, sets));
  }

  private Nearest sought(int q, int ef, List<OrdinalSet> sets) {
    Optional<OrdinalSet> allowed = sets.isEmpty() ? Optional.empty() : Optional.of(sets.get(q));
    return Nearest.of(queries.get(q), K, ef).among(allowed);
  }

  private int count(List<OrdinalSet> sets) {
    return sets.isEmpty() ? queries.size() : sets.size();
  }

  /** By distance, so that ties never count against. */
  private double recall(int ef, List<OrdinalSet> sets, int[][] truth) {
    var scorer = rows.rows().scorer();
    int hits = 0;
    int wanted = 0;
    for (int q = 0; q < count(sets); q++) {
      scorer.target(queries.get(q).toArray());
      int most = (int) Arrays.stream(truth[q]).limit(K).filter(row -> row >= 0).count();
      float worst = most == 0 ? 0 : scorer.score(truth[q][most - 1]) + 1e-6f;
      worst += Math.abs(worst) * 1e-5f;
      int found = session.run(rows, sought(q, ef, sets), Deadline.NEVER);
      if (found != most && !sets.isEmpty()) {
        throw new IllegalStateException("query %d: found=%d there=%d".formatted(q, found, most));
      }
      for (int rank = 0; rank < found; rank++) {
        hits += session.score(rank) <= worst ? 1 : 0;
      }
      wanted += most;
    }
    return hits / (double) wanted;
  }

  private long[] times(int ef, List<OrdinalSet> sets) {
    long[] best = new long[count(sets)];
    Arrays.fill(best, Long.MAX_VALUE);
    for (int round = 0; round < ROUNDS; round++) {
      for (int q = 0; q < best.length; q++) {
        Nearest sought = sought(q, ef, sets);
        long start = System.nanoTime();
        session.run(rows, sought, Deadline.NEVER);
        best[q] = Math.min(best[q], System.nanoTime() - start);
      }
    }
    Arrays.sort(best);
    return best;
  }

  private String plans(int ef, List<OrdinalSet> sets) {
    Map<Plan.Way, Integer> ways = new TreeMap<>();
    for (int q = 0; q < count(sets); q++) {
      Plan plan = session.explain(rows, sought(q, ef, sets), Deadline.NEVER);
      ways.merge(plan.way(), 1, Integer::sum);
    }
    return ways.toString();
  }

  private void print(String name, double share, Point plain, Point filtered) {
    System.out.printf(
        Locale.ROOT,
        "%-24s %8.4f%% recall %.4f p50 %.1f p90 %.1f us; plain %.4f %.1f us; ratio %.2f %s%n",
        name,
        100 * share,
        filtered.recall(),
        filtered.micros(),
        filtered.micros90(),
        plain.recall(),
        plain.micros(),
        filtered.micros() / plain.micros(),
        filtered.plans());
  }

  /** Made filters: any rows, some of those nearest to the query, those farthest from it. */
  private void made(int ef, int[][] truth) {
    for (String where : List.of("independent", "near", "far")) {
      for (double share : SHARES) {
        int wanted = (int) Math.max(1, Math.round(share * rows.count()));
        List<OrdinalSet> sets = new ArrayList<>();
        int[][] right = new int[MADE_QUERIES][];
        for (int q = 0; q < MADE_QUERIES; q++) {
          sets.add(set(where, q, wanted));
          Nearest sought = sought(q, ef, sets).exactly();
          int found = session.run(rows, sought, Deadline.NEVER);
          right[q] = IntStream.range(0, found).map(session::ordinal).toArray();
        }
        print(where, share, plain(truth), point(ef, sets, right));
      }
    }
  }

  private OrdinalSet set(String where, int q, int wanted) {
    SplittableRandom random = new SplittableRandom(q);
    int count = rows.count();
    if (where.equals("independent")) {
      boolean[] member = new boolean[count];
      for (int taken = 0; taken < wanted; ) {
        int row = random.nextInt(count);
        taken += member[row] ? 0 : 1;
        member[row] = true;
      }
      return OrdinalSet.of(count, row -> member[row]);
    }
    float[] scores = new float[count];
    var scorer = rows.rows().scorer();
    scorer.target(queries.get(q).toArray());
    scorer.score(IntStream.range(0, count).toArray(), count, scores);
    float[] sorted = scores.clone();
    Arrays.sort(sorted);
    if (where.equals("near")) { // Half of the nearest.
      float bound = sorted[Math.min(count, 2 * wanted) - 1];
      return OrdinalSet.of(count, row -> scores[row] <= bound && random.nextBoolean());
    }
    float bound = sorted[count - wanted];
    return OrdinalSet.of(count, row -> scores[row] >= bound);
  }
}
