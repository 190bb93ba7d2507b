package io.quiver.hnsw;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quiver.core.Deadline;
import io.quiver.core.Metric;
import io.quiver.core.OrdinalSet;
import io.quiver.core.QuiverException;
import io.quiver.core.Ticket;
import io.quiver.quant.BlockReader;
import io.quiver.quant.ByteRows;
import io.quiver.quant.CodeMemory;
import io.quiver.testkit.ArraySpace;
import io.quiver.testkit.Vectors;
import io.quiver.vectors.Scorer;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Walks from match to match that are not allowed to give up find what a comparison of all matches
 * finds, wherever the matches lie. Against the formulas in float64.
 */
class FilteredWalkTest {
  private static final int ROWS = 4_000;
  private static final int DIMENSION = 64;
  private static final int QUERIES = 20;
  private static final int K = 10;
  private static final int KEEP = 40;
  private static final int EF = 50;

  private static float[][] vectors;
  private static float[][] queries;
  private static ArraySpace space;
  private static Graph graph;
  private static SearchBlocks blocks;
  private static Scorer bytes;

  /** What a walk scores by. */
  enum Form {
    ROWS,
    BYTES,
    BLOCKS
  }

  /** Where the rows that match lie. */
  enum Matches {
    HALF(0.5, false),
    QUARTER(0.25, false),
    TENTH(0.1, false),
    FAR_HALF(0.5, true),
    FAR_FIFTH(0.2, true);

    final double share;
    final boolean isFar;

    Matches(double share, boolean isFar) {
      this.share = share;
      this.isFar = isFar;
    }
  }

  @BeforeAll
  static void build() {
    float[][] all = Vectors.gaussian(11, ROWS + QUERIES, DIMENSION);
    for (float[] vector : all) { // As of data that is no noise: few directions carry most.
      for (int i = 0; i < DIMENSION; i++) {
        vector[i] *= (float) Math.pow(0.85, i);
      }
    }
    vectors = Arrays.copyOf(all, ROWS);
    queries = Arrays.copyOfRange(all, ROWS, ROWS + QUERIES);
    space = ArraySpace.of(Metric.EUCLIDEAN, vectors);
    graph = GraphFixture.build(space, GraphParams.DEFAULT);
    CodeMemory memory = new CodeMemory(1L << 32);
    blocks = new SearchBlocks(graph, space, memory);
    while (blocks.hasWork(ROWS)) {
      blocks.work(ROWS, ROWS);
    }
    ByteRows rows = new ByteRows(space, memory, graph.arena());
    for (int i = 0; i < ROWS; i++) {
      rows.encode(i);
    }
    bytes = rows.scorer();
  }

  @AfterAll
  static void close() {
    blocks.close();
    graph.close();
  }

  static Stream<Arguments> all() {
    return Arrays.stream(Form.values())
        .flatMap(form -> Arrays.stream(Matches.values()).map(where -> Arguments.of(form, where)));
  }

  static Stream<Arguments> walks() {
    return all().filter(walk -> !((Matches) walk.get()[1]).isFar);
  }

  @ParameterizedTest(name = "{0} {1}, seed=11")
  @MethodSource("walks")
  void aWalkFindsTheNearestMatches(Form form, Matches where) {
    int hits = 0;
    int wanted = 0;
    for (int q = 0; q < QUERIES; q++) {
      OrdinalSet matches = matches(where, q);
      int[] found = walk(form, queries[q], new MatchView(ROWS, matches, 0), Deadline.NEVER);
      wanted += found.length == 0 ? 0 : K; // Who gave up scans.
      assertThat(Arrays.stream(found).allMatch(matches::contains)).isTrue();
      assertThat(found).doesNotHaveDuplicates();
      int[] truth = Vectors.nearest(Metric.EUCLIDEAN, vectors, queries[q], K, matches::contains);
      hits += GraphFixture.hits(truth, found);
    }
    assertThat(wanted).isGreaterThan(K * QUERIES * 3 / 4);
    assertThat(hits).isGreaterThanOrEqualTo((int) Math.ceil(0.95 * wanted));
  }

  @ParameterizedTest(name = "{0} {1}, seed=11")
  @MethodSource("walks")
  void aWalkReturnsNoMatchBeyondTheLimit(Form form, Matches where) {
    int limit = ROWS - 300;
    for (int q = 0; q < QUERIES; q++) {
      MatchView view = new MatchView(limit, matches(where, q), 0);
      int[] found = walk(form, queries[q], view, Deadline.NEVER);
      assertThat(Arrays.stream(found).allMatch(row -> row < limit)).isTrue();
    }
  }

  @ParameterizedTest(name = "{0} {1}, seed=11")
  @MethodSource("all")
  void aWalkGivesUpWhereMatchesAreFarAndOnlyThere(Form form, Matches where) {
    int gaveUp = 0;
    for (int q = 0; q < QUERIES; q++) {
      MatchView view = new MatchView(ROWS, matches(where, q), 0);
      gaveUp += walk(form, queries[q], view, Deadline.NEVER).length == 0 ? 1 : 0;
    }
    // Among some hundred links to rows at random, few or none may lead to one in ten.
    assertThat(gaveUp).isBetween(where.isFar ? QUERIES : 0, where.isFar ? QUERIES : 4);
  }

  @ParameterizedTest(name = "{0}, seed=11")
  @EnumSource(Form.class)
  void aWalkGivesUpWhereMatchesAreRareIfTheyAreFew(Form form) {
    OrdinalSet matches = OrdinalSet.of(ROWS, row -> row % 50 == 0);
    MatchView few = new MatchView(ROWS, matches, matches.count());
    MatchView many = new MatchView(ROWS, matches, matches.count() - 1);
    boolean walked = false;
    for (float[] query : queries) {
      assertThat(walk(form, query, few, Deadline.NEVER)).isEmpty();
      walked |= walk(form, query, many, Deadline.NEVER).length > 0;
    }
    assertThat(walked).isTrue();
  }

  /** Of one row in ten few links lead to another: the way to many of them is by others. */
  @Test
  void aWalkFindsManyOfThoseThatAreRare() {
    OrdinalSet matches = OrdinalSet.of(ROWS, row -> row % 10 == 0);
    MatchView view = new MatchView(ROWS, matches, 0);
    GraphSearcher scratch = new GraphSearcher();
    FilteredSearcher searcher = new FilteredSearcher(scratch);
    Scorer exact = space.scorer();
    int hits = 0;
    int wanted = 0;
    for (float[] query : queries) {
      exact.target(query);
      int found = searcher.search(graph, exact, exact, view, 100, 100, Deadline.NEVER);
      if (found != FilteredSearcher.GAVE_UP) {
        int[] got = IntStream.range(0, found).map(scratch::ordinal).toArray();
        wanted += 100;
        hits +=
            GraphFixture.hits(
                Vectors.nearest(Metric.EUCLIDEAN, vectors, query, 100, matches::contains), got);
      }
    }
    assertThat(wanted).isPositive();
    assertThat(hits).isGreaterThanOrEqualTo(wanted * 95 / 100);
  }

  @Test
  void aWalkForWhichNobodyWaitsEnds() {
    Ticket ticket = new Ticket();
    ticket.cancel();
    Deadline gone = new Deadline(Long.MAX_VALUE, ticket);
    MatchView view = new MatchView(ROWS, matches(Matches.TENTH, 0), 0);
    for (Form form : Form.values()) {
      assertThatThrownBy(() -> walk(form, queries[0], view, gone))
          .isInstanceOf(QuiverException.class);
    }
  }

  @Test
  void anEmptyGraphHasNoMatches() {
    try (Graph empty = new Graph(GraphParams.DEFAULT)) {
      FilteredSearcher searcher = new FilteredSearcher(new GraphSearcher());
      MatchView view = new MatchView(ROWS, OrdinalSet.all(ROWS), 0);
      Scorer scorer = space.scorer();
      assertThat(searcher.search(empty, scorer, scorer, view, K, EF, Deadline.NEVER)).isZero();
    }
  }

  private static int[] walk(Form form, float[] query, MatchView view, Deadline deadline) {
    Scorer exact = space.scorer();
    exact.target(query);
    if (form == Form.BLOCKS) {
      BlockReader reader = blocks.reader();
      reader.target(query);
      BlockSearcher scratch = new BlockSearcher();
      int found =
          new FilteredBlockSearcher(scratch).search(blocks, reader, view, KEEP, EF, deadline);
      return nearest(IntStream.range(0, found).map(scratch::ordinal).toArray(), exact);
    }
    bytes.target(query);
    Scorer base = form == Form.BYTES ? bytes : exact;
    GraphSearcher scratch = new GraphSearcher();
    int found = new FilteredSearcher(scratch).search(graph, exact, base, view, KEEP, EF, deadline);
    return nearest(IntStream.range(0, found).map(scratch::ordinal).toArray(), exact);
  }

  private static int[] nearest(int[] found, Scorer exact) {
    return Arrays.stream(found)
        .boxed()
        .sorted((a, b) -> Float.compare(exact.score(a), exact.score(b)))
        .limit(K)
        .mapToInt(Integer::intValue)
        .toArray();
  }

  private static OrdinalSet matches(Matches where, int q) {
    SplittableRandom random = new SplittableRandom(q);
    if (!where.isFar) {
      return OrdinalSet.of(ROWS, row -> random.nextDouble() < where.share);
    }
    double[] distances =
        Arrays.stream(vectors)
            .mapToDouble(row -> Vectors.distance(Metric.EUCLIDEAN, row, queries[q]))
            .toArray();
    double[] sorted = Arrays.stream(distances).sorted().toArray();
    double bound = sorted[(int) (ROWS * (1 - where.share))];
    return OrdinalSet.of(ROWS, row -> distances[row] >= bound);
  }
}
