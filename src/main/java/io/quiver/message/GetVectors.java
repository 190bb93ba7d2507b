package io.quiver.message;

import io.quiver.core.CollectionName;
import io.quiver.core.Limits;
import io.quiver.core.Required;
import io.quiver.core.VectorId;
import java.util.List;

/** Reads rows by id. Answered by {@link FoundVectors}; unknown ids are left out. */
public record GetVectors(
    CollectionName collection, List<VectorId> ids, boolean withVectors, boolean withMetadata)
    implements Request, OfCollection<GetVectors> {
  public GetVectors {
    Required.value("collection", collection);
    ids = Required.list("ids", ids);
    Limits.check("ids", ids.size(), 1, Limits.BATCH_ROWS_MAX);
  }

  @Override
  public GetVectors at(CollectionName other) {
    return new GetVectors(other, ids, withVectors, withMetadata);
  }
}
