package io.quiver.query;

import io.quiver.core.Metric;

/** Distances as scores, larger for what is nearer. */
public final class Similarity {
  private Similarity() {}

  /** 0 to 1, but for DotProduct the product itself. */
  public static float of(Metric metric, float distance) {
    return switch (metric) {
      case COSINE -> 1 - distance / 2;
      case EUCLIDEAN, MANHATTAN -> 1 / (1 + distance);
      case DOT_PRODUCT -> -distance;
    };
  }
}
