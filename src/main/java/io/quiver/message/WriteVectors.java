package io.quiver.message;

import io.quiver.core.CollectionName;
import io.quiver.core.Durability;
import io.quiver.core.Limits;
import io.quiver.core.Required;
import java.util.List;

/** Writes rows in one atomic step. Answered by {@link WriteAck}. An id may stand in it once. */
public record WriteVectors(
    CollectionName collection,
    WriteMode mode,
    List<Row> rows,
    OnError onError,
    Durability durability)
    implements Request, OfCollection<WriteVectors> {
  public WriteVectors {
    Required.value("collection", collection);
    Required.value("mode", mode);
    rows = Required.list("vectors", rows);
    Required.value("on_error", onError);
    Required.value("durability", durability);
    Limits.check("vectors", rows.size(), 1, Limits.BATCH_ROWS_MAX);
  }

  /** An upsert that aborts as a whole and is acknowledged when it is on stable storage. */
  public static WriteVectors upsert(CollectionName collection, List<Row> rows) {
    return new WriteVectors(collection, WriteMode.UPSERT, rows, OnError.ABORT, Durability.FSYNC);
  }

  @Override
  public WriteVectors at(CollectionName other) {
    return new WriteVectors(other, mode, rows, onError, durability);
  }
}
