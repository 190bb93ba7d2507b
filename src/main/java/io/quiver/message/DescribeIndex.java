package io.quiver.message;

import io.quiver.core.CollectionName;
import io.quiver.core.Required;

/** How far the work on a collection's index is. */
public record DescribeIndex(CollectionName collection) implements IndexRequest {
  public DescribeIndex {
    Required.value("collection", collection);
  }
}
