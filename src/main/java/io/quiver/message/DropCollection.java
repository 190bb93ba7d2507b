package io.quiver.message;

import io.quiver.core.CollectionName;
import io.quiver.core.Required;

/** Answered by {@link Dropped}, or COLLECTION_NOT_FOUND. */
public record DropCollection(CollectionName name) implements Request {
  public DropCollection {
    Required.value("collection", name);
  }
}
