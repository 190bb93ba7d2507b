package io.quiver.message;

import io.quiver.core.CollectionName;
import io.quiver.core.Limits;
import io.quiver.core.Required;
import io.quiver.filter.FieldPath;
import io.quiver.filter.Filter;
import java.util.Optional;

/**
 * Reads rows in the order of a field, a page at a time. A row counts by the least of its strings,
 * numbers and booleans there, or by the greatest if the order descends; rows without one come last
 * either way. Equal rows come by id. Answered by {@link OrderedRows}.
 *
 * @param descending the greatest first
 * @param after the page begins behind this place; empty = at the beginning
 * @param limit most rows, 1 to {@link Limits#SEARCH_LIMIT_MAX}; a page of large rows ends earlier
 */
public record OrderRows(
    CollectionName collection,
    FieldPath field,
    boolean descending,
    Optional<OrderCursor> after,
    int limit,
    boolean withVectors,
    boolean withMetadata,
    Filter filter)
    implements ArrangedRequest, OfCollection<OrderRows>, Filtered<OrderRows> {
  public OrderRows {
    Required.value("collection", collection);
    Required.value("order_by", field);
    Required.value("offset", after);
    Limits.check("limit", limit, 1, Limits.SEARCH_LIMIT_MAX);
    Required.value("filter", filter);
  }

  @Override
  public long deadlineMillis() {
    return 0;
  }

  @Override
  public OrderRows filteredBy(Filter other) {
    return new OrderRows(
        collection, field, descending, after, limit, withVectors, withMetadata, other);
  }

  @Override
  public OrderRows at(CollectionName other) {
    return new OrderRows(other, field, descending, after, limit, withVectors, withMetadata, filter);
  }
}
