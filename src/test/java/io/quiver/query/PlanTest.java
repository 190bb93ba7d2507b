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
import io.quiver.hnsw.NoCodes;
import io.quiver.hnsw.SearchForm;
import io.quiver.testkit.Vectors;
import io.quiver.vectors.Tombstones;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * What an explained search says it did is what it did, and the choice suits the rows that match.
 */
class PlanTest {
  private static final Path FOLDER = Path.of("/s");
  private static final int ROWS = 7_000;
  private static final int QUERIES = 10;
  private static final int K = 10;
  private static final int EF = 40;

  private static float[][] vectors;
  private static float[][] queries;
  private static ShardRows shard;
  private static SearchForm bytes;

  @BeforeAll
  static void build() throws IOException {
    float[][] all = Vectors.gaussian(31, ROWS + QUERIES, 64);
    for (float[] vector : all) {
      for (int i = 0; i < 64; i++) {
        vector[i] *= (float) Math.pow(0.8, i); // A few directions carry most.
      }
    }
    vectors = Arrays.copyOf(all, ROWS);
    queries = Arrays.copyOfRange(all, ROWS, ROWS + QUERIES);
    shard = new ShardRows(MemoryFiles.disk(FOLDER), FOLDER, Metric.EUCLIDEAN, vectors, ROWS);
    bytes = shard.form(new Quantization.Scalar());
  }

  @AfterAll
  static void close() {
    bytes.close();
    shard.close();
  }

  @Test
  void aPlanNamesWhatWasChosen() {
    assertThat(plan(new NoCodes(), Optional.empty()).way()).isEqualTo(Plan.Way.GRAPH);
    assertThat(way(new NoCodes(), OrdinalSet.of(ROWS, row -> false))).isEqualTo(Plan.Way.NOTHING);
    assertThat(way(new NoCodes(), OrdinalSet.of(ROWS, row -> row % 100 == 0)))
        .isEqualTo(Plan.Way.SCAN);
    assertThat(way(bytes, OrdinalSet.of(ROWS, row -> row % 100 == 0)))
        .isEqualTo(Plan.Way.CODE_SCAN);
    for (SearchForm form : new SearchForm[] {new NoCodes(), bytes}) {
      assertThat(way(form, OrdinalSet.of(ROWS, row -> row % 7 < 4)))
          .isEqualTo(Plan.Way.FILTERED_WALK);
    }
  }

  @Test
  void aPlanCountsWhatMatchesAndWhatWasScored() {
    OrdinalSet few = OrdinalSet.of(ROWS, row -> row % 100 == 0);
    Plan scan = plan(new NoCodes(), Optional.of(few));
    assertThat(scan.matches()).isEqualTo(few.count());
    assertThat(scan.live()).isEqualTo(ROWS);
    assertThat(scan.scored()).isEqualTo(few.count());
    assertThat(scan.opened()).isZero();
    assertThat(scan.scanRowsMax()).isGreaterThanOrEqualTo(few.count());
    Plan walk = plan(bytes, Optional.of(OrdinalSet.of(ROWS, row -> row % 7 < 4)));
    assertThat(walk.matches()).isEqualTo(ROWS / 7 * 4);
    assertThat(walk.scanRowsMax()).isLessThan(walk.matches());
    assertThat(walk.opened()).isBetween(10L, (long) walk.matches());
    assertThat(walk.scored()).isBetween((long) K, (long) walk.matches());
    assertThat(walk.walkNanos()).isPositive();
    assertThat(walk.scanNanos()).isPositive();
  }

  @Test
  void explainingChangesNothingThatIsFound() {
    SearchSession session = SearchSession.ofThread();
    Searchable rows = shard.searchable(bytes, Tombstones.NONE);
    Optional<OrdinalSet> allowed = Optional.of(OrdinalSet.of(ROWS, row -> row % 7 < 4));
    for (float[] query : queries) {
      Nearest sought = Nearest.of(DenseVector.of(query), K, EF).among(allowed);
      int found = session.run(rows, sought, Deadline.NEVER);
      int[] plain = IntStream.range(0, found).map(session::ordinal).toArray();
      session.explain(rows, sought, Deadline.NEVER);
      assertThat(IntStream.range(0, found).map(session::ordinal)).containsExactly(box(plain));
    }
  }

  /** Rows beyond the nearest tenth lie on a shell around the query: no walk can be sure of it. */
  @Test
  void matchesThatLieScatteredFarFromTheQueryAreScanned() {
    int hits = 0;
    for (float[] query : queries) {
      int[] order = Vectors.nearest(Metric.EUCLIDEAN, vectors, query, ROWS, row -> true);
      boolean[] near = new boolean[ROWS];
      Arrays.stream(order, 0, ROWS / 10).forEach(row -> near[row] = true);
      OrdinalSet far = OrdinalSet.of(ROWS, row -> !near[row]);
      Plan plan = plan(new NoCodes(), query, Optional.of(far));
      int[] truth = Arrays.copyOfRange(order, ROWS / 10, ROWS / 10 + K);
      hits += found(truth);
      assertThat(plan.way()).isEqualTo(Plan.Way.SCAN);
      assertThat(plan.opened()).as("it was tried").isPositive();
    }
    assertThat(hits).isEqualTo(K * QUERIES);
  }

  @Test
  void aWalkForWhichNobodyWaitsEndsAtOnce() {
    Ticket ticket = new Ticket();
    ticket.cancel();
    Optional<OrdinalSet> allowed = Optional.of(OrdinalSet.of(ROWS, row -> row % 7 < 4));
    Nearest sought = Nearest.of(DenseVector.of(queries[0]), K, EF).among(allowed);
    Searchable rows = shard.searchable(bytes, Tombstones.NONE);
    Deadline gone = new Deadline(Long.MAX_VALUE, ticket);
    assertThatThrownBy(() -> SearchSession.ofThread().run(rows, sought, gone))
        .isInstanceOf(QuiverException.class);
  }

  private static Plan.Way way(SearchForm form, OrdinalSet allowed) {
    return plan(form, Optional.of(allowed)).way();
  }

  private static Plan plan(SearchForm form, Optional<OrdinalSet> allowed) {
    return plan(form, queries[0], allowed);
  }

  private static Plan plan(SearchForm form, float[] query, Optional<OrdinalSet> allowed) {
    Searchable rows = shard.searchable(form, Tombstones.NONE);
    Nearest sought = Nearest.of(DenseVector.of(query), K, EF).among(allowed);
    return SearchSession.ofThread().explain(rows, sought, Deadline.NEVER);
  }

  /** How many of these the last search found. */
  private static int found(int[] truth) {
    SearchSession session = SearchSession.ofThread();
    return (int)
        IntStream.range(0, K)
            .map(session::ordinal)
            .filter(row -> Arrays.stream(truth).anyMatch(right -> right == row))
            .count();
  }

  private static Integer[] box(int[] values) {
    return Arrays.stream(values).boxed().toArray(Integer[]::new);
  }
}
