package io.quiver.collection;

import io.quiver.core.DenseVector;
import io.quiver.core.Metadata;
import io.quiver.message.Hit;
import io.quiver.message.Row;
import io.quiver.vectors.RowStore;
import java.io.IOException;

/** Turns ordinals into the rows and hits that leave the engine. */
final class RowReader {
  private RowReader() {}

  static Row read(RowStore rows, int ordinal, boolean withVector, boolean withMetadata)
      throws IOException {
    return new Row(
        rows.id(ordinal),
        withVector ? rows.vector(ordinal) : DenseVector.NONE,
        withMetadata ? rows.metadata(ordinal) : Metadata.ABSENT);
  }

  static Hit hit(
      RowStore rows, int ordinal, float distance, boolean withVector, boolean withMetadata)
      throws IOException {
    if (!withVector) {
      rows.verifyVector(ordinal); // The distance was made of it; with the vector it is checked.
    }
    return new Hit(
        rows.id(ordinal),
        distance,
        withMetadata ? rows.metadata(ordinal) : Metadata.ABSENT,
        withVector ? rows.vector(ordinal) : DenseVector.NONE);
  }
}
