package io.quiver.query;

import io.quiver.core.Metric;

/** From the engine's scores to the distances that users see. */
public final class Distances {
  private Distances() {}

  /** Scores are monotone in distances, so this is done only for the rows returned. */
  public static float ofScore(Metric metric, float score) {
    return switch (metric) {
      case EUCLIDEAN -> (float) Math.sqrt(score);
      case COSINE, DOT_PRODUCT, MANHATTAN -> score;
    };
  }
}
