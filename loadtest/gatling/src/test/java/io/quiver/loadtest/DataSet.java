package io.quiver.loadtest;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Seeded vectors as JSON arrays. They lie near a plane of 16 dimensions, because real embeddings
 * fill far fewer directions than they have components. Immutable.
 */
final class DataSet {
  private static final int LATENT = 16;
  private static final double NOISE = 0.1;

  private final SplittableRandom random;
  private final double[][] spread;
  private final List<String> rows;
  private final List<String> queries;

  DataSet(long seed, int dimension, int rows, int queries) {
    this.random = new SplittableRandom(seed);
    this.spread = new double[LATENT][];
    for (int i = 0; i < LATENT; i++) {
      spread[i] = gaussian(dimension);
    }
    this.rows = texts(rows);
    this.queries = texts(queries);
  }

  /** One JSON array a row. */
  List<String> rows() {
    return rows;
  }

  /** One JSON array a query. */
  List<String> queries() {
    return queries;
  }

  private List<String> texts(int count) {
    List<String> texts = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      texts.add(text());
    }
    return List.copyOf(texts);
  }

  private String text() {
    double[] latent = gaussian(LATENT);
    double[] noise = gaussian(spread[0].length);
    StringBuilder text = new StringBuilder("[");
    for (int i = 0; i < noise.length; i++) {
      double sum = NOISE * noise[i];
      for (int j = 0; j < LATENT; j++) {
        sum += latent[j] * spread[j][i] / Math.sqrt(LATENT);
      }
      text.append(i == 0 ? "" : ",").append((float) sum);
    }
    return text.append(']').toString();
  }

  private double[] gaussian(int length) {
    double[] numbers = new double[length];
    for (int i = 0; i < length; i++) {
      numbers[i] = random.nextGaussian();
    }
    return numbers;
  }
}
