package io.quiver.message;

import io.quiver.core.Metadata;
import io.quiver.core.VectorId;
import java.util.Comparator;

/**
 * One row found by its vector, its texts, or both. Larger scores are better.
 *
 * @param vectorScore NaN if the vector search did not find the row
 * @param textScore NaN if the text search did not find the row
 * @param combinedScore what hits are ordered by
 * @param metadata absent when the row has none or it was not asked for
 */
public record HybridHit(
    VectorId id, float vectorScore, float textScore, float combinedScore, Metadata metadata) {
  /** The order of every answer: equal scores by id. */
  public static final Comparator<HybridHit> BEST_FIRST =
      Comparator.comparingDouble(HybridHit::combinedScore)
          .reversed()
          .thenComparing(hit -> hit.id().value());
}
