package io.quiver.message;

import io.quiver.core.CollectionName;
import io.quiver.core.Required;

/** Copies a collection as it is now. Answered by {@link BackedUp}. */
public record BackUpCollection(CollectionName name) implements RecoveryRequest {
  public BackUpCollection {
    Required.value("collection", name);
  }
}
