package io.quiver.vectors;

/**
 * Scores stored rows against one target, many at once. A score is a distance up to a monotone map
 * that the metric decides (squared Euclidean, −dot, 1 − cos, Manhattan): smaller is nearer. A
 * scorer belongs to one thread and allocates nothing after it was made.
 */
public interface Scorer {
  /** Makes the row at {@code ordinal} the target. */
  void target(int ordinal);

  /** Makes {@code vector[0 .. dimension)} the target; the components are copied. */
  void target(float[] vector);

  /** The score of one row. */
  float score(int ordinal);

  /**
   * Scores {@code ordinals[0 .. count)} into {@code scores[0 .. count)}. The rows are read
   * interleaved, so that their cache misses overlap.
   */
  void score(int[] ordinals, int count, float[] scores);
}
