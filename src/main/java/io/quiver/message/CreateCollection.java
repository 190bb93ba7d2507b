package io.quiver.message;

import io.quiver.core.Owner;
import io.quiver.core.Required;

/**
 * Answered by {@link CollectionInfo}, or COLLECTION_ALREADY_EXISTS.
 *
 * @param owner whom it will belong to; {@link Owner#NONE} = whom the node's settings name
 */
public record CreateCollection(CollectionConfig config, Owner owner) implements Request {
  public CreateCollection {
    Required.value("config", config);
    Required.value("owner", owner);
  }

  public CreateCollection(CollectionConfig config) {
    this(config, Owner.NONE);
  }
}
