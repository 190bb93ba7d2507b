package io.quiver.message;

import io.quiver.core.CollectionName;
import io.quiver.core.VectorId;
import java.util.List;

/** Published after a change is durable and visible; delivery is best effort. */
public record ChangeEvent(CollectionName collection, Kind kind, long lsn, List<VectorId> ids)
    implements Message {
  public ChangeEvent {
    ids = List.copyOf(ids);
  }

  /** What happened. {@code ids} is empty for what concerns the whole collection. */
  public enum Kind {
    CREATED,
    DROPPED,
    WRITTEN,
    DELETED,
    CLEARED
  }
}
