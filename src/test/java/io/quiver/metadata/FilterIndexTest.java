package io.quiver.metadata;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.quiver.core.Deadline;
import io.quiver.core.Metadata;
import io.quiver.core.OrdinalSet;
import io.quiver.core.VectorId;
import io.quiver.filter.FieldPath;
import io.quiver.filter.Filter;
import io.quiver.filter.FilterJson;
import io.quiver.filter.FilterValue;
import io.quiver.filter.IndexedFields;
import io.quiver.filter.NaiveFilter;
import io.quiver.filter.RandomFilters;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What the index says of a filter is never wrong, and of most filters it says all. */
class FilterIndexTest {
  private static final int ROWS = 80;
  private static final int FILTERS = 1_000;

  private final List<Map<String, Object>> documents = new ArrayList<>();

  private static String id(int row) {
    return "id-" + row;
  }

  /** Knows the ids of rows below 4 only. */
  private static FilterBounds withIds(List<VectorId> ids, int bound) {
    OrdinalSet sure = OrdinalSet.of(bound, row -> row < 4 && ids.contains(new VectorId(id(row))));
    return new FilterBounds(sure, sure.or(OrdinalSet.of(bound, row -> row >= 4)));
  }

  private void fill(FilterIndex index, Random random) throws IOException {
    for (Map<String, Object> document : documents) {
      index.add(document == null ? Metadata.ABSENT : Metadata.ofJson(RandomFilters.json(document)));
      if (random.nextInt(20) == 0) {
        index.publish();
        while (index.tidy()) {}
      }
    }
    index.publish();
  }

  /** In the order given: what is said of each row, 1 = sure, 0 = surely not, 2 = nothing. */
  private static int said(FilterBounds bounds, int row) {
    return bounds.sure().contains(row) ? 1 : bounds.possible().contains(row) ? 2 : 0;
  }

  /** A filter, and the rows that the oracle says it means. */
  private record Asked(String json, Filter filter, OrdinalSet expected) {}

  private Asked asked(Object written) {
    String json = RandomFilters.json(written);
    OrdinalSet expected =
        OrdinalSet.of(
            ROWS,
            row -> {
              Map<String, Object> document = documents.get(row);
              return NaiveFilter.matches(written, document == null ? Map.of() : document, id(row));
            });
    return new Asked(json, FilterJson.read(json), expected);
  }

  /** Returns how many of the answers were exact. */
  private int check(FilterIndex index, List<Asked> filters, long seed) throws IOException {
    int exact = 0;
    for (Asked asked : filters) {
      FilterBounds bounds = index.resolve(asked.filter(), FilterIndexTest::withIds, Deadline.NEVER);
      assertThat(bounds.possible().bound()).isEqualTo(ROWS);
      for (int row = 0; row < ROWS; row++) {
        int said = said(bounds, row);
        assertThat(said < 2 ? said == 1 : asked.expected().contains(row))
            .as("-Dseed=%d: row %d, %s over %s", seed, row, asked.json(), documents.get(row))
            .isEqualTo(asked.expected().contains(row));
      }
      exact += bounds.sure().count() == bounds.possible().count() ? 1 : 0;
    }
    return exact;
  }

  @Test
  void aThousandRandomFiltersAgreeWithTheOracle() throws IOException {
    long seed = Long.getLong("seed", RandomGenerator.getDefault().nextLong());
    RandomFilters random = new RandomFilters(seed);
    for (int row = 0; row < ROWS; row++) {
      documents.add(random.document());
    }
    List<Asked> filters = new ArrayList<>();
    for (int i = 0; i < FILTERS; i++) {
      filters.add(asked(random.filter(i % 5, true)));
    }
    try (FilterIndex index = new FilterIndex(IndexedFields.ALL, FilterIndex.FIELDS_MAX, 0)) {
      fill(index, new Random(seed));
      // Ids that it is not told, places, and objects of arrays are what it does not know.
      assertThat(check(index, filters, seed)).isGreaterThan(FILTERS / 2);
    }
    try (FilterIndex few = new FilterIndex(IndexedFields.ALL, 3, 20)) {
      fill(few, new Random(seed));
      check(few, filters.subList(0, FILTERS / 4), seed);
    }
    List<FieldPath> named = List.of(FieldPath.of("a", "b"), FieldPath.of("place"));
    try (FilterIndex some = new FilterIndex(IndexedFields.of(named))) {
      fill(some, new Random(seed));
      check(some, filters.subList(0, FILTERS / 4), seed);
    }
  }

  private FilterBounds of(FilterIndex index, String json) throws IOException {
    return index.resolve(FilterJson.read(json), FilterIndexTest::withIds, Deadline.NEVER);
  }

  private static int[] rows(OrdinalSet set) {
    return IntStream.range(0, set.bound()).filter(set::contains).toArray();
  }

  /** Strings that are cut, at and beside the cut; order; what a skipped row is said to be. */
  @Test
  void longStringsAreCandidatesAndShortOnesAreTold() throws IOException {
    String cut = "x".repeat(FieldTerms.TEXT_BYTES_MAX);
    String umlauts = "ä".repeat(FieldTerms.TEXT_BYTES_MAX / 2 + 1);
    try (FilterIndex index = new FilterIndex(IndexedFields.ALL, FilterIndex.FIELDS_MAX, 0)) {
      for (String text : List.of(cut, cut + "y", cut + "z", umlauts, "b", "\uD83D\uDE00")) {
        index.add(Metadata.ofJson("{\"t\":\"" + text + "\"}"));
      }
      index.skip();
      index.add(Metadata.owning("{\"t\":\"\\ud800\"}".getBytes(UTF_8)));
      index.publish();
      assertSaid(of(index, "{\"t\":\"" + cut + "\"}"), new int[] {0}, new int[] {6, 7});
      assertSaid(of(index, "{\"t\":\"" + cut + "y\"}"), new int[0], new int[] {1, 2, 6, 7});
      assertSaid(
          of(index, "{\"t\":{\"$startsWith\":\"" + cut + "\"}}"),
          new int[] {0, 1, 2},
          new int[] {6, 7});
      assertSaid(
          of(index, "{\"t\":{\"$startsWith\":\"" + cut + "y\"}}"),
          new int[0],
          new int[] {1, 2, 6, 7});
      assertSaid(of(index, "{\"t\":{\"$startsWith\":\"ä\"}}"), new int[] {3}, new int[] {6, 7});
      assertSaid(
          of(index, "{\"t\":{\"$contains\":\"b\"}}"), new int[] {4}, new int[] {1, 2, 3, 6, 7});
      assertSaid(
          of(index, "{\"t\":{\"$gt\":\"\uFFFD\"}}"), new int[] {5}, new int[] {1, 2, 3, 6, 7});
      assertSaid(
          of(index, "{\"t\":{\"$ne\":\"" + cut + "y\"}}"),
          new int[] {0, 3, 4, 5},
          new int[] {1, 2, 6, 7});
    }
  }

  /** What one object lacks another one of the row may have. */
  @Test
  void whatOneObjectLacksTheRowMayHave() throws IOException {
    try (FilterIndex index = new FilterIndex(IndexedFields.ALL)) {
      index.add(Metadata.ofJson("{\"a\":[{\"b\":1},{\"c\":2}]}"));
      index.add(Metadata.ofJson("{\"a\":5,\"b\":1}"));
      index.publish();
      for (String inside :
          List.of(
              "{\"is_empty\":{\"key\":\"b\"}}",
              "{\"key\":\"b\",\"values_count\":{\"lt\":1}}",
              "{\"b\":{\"$ne\":1}}",
              "{\"b\":{\"$exists\":false}}",
              "{\"c\":2}")) {
        String nested = "{\"nested\":{\"key\":\"a\",\"filter\":" + inside + "}}";
        assertSaid(of(index, nested), new int[0], new int[] {0});
      }
      assertSaid(
          of(index, "{\"nested\":{\"key\":\"a\",\"filter\":{\"b\":2}}}"), new int[0], new int[0]);
    }
  }

  private static void assertSaid(FilterBounds bounds, int[] sure, int[] perhaps) {
    assertThat(rows(bounds.sure())).isEqualTo(sure);
    assertThat(rows(bounds.possible().and(bounds.sure().not()))).isEqualTo(perhaps);
  }

  /** Keys are in the order of numbers, for whole ones and fractions of any size. */
  @Test
  void keysHaveTheOrderOfNumbers() {
    List<FilterValue.Numeric> numbers = new ArrayList<>();
    for (double value :
        new double[] {0.5, 1e-300, 4.9e-324, 2.5, 1e15 + 0.5, 1e18, 1e19, 1.7e308, 0x1p63, 1, 2}) {
      numbers.addAll(List.of(FilterValue.of(value), FilterValue.of(-value)));
    }
    for (long whole : new long[] {0, Long.MAX_VALUE, Long.MIN_VALUE, (1L << 53) + 1, 1L << 53}) {
      numbers.add(FilterValue.of(whole));
    }
    numbers.add(new FilterValue.Fraction(Double.POSITIVE_INFINITY));
    numbers.add(new FilterValue.Fraction(Double.NEGATIVE_INFINITY));
    for (FilterValue.Numeric a : numbers) {
      for (FilterValue.Numeric b : numbers) {
        assertThat(Integer.signum(Arrays.compareUnsigned(FieldTerms.key(a), FieldTerms.key(b))))
            .as("%s %s", a, b)
            .isEqualTo(exact(a).compareTo(exact(b)));
      }
      assertThat(FieldTerms.scalar(FieldTerms.term(a))).isEqualTo(a);
    }
  }

  private static BigDecimal exact(FilterValue.Numeric number) {
    return switch (number) {
      case FilterValue.Whole(long whole) -> BigDecimal.valueOf(whole);
      case FilterValue.Fraction(double fraction) ->
          Double.isInfinite(fraction)
              ? new BigDecimal("1e400").multiply(BigDecimal.valueOf(Math.signum(fraction)))
              : new BigDecimal(fraction);
    };
  }
}
