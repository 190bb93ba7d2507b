package io.quiver.message;

import io.quiver.core.CollectionName;
import io.quiver.core.Required;

/**
 * Rewrites a collection without its dead rows, however few, while it serves. Answered when it was
 * begun; CONFLICT if something is under way.
 */
public record CompactCollection(CollectionName collection) implements IndexRequest {
  public CompactCollection {
    Required.value("collection", collection);
  }
}
