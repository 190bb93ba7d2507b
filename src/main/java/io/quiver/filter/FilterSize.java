package io.quiver.filter;

import io.quiver.core.Limits;
import io.quiver.core.QuiverException;
import io.quiver.core.Required;
import java.util.List;

/**
 * How large a tree is.
 *
 * @param depth levels, a leaf being one
 * @param nodes filters in it, itself among them
 * @param values values, ids and points of all its conditions
 */
record FilterSize(int depth, long nodes, long values) {
  /** The filters that are to come under one, if the whole is not too large. */
  static List<Filter> checked(List<Filter> filters) {
    List<Filter> copy = Required.list("filter", filters);
    if (copy.isEmpty()) {
      throw QuiverException.invalid("filter", "at least one condition", "none");
    }
    over(copy).check();
    return copy;
  }

  static FilterSize of(Filter filter) {
    return switch (filter) {
      case Filter.All all -> new FilterSize(1, 1, 0);
      case Filter.And and -> over(and.filters());
      case Filter.Or or -> over(or.filters());
      case Filter.AtLeast some -> over(some.filters());
      case Filter.Not not -> over(List.of(not.filter()));
      case Filter.Nested nested -> over(List.of(nested.filter()));
      case Filter.HasId has -> new FilterSize(1, 1, has.ids().size());
      case Filter.Where where -> new FilterSize(1, 1, values(where.condition()));
    };
  }

  static boolean hasIds(Filter filter) {
    return switch (filter) {
      case Filter.HasId has -> true;
      case Filter.And and -> and.filters().stream().anyMatch(FilterSize::hasIds);
      case Filter.Or or -> or.filters().stream().anyMatch(FilterSize::hasIds);
      case Filter.AtLeast some -> some.filters().stream().anyMatch(FilterSize::hasIds);
      case Filter.Not not -> hasIds(not.filter());
      case Filter.All all -> false;
      case Filter.Where where -> false;
      case Filter.Nested nested -> false;
    };
  }

  private static FilterSize over(List<Filter> filters) {
    int depth = 0;
    long nodes = 1;
    long values = 0;
    for (Filter filter : filters) {
      FilterSize size = of(filter);
      depth = Math.max(depth, size.depth);
      nodes += size.nodes;
      values += size.values;
    }
    return new FilterSize(depth + 1, nodes, values);
  }

  private static long values(Condition condition) {
    return switch (condition) {
      case Condition.In in -> in.values().size();
      case Condition.Except except -> except.values().size();
      case Condition.Within within -> within.shape().points();
      case Condition.Regex regex -> 1;
      case Condition.OnStrings strings -> 1;
      case Condition.Range range -> 2;
      case Condition.ValuesCount count -> 2;
      case Condition.Exists exists -> 0;
      case Condition.IsNull isNull -> 0;
      case Condition.IsEmpty isEmpty -> 0;
    };
  }

  private void check() {
    if (depth > Limits.FILTER_DEPTH_MAX) {
      throw QuiverException.invalid(
          "filter", "at most " + Limits.FILTER_DEPTH_MAX + " levels", "more");
    }
    Limits.check("filter: number of conditions", nodes, 1, Limits.FILTER_NODES_MAX);
    Limits.check("filter: number of values", values, 0, Limits.FILTER_VALUES_MAX);
  }
}
