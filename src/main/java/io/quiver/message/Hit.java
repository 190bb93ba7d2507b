package io.quiver.message;

import io.quiver.core.DenseVector;
import io.quiver.core.Metadata;
import io.quiver.core.VectorId;
import java.util.Comparator;

/**
 * One row found by a search.
 *
 * @param distance by the collection's metric; smaller is nearer
 * @param metadata absent when the row has none or it was not asked for
 * @param vector {@link DenseVector#NONE} when not asked for
 * @param version of the row, {@link #NO_VERSION} when not asked for
 */
public record Hit(
    VectorId id, float distance, Metadata metadata, DenseVector vector, long version) {
  public static final long NO_VERSION = 0;

  /** The order of every answer: equal distances by id. */
  public static final Comparator<Hit> NEAREST_FIRST =
      Comparator.comparingDouble(Hit::distance).thenComparing(hit -> hit.id().value());

  /** Without a version. */
  public Hit(VectorId id, float distance, Metadata metadata, DenseVector vector) {
    this(id, distance, metadata, vector, NO_VERSION);
  }

  /** The same hit with its version. */
  public Hit at(long itsVersion) {
    return new Hit(id, distance, metadata, vector, itsVersion);
  }
}
