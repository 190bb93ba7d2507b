package io.quiver.vectors;

import io.quiver.core.DenseVector;
import io.quiver.core.Metric;
import io.quiver.core.QuiverException;

/**
 * Lengths of vectors, and which are too long or too short to be compared in float32: inside these
 * bounds no squared distance, dot product or norm overflows or vanishes.
 */
public final class Norms {
  private static final double NORM_MAX = 9e18;
  private static final double COSINE_NORM_MIN = 1e-15;

  private Norms() {}

  /** The Euclidean norm, summed in float64. */
  public static double of(DenseVector vector) {
    double sum = 0;
    for (int i = 0; i < vector.dimension(); i++) {
      double component = vector.get(i);
      sum += component * component;
    }
    return Math.sqrt(sum);
  }

  /**
   * Refuses a vector that the metric cannot compare.
   *
   * @param field where the vector stands in the request, for the error
   */
  public static void check(DenseVector vector, Metric metric, String field) {
    double norm = of(vector);
    if (norm > NORM_MAX) {
      throw QuiverException.invalid(field, "a norm of at most " + NORM_MAX, "norm " + norm);
    }
    if (metric == Metric.COSINE && norm < COSINE_NORM_MIN) {
      throw QuiverException.invalid(
          field,
          norm == 0 ? "not the zero vector under Cosine" : "a norm of at least 1e-15 under Cosine",
          "norm " + norm);
    }
  }
}
