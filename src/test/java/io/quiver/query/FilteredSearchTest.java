package io.quiver.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quiver.core.Deadline;
import io.quiver.core.DenseVector;
import io.quiver.core.Metric;
import io.quiver.core.OrdinalSet;
import io.quiver.core.Quantization;
import io.quiver.core.QuiverException;
import io.quiver.core.Ticket;
import io.quiver.fuzz.MemoryFiles;
import io.quiver.hnsw.SearchForm;
import io.quiver.testkit.Vectors;
import io.quiver.vectors.Tombstones;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The planner's promise: exactly min(k, matches) rows, and recall .95 in every bucket, however many
 * rows match and wherever they lie. Against the formulas in float64 over all rows that match.
 */
class FilteredSearchTest {
  private static final Path FOLDER = Path.of("/s");
  private static final int ROWS = 6_000;
  private static final int TAIL = 100;
  private static final int DIMENSION = 64;
  private static final int QUERIES = 12;
  private static final int K = 10;
  private static final int EF = 50;
  private static final double[] SHARES = {0.5, 0.25, 0.1, 0.04, 0.01, 0.001, 0.0001};
  private static final Map<Quantization, SearchForm> FORMS = new HashMap<>();

  private static float[][] vectors;
  private static float[][] queries;
  private static ShardRows shard;
  private static Tombstones dead;

  /** Where the rows that match lie. */
  enum Correlation {
    INDEPENDENT,
    NEAR,
    FAR
  }

  @BeforeAll
  static void build() throws IOException {
    vectors = Vectors.clustered(21, ROWS + QUERIES, DIMENSION, 24);
    queries = Arrays.copyOfRange(vectors, ROWS, ROWS + QUERIES);
    vectors = Arrays.copyOf(vectors, ROWS);
    shard = new ShardRows(MemoryFiles.disk(FOLDER), FOLDER, Metric.EUCLIDEAN, vectors, ROWS - TAIL);
    int[] deleted = new SplittableRandom(5).ints(ROWS / 20, 0, ROWS).distinct().toArray();
    dead = Tombstones.NONE.with(deleted, deleted.length);
    for (Quantization wanted :
        new Quantization[] {
          new Quantization.None(),
          new Quantization.Scalar(),
          new Quantization.Binary(),
          new Quantization.Product(16, 64)
        }) {
      FORMS.put(wanted, shard.form(wanted));
    }
  }

  @AfterAll
  static void close() {
    FORMS.values().forEach(SearchForm::close);
    shard.close();
  }

  static Stream<Arguments> buckets() {
    return FORMS.keySet().stream()
        .sorted(Comparator.comparing(Object::toString))
        .flatMap(form ->
            Arrays.stream(Correlation.values())
                .flatMap(where ->
                    Arrays.stream(SHARES).mapToObj(share -> Arguments.of(form, where, share))));
  }

  @ParameterizedTest(name = "{0} {1} {2}, seed=21")
  @MethodSource("buckets")
  void everyBucketHasAllItsRowsAndRecall95(Quantization form, Correlation where, double share) {
    Searchable rows = shard.searchable(FORMS.get(form), dead);
    int hits = 0;
    int possible = 0;
    for (int q = 0; q < QUERIES; q++) {
      OrdinalSet allowed = matches(queries[q], where, share, q);
      int[] found = search(rows, Nearest.of(DenseVector.of(queries[q]), K, EF), allowed);
      int[] truth = truth(queries[q], K, allowed);
      assertThat(found).hasSize(truth.length).doesNotHaveDuplicates();
      assertThat(Arrays.stream(found).allMatch(living(allowed))).isTrue();
      hits += hits(found, truth);
      possible += truth.length;
    }
    assertThat(hits).isGreaterThanOrEqualTo((int) Math.ceil(0.95 * possible));
  }

  @Test
  void rowsThatNeitherGraphNorCodesKnowYetAreFound() {
    for (SearchForm form : FORMS.values()) {
      Searchable rows = shard.searchable(form, Tombstones.NONE);
      for (int newest = ROWS - TAIL; newest < ROWS; newest += 9) {
        int even = newest & 1;
        OrdinalSet half = OrdinalSet.of(ROWS, row -> (row & 1) == even);
        OrdinalSet few = OrdinalSet.of(ROWS, row -> (row & 1) == even && row > ROWS - 2 * TAIL);
        Nearest sought = Nearest.of(DenseVector.of(vectors[newest]), K, EF);
        assertThat(search(rows, sought, half)[0]).isEqualTo(newest);
        assertThat(search(rows, sought, few)[0]).isEqualTo(newest);
      }
    }
  }

  @Test
  void aSetThatMatchesNothingFindsNothing() {
    OrdinalSet none = OrdinalSet.of(ROWS, row -> false);
    OrdinalSet onlyDead = OrdinalSet.of(ROWS, dead::contains);
    OrdinalSet newerThanTheView = OrdinalSet.of(2 * ROWS, row -> row >= ROWS);
    for (OrdinalSet allowed : new OrdinalSet[] {none, onlyDead, newerThanTheView}) {
      assertThat(searchAll(allowed, K)).isEmpty();
    }
  }

  @Test
  void aSetOfAllRowsFindsWhatASearchWithoutAFilterFinds() {
    Searchable rows = shard.searchable(FORMS.get(new Quantization.None()), dead);
    for (float[] query : queries) {
      Nearest sought = Nearest.of(DenseVector.of(query), K, 200);
      int[] filtered = search(rows, sought, OrdinalSet.all(ROWS));
      assertThat(hits(filtered, search(rows, sought, Optional.empty()))).isEqualTo(K);
    }
  }

  @Test
  void moreThanThereAreIsAllThereAre() {
    OrdinalSet allowed = OrdinalSet.of(ROWS, row -> row % 7 == 0);
    int living = (int) IntStream.range(0, ROWS).filter(living(allowed)).count();
    assertThat(searchAll(allowed, living - 1)).hasSize(living - 1);
    assertThat(searchAll(allowed, living)).hasSize(living);
    assertThat(searchAll(allowed, living + 100)).hasSize(living);
  }

  @Test
  void anExactSearchFindsExactlyTheNearestOfThoseThatMatch() {
    Searchable rows = shard.searchable(FORMS.get(new Quantization.Binary()), dead);
    OrdinalSet allowed = OrdinalSet.of(ROWS, row -> row % 3 == 0);
    for (float[] query : queries) {
      Nearest sought = Nearest.of(DenseVector.of(query), 40, EF).exactly();
      assertThat(search(rows, sought, allowed)).containsExactly(truth(query, 40, allowed));
    }
  }

  @Test
  void aSearchForWhichNobodyWaitsEnds() {
    Ticket ticket = new Ticket();
    ticket.cancel();
    Deadline gone = new Deadline(Long.MAX_VALUE, ticket);
    for (SearchForm form : FORMS.values()) {
      Searchable rows = shard.searchable(form, dead);
      for (int modulo : new int[] {2, 10, 1_000}) {
        OrdinalSet allowed = OrdinalSet.of(ROWS, row -> row % modulo == 0);
        Nearest sought = Nearest.of(DenseVector.of(queries[0]), 100, 200);
        assertThatThrownBy(
                () -> SearchSession.ofThread().run(rows, sought.among(Optional.of(allowed)), gone))
            .isInstanceOf(QuiverException.class);
      }
    }
  }

  @Test
  void bestScoreFindsExactlyTheFirstOfThoseThatMatch() {
    Searchable rows = shard.searchable(FORMS.get(new Quantization.None()), dead);
    for (double share : SHARES) {
      OrdinalSet allowed = matches(queries[0], Correlation.INDEPENDENT, share, 3);
      BestScore best =
          new BestScore(
              rows, Stream.of(queries[0], queries[1]).map(DenseVector::of).toList(), List.of());
      int found = best.run(K, 200, false, Optional.of(allowed), Deadline.NEVER);
      int[] got = IntStream.range(0, found).map(best::ordinal).toArray();
      int[] truth =
          IntStream.range(0, ROWS)
              .filter(living(allowed))
              .boxed()
              .sorted(
                  Comparator.comparingDouble(row ->
                      Math.min(
                          Vectors.distance(Metric.EUCLIDEAN, vectors[row], queries[0]),
                          Vectors.distance(Metric.EUCLIDEAN, vectors[row], queries[1]))))
              .limit(K)
              .mapToInt(Integer::intValue)
              .toArray();
      assertThat(got).hasSize(truth.length);
      assertThat(hits(got, truth)).isGreaterThanOrEqualTo((int) Math.floor(0.9 * truth.length));
    }
  }

  private static int[] searchAll(OrdinalSet allowed, int k) {
    Searchable rows = shard.searchable(FORMS.get(new Quantization.None()), dead);
    return search(rows, Nearest.of(DenseVector.of(queries[0]), k, EF), allowed);
  }

  private static int[] search(Searchable rows, Nearest sought, OrdinalSet allowed) {
    return search(rows, sought, Optional.of(allowed));
  }

  private static int[] search(Searchable rows, Nearest sought, Optional<OrdinalSet> allowed) {
    SearchSession session = SearchSession.ofThread();
    int found = session.run(rows, sought.among(allowed), Deadline.NEVER);
    return IntStream.range(0, found).map(session::ordinal).toArray();
  }

  private static IntPredicate living(OrdinalSet allowed) {
    return row -> allowed.contains(row) && !dead.contains(row);
  }

  private static int[] truth(float[] query, int k, OrdinalSet allowed) {
    return Vectors.nearest(Metric.EUCLIDEAN, vectors, query, k, living(allowed));
  }

  private static int hits(int[] found, int[] truth) {
    return (int)
        Arrays.stream(found).filter(x -> Arrays.stream(truth).anyMatch(y -> x == y)).count();
  }

  /** A share of all rows: any, those of the half near the query, or the farthest ones. */
  private static OrdinalSet matches(float[] query, Correlation where, double share, long seed) {
    int wanted = (int) Math.max(1, Math.round(share * ROWS));
    int[] order = new SplittableRandom(seed).ints(0, ROWS).distinct().limit(ROWS).toArray();
    if (where != Correlation.INDEPENDENT) {
      order = Vectors.nearest(Metric.EUCLIDEAN, vectors, query, ROWS, row -> true);
    }
    boolean[] member = new boolean[ROWS];
    for (int i = 0; i < wanted; i++) {
      member[where == Correlation.FAR ? order[ROWS - 1 - i] : order[i]] = true;
    }
    return OrdinalSet.of(ROWS, row -> member[row]);
  }
}
