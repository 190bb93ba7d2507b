package io.quiver.quant;

import io.quiver.core.Metric;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * The centroids of each run of components (product quantisation: Jégou, Douze and Schmid, TPAMI
 * 2011), found by Lloyd's iteration. Immutable once trained; any thread.
 *
 * <p>The centroids of a run lie component by component, so that the loops over centroids are loops
 * over neighbours in memory: {@code values[start(run) * centroids + j * centroids + c]} is
 * component j of centroid c.
 */
final class ProductCodebook {
  private static final int ITERATIONS = 6;
  private static final long SEED = 0x5051L;

  final int dimension;
  final int segments;
  final int centroids;
  private final float[] values;

  private ProductCodebook(int dimension, int segments, int centroids) {
    this.dimension = dimension;
    this.segments = segments;
    this.centroids = centroids;
    this.values = new float[dimension * centroids];
  }

  /**
   * Finds centroids for a sample.
   *
   * @param sample at least {@code centroids} rows
   */
  static ProductCodebook train(float[][] sample, int segments, int centroids) {
    ProductCodebook book = new ProductCodebook(sample[0].length, segments, centroids);
    SplittableRandom random = new SplittableRandom(SEED);
    for (int segment = 0; segment < segments; segment++) {
      book.trainSegment(segment, sample, random);
    }
    return book;
  }

  /** The first component of a run; that of the run behind the last is the dimension. */
  private int start(int segment) {
    return (int) ((long) segment * dimension / segments);
  }

  private void trainSegment(int segment, float[][] sample, SplittableRandom random) {
    for (int c = 0; c < centroids; c++) {
      // One of each stretch of the sample, so that none is taken twice.
      int from = (int) ((long) c * sample.length / centroids);
      int to = (int) ((c + 1L) * sample.length / centroids);
      place(segment, c, sample[random.nextInt(from, to)]);
    }
    float[] distances = new float[centroids];
    for (int i = 0; i < ITERATIONS; i++) {
      moveToMeans(segment, sample, distances, random);
    }
  }

  private void place(int segment, int centroid, float[] row) {
    for (int j = start(segment); j < start(segment + 1); j++) {
      values[j * centroids + centroid] = row[j];
    }
  }

  private void moveToMeans(
      int segment, float[][] sample, float[] distances, SplittableRandom random) {
    int from = start(segment);
    int width = start(segment + 1) - from;
    double[] sums = new double[width * centroids];
    int[] counts = new int[centroids];
    for (float[] row : sample) {
      int nearest = nearest(segment, row, distances);
      counts[nearest]++;
      for (int j = 0; j < width; j++) {
        sums[j * centroids + nearest] += row[from + j];
      }
    }
    for (int c = 0; c < centroids; c++) {
      if (counts[c] == 0) {
        place(segment, c, sample[random.nextInt(sample.length)]);
        continue;
      }
      for (int j = 0; j < width; j++) {
        values[(from + j) * centroids + c] = (float) (sums[j * centroids + c] / counts[c]);
      }
    }
  }

  /**
   * The centroid of a run nearest to a row by squared distance.
   *
   * @param distances scratch of {@code centroids} places
   */
  int nearest(int segment, float[] row, float[] distances) {
    squaredDistances(segment, row, distances, 0);
    int best = 0;
    for (int c = 1; c < centroids; c++) {
      best = distances[c] < distances[best] ? c : best;
    }
    return best;
  }

  /** Puts the components of a run's centroid where they belong in {@code row}. */
  void decode(int segment, int centroid, float[] row) {
    for (int j = start(segment); j < start(segment + 1); j++) {
      row[j] = values[j * centroids + centroid];
    }
  }

  /**
   * What each centroid of each run adds to a row's score against a query.
   *
   * @param table gets {@code segments x centroids} parts
   */
  void partScores(Metric metric, float[] query, float[] table) {
    for (int segment = 0; segment < segments; segment++) {
      int at = segment * centroids;
      switch (metric) {
        case EUCLIDEAN -> squaredDistances(segment, query, table, at);
        case COSINE -> {
          squaredDistances(segment, query, table, at); // Of lengths one: twice the distance.
          for (int c = at; c < at + centroids; c++) {
            table[c] /= 2;
          }
        }
        case DOT_PRODUCT -> negatedProducts(segment, query, table, at);
        case MANHATTAN -> absoluteDistances(segment, query, table, at);
      }
    }
  }

  private void squaredDistances(int segment, float[] row, float[] into, int at) {
    Arrays.fill(into, at, at + centroids, 0f);
    for (int j = start(segment); j < start(segment + 1); j++) {
      float x = row[j];
      for (int c = 0; c < centroids; c++) {
        float difference = x - values[j * centroids + c];
        into[at + c] += difference * difference;
      }
    }
  }

  private void negatedProducts(int segment, float[] row, float[] into, int at) {
    Arrays.fill(into, at, at + centroids, 0f);
    for (int j = start(segment); j < start(segment + 1); j++) {
      float x = row[j];
      for (int c = 0; c < centroids; c++) {
        into[at + c] -= x * values[j * centroids + c];
      }
    }
  }

  private void absoluteDistances(int segment, float[] row, float[] into, int at) {
    Arrays.fill(into, at, at + centroids, 0f);
    for (int j = start(segment); j < start(segment + 1); j++) {
      float x = row[j];
      for (int c = 0; c < centroids; c++) {
        into[at + c] += Math.abs(x - values[j * centroids + c]);
      }
    }
  }
}
