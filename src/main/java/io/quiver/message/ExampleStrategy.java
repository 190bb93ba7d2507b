package io.quiver.message;

import io.quiver.core.QuiverException;
import java.util.Locale;

/** How examples say what is sought (docs/decisions/0016-points.md). */
public enum ExampleStrategy {
  /** Near one vector: 2 · mean of the positive − mean of the negative, or the first mean alone. */
  AVERAGE_VECTOR,
  /**
   * Near any of the positive, and further from all of the negative: by {@code p + max(0, p − n)}, p
   * and n being the distances to the nearest positive and the nearest negative example.
   */
  BEST_SCORE;

  public static ExampleStrategy parse(String text) {
    return switch (text.toLowerCase(Locale.ROOT)) {
      case "average_vector" -> AVERAGE_VECTOR;
      case "best_score" -> BEST_SCORE;
      default -> throw QuiverException.invalid("strategy", "average_vector or best_score", text);
    };
  }
}
