package io.quiver.vectors;

import io.quiver.core.Metric;

/** Rows that can be scored: all that the graph knows of vectors. Thread-safe. */
public interface VectorSpace {
  /** Rows that exist: ordinals are {@code 0 .. count - 1}. Grows; never shrinks. */
  int count();

  /** A new scorer for the calling thread, over all rows that exist and those added later. */
  Scorer scorer();

  int dimension();

  Metric metric();

  /** Copies a row as the metric compares it: under Cosine it has the length 1. */
  void read(int ordinal, float[] target);
}
