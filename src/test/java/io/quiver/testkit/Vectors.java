package io.quiver.testkit;

import io.quiver.core.Metric;
import java.util.SplittableRandom;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/** Seeded vectors, and the nearest rows by the formulas in double precision. */
public final class Vectors {
  private Vectors() {}

  /** Independent components from a normal distribution. */
  public static float[][] gaussian(long seed, int count, int dimension) {
    SplittableRandom random = new SplittableRandom(seed);
    float[][] vectors = new float[count][dimension];
    for (float[] vector : vectors) {
      for (int i = 0; i < dimension; i++) {
        vector[i] = (float) random.nextGaussian();
      }
    }
    return vectors;
  }

  /** {@code clusters} tight groups whose centres are far apart. */
  public static float[][] clustered(long seed, int count, int dimension, int clusters) {
    SplittableRandom random = new SplittableRandom(seed);
    float[][] centres = gaussian(seed + 1, clusters, dimension);
    float[][] vectors = gaussian(seed + 2, count, dimension);
    for (float[] vector : vectors) {
      float[] centre = centres[random.nextInt(clusters)];
      for (int i = 0; i < dimension; i++) {
        vector[i] = 4 * centre[i] + 0.5f * vector[i];
      }
    }
    return vectors;
  }

  /** Random directions with lengths spread log-normally: hard for the inner product. */
  public static float[][] skewed(long seed, int count, int dimension, double sigma) {
    SplittableRandom random = new SplittableRandom(seed);
    float[][] vectors = gaussian(seed + 1, count, dimension);
    for (float[] vector : vectors) {
      float length = (float) Math.exp(sigma * random.nextGaussian());
      for (int i = 0; i < dimension; i++) {
        vector[i] *= length;
      }
    }
    return vectors;
  }

  /** The distance as {@link Metric} defines it. */
  public static double distance(Metric metric, float[] a, float[] b) {
    double dot = 0;
    double aa = 0;
    double bb = 0;
    double squares = 0;
    double absolutes = 0;
    for (int i = 0; i < a.length; i++) {
      dot += (double) a[i] * b[i];
      aa += (double) a[i] * a[i];
      bb += (double) b[i] * b[i];
      squares += ((double) a[i] - b[i]) * ((double) a[i] - b[i]);
      absolutes += Math.abs((double) a[i] - b[i]);
    }
    return switch (metric) {
      case COSINE -> 1 - dot / Math.sqrt(aa * bb);
      case EUCLIDEAN -> Math.sqrt(squares);
      case DOT_PRODUCT -> -dot;
      case MANHATTAN -> absolutes;
    };
  }

  /** The nearest {@code k} of the rows that pass, by brute force. */
  public static int[] nearest(
      Metric metric, float[][] rows, float[] query, int k, IntPredicate passes) {
    double[] distances = new double[rows.length];
    for (int i = 0; i < rows.length; i++) {
      distances[i] = passes.test(i) ? distance(metric, rows[i], query) : Double.NaN;
    }
    return IntStream.range(0, rows.length)
        .filter(passes)
        .boxed()
        .sorted((a, b) -> Double.compare(distances[a], distances[b]))
        .limit(k)
        .mapToInt(Integer::intValue)
        .toArray();
  }
}
