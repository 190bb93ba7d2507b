package io.quiver.collection;

import io.quiver.core.Limits;
import io.quiver.core.QuiverException;
import io.quiver.filter.FilterValue;
import io.quiver.message.Facets;
import io.quiver.message.Facets.Facet;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** How often each value came, of as many values as a request may count. For one thread. */
final class FacetTally {
  private final Map<FilterValue, long[]> counts = new HashMap<>();
  private long chars;

  /**
   * So many more rows have the value.
   *
   * @throws QuiverException INVALID_ARGUMENT if there are too many different values
   */
  void add(FilterValue value, long rows) {
    long[] count = counts.get(value);
    if (count == null) {
      count = new long[1];
      counts.put(value, count);
      chars += value instanceof FilterValue.Text(String text) ? text.length() : 0;
      checkSize();
    }
    count[0] += rows;
  }

  private void checkSize() {
    if (counts.size() > Limits.FACET_VALUES_MAX) {
      throw QuiverException.invalid(
          "field", "at most " + Limits.FACET_VALUES_MAX + " different values", "more");
    }
    if (chars > Limits.FACET_CHARS_MAX) {
      throw QuiverException.invalid(
          "field",
          "different values of at most " + Limits.FACET_CHARS_MAX + " characters together",
          "more");
    }
  }

  /** The values that most rows have. */
  Facets most(int limit) {
    List<Facet> facets = new ArrayList<>(counts.size());
    counts.forEach((value, count) -> facets.add(new Facet(value, count[0])));
    facets.sort(Facet.MOST_FIRST);
    return new Facets(facets.subList(0, Math.min(limit, facets.size())), facets.size());
  }
}
