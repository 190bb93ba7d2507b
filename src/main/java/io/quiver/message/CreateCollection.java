package io.quiver.message;

import io.quiver.core.Required;

/** Answered by {@link CollectionInfo}, or COLLECTION_ALREADY_EXISTS. */
public record CreateCollection(CollectionConfig config) implements Request {
  public CreateCollection {
    Required.value("config", config);
  }
}
