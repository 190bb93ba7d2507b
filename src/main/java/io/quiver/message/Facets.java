package io.quiver.message;

import io.quiver.filter.FilterValue;
import java.util.Comparator;
import java.util.List;

/**
 * The values of a field with the rows that have them: most rows first, equal counts by value.
 *
 * @param values as many as were asked for
 * @param distinct how many different values there are, those that are left out counted too
 */
public record Facets(List<Facet> values, long distinct) implements ArrangedReply {
  public Facets {
    values = List.copyOf(values);
  }

  /** One value, a string, number or boolean, and how many rows have it. */
  public record Facet(FilterValue value, long count) {
    /** The order of every answer; values by {@link FilterValue#ORDER}. */
    public static final Comparator<Facet> MOST_FIRST =
        Comparator.comparingLong(Facet::count)
            .reversed()
            .thenComparing(Facet::value, FilterValue.ORDER);
  }
}
