package io.quiver.message;

import io.quiver.core.CollectionName;
import io.quiver.core.Required;

/** Answered by {@link CollectionInfo}, or COLLECTION_NOT_FOUND. */
public record DescribeCollection(CollectionName name) implements Request {
  public DescribeCollection {
    Required.value("collection", name);
  }
}
