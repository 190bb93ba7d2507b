package io.quiver.message;

import io.quiver.core.CollectionName;
import io.quiver.core.Limits;
import io.quiver.core.Required;
import io.quiver.core.VectorId;
import java.util.List;

/**
 * Reads rows by id, with their versions. Answered by {@link VersionedRows}, unknown ids left out.
 */
public record ReadRows(
    CollectionName collection, List<VectorId> ids, boolean withVectors, boolean withMetadata)
    implements KeyRequest, OfCollection<ReadRows> {
  public ReadRows {
    Required.value("collection", collection);
    ids = Required.list("ids", ids);
    Limits.check("ids", ids.size(), 1, Limits.BATCH_ROWS_MAX);
  }

  @Override
  public ReadRows at(CollectionName other) {
    return new ReadRows(other, ids, withVectors, withMetadata);
  }
}
