package io.quiver.message;

import io.quiver.core.DenseVector;
import io.quiver.core.Metadata;
import io.quiver.core.Required;
import io.quiver.core.VectorId;

/** One vector with its key and its metadata ({@link Metadata#ABSENT} when none was given). */
public record Row(VectorId id, DenseVector vector, Metadata metadata) {
  public Row {
    Required.value("id", id);
    Required.value("data", vector);
    Required.value("metadata", metadata);
  }
}
