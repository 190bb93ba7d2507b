package io.quiver.message;

import io.quiver.filter.Filter;

/** A request that may be about some rows only. */
public interface Filtered<Q> {
  /** Which rows; {@link Filter#ALL} unless something was said. */
  Filter filter();

  /** The same request about other rows. */
  Q filteredBy(Filter other);

  default boolean isFiltered() {
    return !(filter() instanceof Filter.All);
  }
}
