package io.quiver.message;

import io.quiver.core.CollectionName;
import io.quiver.core.Required;
import io.quiver.filter.Filter;

/** How many rows the filter means, counted, never estimated. Answered by {@link Counted}. */
public record CountRows(CollectionName collection, Filter filter)
    implements PointRequest, OfCollection<CountRows>, Filtered<CountRows> {
  public CountRows {
    Required.value("collection", collection);
    Required.value("filter", filter);
  }

  /** All rows. */
  public CountRows(CollectionName collection) {
    this(collection, Filter.ALL);
  }

  @Override
  public CountRows filteredBy(Filter other) {
    return new CountRows(collection, other);
  }

  @Override
  public CountRows at(CollectionName other) {
    return new CountRows(other, filter);
  }
}
