package io.quiver.message;

import io.quiver.core.CollectionName;
import io.quiver.core.Limits;
import io.quiver.core.Required;
import io.quiver.filter.FieldPath;
import io.quiver.filter.Filter;

/**
 * Counts, for each string, number and boolean at a field, the rows that have it: exactly, over all
 * rows that the filter means. A row with an array counts once for each different value in it.
 * Answered by {@link Facets}.
 *
 * @param limit most values in the answer, 1 to {@link Limits#SEARCH_LIMIT_MAX}
 * @param deadlineMillis as in {@link SearchVectors}
 */
public record CountFacets(
    CollectionName collection, FieldPath field, int limit, long deadlineMillis, Filter filter)
    implements ArrangedRequest, OfCollection<CountFacets>, Filtered<CountFacets> {
  public static final int LIMIT_DEFAULT = 10;

  public CountFacets {
    Required.value("collection", collection);
    Required.value("field", field);
    Limits.check("limit", limit, 1, Limits.SEARCH_LIMIT_MAX);
    Limits.check("deadline_ms", deadlineMillis, 0, Limits.DEADLINE_MILLIS_MAX);
    Required.value("filter", filter);
  }

  /** The most frequent values of all rows. */
  public static CountFacets of(CollectionName collection, String field) {
    return new CountFacets(collection, FieldPath.parse(field), LIMIT_DEFAULT, 0, Filter.ALL);
  }

  @Override
  public CountFacets filteredBy(Filter other) {
    return new CountFacets(collection, field, limit, deadlineMillis, other);
  }

  @Override
  public CountFacets at(CollectionName other) {
    return new CountFacets(other, field, limit, deadlineMillis, filter);
  }
}
