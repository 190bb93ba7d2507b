package io.quiver.message;

import io.quiver.core.Limits;
import io.quiver.core.Required;
import io.quiver.filter.Filter;

/**
 * Which hits of a search by examples come back, and how they are looked for; as in {@link
 * SearchVectors}.
 */
public record SearchOptions(
    int limit,
    int offset,
    int efSearch,
    boolean exact,
    boolean withVectors,
    boolean withMetadata,
    long deadlineMillis,
    Filter filter) {
  public static final SearchOptions DEFAULT =
      new SearchOptions(SearchVectors.LIMIT_DEFAULT, 0, 0, false, false, true, 0, Filter.ALL);

  public SearchOptions {
    Limits.check("limit", limit, 1, Limits.SEARCH_LIMIT_MAX);
    Limits.check("offset", offset, 0, Limits.SEARCH_OFFSET_MAX);
    Limits.check("ef_search", efSearch, 0, Limits.EF_SEARCH_MAX);
    Limits.check("deadline_ms", deadlineMillis, 0, Limits.DEADLINE_MILLIS_MAX);
    Required.value("filter", filter);
  }

  /** Of all rows. */
  public SearchOptions(
      int limit,
      int offset,
      int efSearch,
      boolean exact,
      boolean withVectors,
      boolean withMetadata,
      long deadlineMillis) {
    this(limit, offset, efSearch, exact, withVectors, withMetadata, deadlineMillis, Filter.ALL);
  }

  /** The same page of other rows. */
  public SearchOptions filteredBy(Filter other) {
    return new SearchOptions(
        limit, offset, efSearch, exact, withVectors, withMetadata, deadlineMillis, other);
  }

  /** The same page of another size. */
  public SearchOptions withLimit(int count) {
    return new SearchOptions(
        count, offset, efSearch, exact, withVectors, withMetadata, deadlineMillis, filter);
  }
}
