package io.quiver.message;

import io.quiver.core.CollectionName;
import io.quiver.core.Required;

/** A drop of which nothing is kept. Answered by {@link Dropped}, or COLLECTION_NOT_FOUND. */
public record HardDelete(CollectionName name) implements RecoveryRequest {
  public HardDelete {
    Required.value("collection", name);
  }
}
