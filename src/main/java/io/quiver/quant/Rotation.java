package io.quiver.quant;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * A random rotation in O(d log d): four rounds of random signs and a fast Walsh-Hadamard transform,
 * in turn over the first and the last components, as many as the largest power of two that fits.
 * Lengths and inner products stay what they were, and what one component carried is spread over
 * all, which is what one-bit codes need.
 *
 * <p>Thread safety: immutable.
 */
final class Rotation {
  private static final int ROUNDS = 4;
  private static final int MULTIPLE = 64;

  private final int dimension;
  private final int length;
  private final int span;
  private final float[][] signs = new float[ROUNDS][];

  Rotation(int dimension, long seed) {
    this.dimension = dimension;
    this.length = length(dimension);
    this.span = Integer.highestOneBit(length);
    SplittableRandom random = new SplittableRandom(seed);
    float scale = (float) (1 / Math.sqrt(span));
    for (int round = 0; round < ROUNDS; round++) {
      signs[round] = new float[span];
      for (int i = 0; i < span; i++) {
        signs[round][i] = random.nextBoolean() ? scale : -scale;
      }
    }
  }

  /** Components of a rotated vector: the dimension, rounded up to a multiple of 64. */
  static int length(int dimension) {
    return (dimension + MULTIPLE - 1) / MULTIPLE * MULTIPLE;
  }

  /** Rotates {@code vector[0 .. dimension)} into {@code vector[0 .. length)}. */
  void apply(float[] vector) {
    Arrays.fill(vector, dimension, length, 0f);
    for (int round = 0; round < ROUNDS; round++) {
      int from = (round & 1) == 0 ? 0 : length - span;
      CodeKernels.hadamard(vector, from, signs[round]);
    }
  }
}
