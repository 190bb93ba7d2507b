package io.quiver.metadata;

import io.quiver.core.Deadline;
import io.quiver.core.OrdinalSet;
import io.quiver.filter.Condition;
import io.quiver.filter.FieldTree;
import io.quiver.filter.Filter;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.util.BytesRef;

/** Resolves one filter by one reader. For one thread. */
final class FilterSearch {
  /** Every row that the index was told nothing of has this. */
  static final String SKIPPED_FIELD = "skipped";

  static final BytesRef SKIPPED = new BytesRef("x");

  /** More sets are not counted side by side. */
  private static final int LEAST_MAX = 16;

  private final Optional<Fields> fields;
  private final FilterIndex.IdRows withIds;
  private final int bound;
  private final Deadline deadline;

  /** What is known of fields. */
  private record Fields(RowQueries queries, FieldTree tree, int fewRows) {}

  /** Asks the rows themselves rather than look through strings, if there are so few of them. */
  FilterSearch(
      DirectoryReader reader,
      FieldTree tree,
      int fewRows,
      FilterIndex.IdRows withIds,
      Deadline deadline) {
    this.fields = Optional.of(new Fields(new RowQueries(reader, deadline), tree, fewRows));
    this.withIds = withIds;
    this.bound = reader.maxDoc();
    this.deadline = deadline;
  }

  /** Knows ids only. */
  FilterSearch(FilterIndex.IdRows withIds, int bound, Deadline deadline) {
    this.fields = Optional.empty();
    this.withIds = withIds;
    this.bound = bound;
    this.deadline = deadline;
  }

  FilterBounds resolve(Filter filter) throws IOException {
    return of(filter, bound).doubting(skipped(fields.orElseThrow().queries));
  }

  /** Rows that the index was told nothing of. */
  static OrdinalSet skipped(RowQueries queries) throws IOException {
    return queries.rows(SKIPPED_FIELD, SKIPPED);
  }

  /**
   * What is known of a part of the filter.
   *
   * @param among so many rows may still be meant by the whole
   */
  FilterBounds of(Filter part, int among) throws IOException {
    deadline.check();
    return switch (part) {
      case Filter.All all -> FilterBounds.exactly(OrdinalSet.all(bound));
      case Filter.Not not -> of(not.filter(), among).not();
      case Filter.And and -> all(and.filters(), among);
      case Filter.Or or -> any(or.filters(), among);
      case Filter.AtLeast some -> atLeast(some, among);
      case Filter.HasId has -> withIds.find(has.ids(), bound);
      case Filter.Where where -> where(where, among);
      case Filter.Nested nested -> nested(nested);
    };
  }

  private FilterBounds all(List<Filter> filters, int among) throws IOException {
    FilterBounds all = FilterBounds.exactly(OrdinalSet.all(bound));
    for (Filter filter : filters.stream().sorted(CHEAP_FIRST).toList()) {
      int left = Math.min(among, all.possible().count());
      if (left == 0) {
        return all;
      }
      all = all.and(of(filter, left));
    }
    return all;
  }

  private FilterBounds any(List<Filter> filters, int among) throws IOException {
    FilterBounds any = FilterBounds.exactly(FilterBounds.none(bound));
    for (Filter filter : filters) {
      any = any.or(of(filter, among));
    }
    return any;
  }

  private FilterBounds atLeast(Filter.AtLeast some, int among) throws IOException {
    if (some.least() > LEAST_MAX) {
      return FilterBounds.unknown(bound);
    }
    FilterBounds[] atLeast = new FilterBounds[some.least() + 1];
    Arrays.fill(atLeast, FilterBounds.exactly(FilterBounds.none(bound)));
    atLeast[0] = FilterBounds.exactly(OrdinalSet.all(bound));
    for (Filter filter : some.filters()) {
      FilterBounds one = of(filter, among);
      for (int count = some.least(); count > 0; count--) {
        atLeast[count] = atLeast[count].or(atLeast[count - 1].and(one));
      }
    }
    return atLeast[some.least()];
  }

  private FilterBounds where(Filter.Where where, int among) throws IOException {
    Optional<FieldSearch> field = field(where.path().keys());
    boolean isWorthIt = !isCostly(where) || among > fields.map(Fields::fewRows).orElse(0);
    return field.isPresent() && isWorthIt
        ? field.get().of(where.condition())
        : FilterBounds.unknown(bound);
  }

  /** Empty if nothing is known of the field. */
  private Optional<FieldSearch> field(List<String> keys) {
    return fields
        .filter(known -> known.tree.known(keys) != FieldTree.Known.UNKNOWN)
        .map(known -> new FieldSearch(known.queries, FieldTree.name(keys), bound));
  }

  /**
   * An object that meets the filter has each value that the filter needs; whether one object has
   * all of them only the row tells.
   */
  private FilterBounds nested(Filter.Nested nested) throws IOException {
    return FilterBounds.among(possible(nested, List.of()));
  }

  /** Rows among which are all those with an object at these keys that the filter means. */
  private OrdinalSet possible(Filter part, List<String> at) throws IOException {
    deadline.check();
    return switch (part) {
      case Filter.And and -> {
        OrdinalSet all = OrdinalSet.all(bound);
        for (Filter filter : and.filters()) {
          all = all.and(possible(filter, at));
        }
        yield all;
      }
      case Filter.Or or -> {
        OrdinalSet any = FilterBounds.none(bound);
        for (Filter filter : or.filters()) {
          any = any.or(possible(filter, at));
        }
        yield any;
      }
      case Filter.Where where -> possible(where.condition(), joined(at, where.path().keys()));
      case Filter.Nested nested -> {
        List<String> keys = joined(at, nested.path().keys());
        OrdinalSet objects = objects(keys);
        yield objects.count() == 0 ? objects : objects.and(possible(nested.filter(), keys));
      }
      case Filter.All all -> OrdinalSet.all(bound);
      case Filter.Not not -> OrdinalSet.all(bound);
      case Filter.AtLeast some -> OrdinalSet.all(bound);
      case Filter.HasId has -> OrdinalSet.all(bound);
    };
  }

  /** What one object lacks another one of the row may have: only what is there says anything. */
  private OrdinalSet possible(Condition condition, List<String> keys) throws IOException {
    boolean isPositive =
        switch (condition) {
          case Condition.OnValues values -> true;
          case Condition.Within within -> true;
          case Condition.Exists exists -> true;
          case Condition.IsNull isNull -> true;
          case Condition.IsEmpty isEmpty -> false;
          case Condition.ValuesCount count -> false;
        };
    Optional<FieldSearch> field = field(keys);
    return isPositive && field.isPresent()
        ? field.get().of(condition).possible()
        : OrdinalSet.all(bound);
  }

  private OrdinalSet objects(List<String> keys) throws IOException {
    Optional<FieldSearch> field = field(keys);
    return field.isPresent() ? field.get().objects() : OrdinalSet.all(bound);
  }

  private static List<String> joined(List<String> at, List<String> keys) {
    List<String> joined = new ArrayList<>(at);
    joined.addAll(keys);
    return joined;
  }

  private static final Comparator<Filter> CHEAP_FIRST =
      Comparator.comparing(FilterSearch::isCostly);

  /** Whether something in it looks through all strings of a field. */
  private static boolean isCostly(Filter part) {
    return switch (part) {
      case Filter.Where where ->
          where.condition() instanceof Condition.OnStrings
              && !(where.condition() instanceof Condition.Prefix);
      case Filter.Not not -> isCostly(not.filter());
      case Filter.And and -> and.filters().stream().anyMatch(FilterSearch::isCostly);
      case Filter.Or or -> or.filters().stream().anyMatch(FilterSearch::isCostly);
      case Filter.AtLeast some -> some.filters().stream().anyMatch(FilterSearch::isCostly);
      case Filter.Nested nested -> isCostly(nested.filter());
      case Filter.All all -> false;
      case Filter.HasId has -> false;
    };
  }
}
