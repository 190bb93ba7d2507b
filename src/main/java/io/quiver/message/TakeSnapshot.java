package io.quiver.message;

import io.quiver.core.CollectionName;
import io.quiver.core.Required;

/** Keeps the present moment of a collection. Answered by {@link SnapshotInfo}. */
public record TakeSnapshot(CollectionName collection) implements SnapshotRequest {
  public TakeSnapshot {
    Required.value("collection", collection);
  }
}
