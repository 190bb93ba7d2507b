package io.quiver.message;

import io.quiver.core.CollectionName;
import io.quiver.core.Durability;
import io.quiver.core.Required;

/** Deletes all rows of a collection in one atomic step. Answered by {@link DeleteAck}. */
public record ClearCollection(CollectionName collection, Durability durability)
    implements KeyWrite, OfCollection<ClearCollection> {
  public ClearCollection {
    Required.value("collection", collection);
    Required.value("durability", durability);
  }

  @Override
  public ClearCollection at(CollectionName other) {
    return new ClearCollection(other, durability);
  }
}
