package io.quiver.message;

import io.quiver.core.CollectionName;
import io.quiver.core.Required;

/** Answered by {@link SnapshotList}. */
public record ListSnapshots(CollectionName collection) implements SnapshotRequest {
  public ListSnapshots {
    Required.value("collection", collection);
  }
}
