package io.quiver.message;

import io.quiver.core.CollectionName;
import io.quiver.core.Limits;
import io.quiver.core.Required;
import io.quiver.core.VectorId;
import io.quiver.filter.Filter;
import java.util.Optional;

/**
 * Reads all rows that a filter means, a page at a time. Rows come in an order that only their ids
 * decide, so the last id of a page is all that has to be known to go on: a row that is there from
 * the first page to the last comes exactly once, and no id comes twice, whatever is written
 * meanwhile. Answered by {@link ScrolledRows}.
 *
 * @param after the page begins behind this id, which need not exist; empty = at the beginning
 * @param limit most rows, 1 to {@link Limits#SEARCH_LIMIT_MAX}; a page of large rows ends earlier
 */
public record ScrollRows(
    CollectionName collection,
    Optional<VectorId> after,
    int limit,
    boolean withVectors,
    boolean withMetadata,
    Filter filter)
    implements PointRequest, OfCollection<ScrollRows>, Filtered<ScrollRows> {
  public ScrollRows {
    Required.value("collection", collection);
    Required.value("offset", after);
    Limits.check("limit", limit, 1, Limits.SEARCH_LIMIT_MAX);
    Required.value("filter", filter);
  }

  /** All rows. */
  public ScrollRows(
      CollectionName collection,
      Optional<VectorId> after,
      int limit,
      boolean withVectors,
      boolean withMetadata) {
    this(collection, after, limit, withVectors, withMetadata, Filter.ALL);
  }

  @Override
  public ScrollRows filteredBy(Filter other) {
    return new ScrollRows(collection, after, limit, withVectors, withMetadata, other);
  }

  @Override
  public ScrollRows at(CollectionName other) {
    return new ScrollRows(other, after, limit, withVectors, withMetadata, filter);
  }
}
