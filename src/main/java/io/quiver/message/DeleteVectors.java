package io.quiver.message;

import io.quiver.core.CollectionName;
import io.quiver.core.Durability;
import io.quiver.core.Limits;
import io.quiver.core.Required;
import io.quiver.core.VectorId;
import java.util.List;

/** Deletes ids in one atomic step; unknown ids are no error. Answered by {@link DeleteAck}. */
public record DeleteVectors(CollectionName collection, List<VectorId> ids, Durability durability)
    implements Request, OfCollection<DeleteVectors> {
  public DeleteVectors {
    Required.value("collection", collection);
    ids = Required.list("ids", ids);
    Required.value("durability", durability);
    Limits.check("ids", ids.size(), 1, Limits.BATCH_ROWS_MAX);
  }

  @Override
  public DeleteVectors at(CollectionName other) {
    return new DeleteVectors(other, ids, durability);
  }
}
