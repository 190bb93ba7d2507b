package io.quiver.message;

import io.quiver.core.QuiverException;
import io.quiver.core.Required;
import java.util.Locale;

/** How the scores of a vector search and a text search become one; formulas: docs/text.md. */
public enum FusionStrategy {
  /** By ranks: reciprocal rank fusion. */
  RRF,
  /** The weighted sum of scores, each divided by the best of its side. */
  WEIGHTED,
  /** The larger score. */
  MAX,
  /** The smaller score. */
  MIN,
  /** Like {@link #WEIGHTED} with equal weights. */
  AVERAGE,
  /** The weighted sum of scores, each side stretched to 0 … 1. */
  RELATIVE_SCORE,
  /** The same, stretched by mean and deviation. */
  DISTRIBUTION_BASED;

  /** Reads its word. */
  public static FusionStrategy parse(String word) {
    for (FusionStrategy strategy : values()) {
      if (strategy.word().equals(Required.value("strategy", word))) {
        return strategy;
      }
    }
    throw QuiverException.invalid(
        "strategy", "rrf, weighted, max, min, average, relative_score or distribution_based", word);
  }

  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
