package io.quiver.message;

import io.quiver.core.CollectionName;
import io.quiver.core.Required;

/** How many rows there are, counted, never estimated. Answered by {@link Counted}. */
public record CountRows(CollectionName collection)
    implements PointRequest, OfCollection<CountRows> {
  public CountRows {
    Required.value("collection", collection);
  }

  @Override
  public CountRows at(CollectionName other) {
    return new CountRows(other);
  }
}
