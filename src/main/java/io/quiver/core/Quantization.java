package io.quiver.core;

import java.util.function.Supplier;

/**
 * What the graph of a collection is walked by, beside its rows. Rows are always kept as they came;
 * codes are derived from them, in memory, in the background.
 */
public sealed interface Quantization {
  /** The word that users write. */
  String word();

  /**
   * What a word stands for.
   *
   * @param product makes the one that has figures of its own
   * @throws QuiverException INVALID_ARGUMENT if it is no word of these
   */
  static Quantization of(String word, Supplier<Product> product) {
    return switch (word) {
      case "auto" -> new Auto();
      case "none" -> new None();
      case "scalar" -> new Scalar();
      case "binary" -> new Binary();
      case "product" -> product.get();
      default ->
          throw QuiverException.invalid(
              "quantization.type", "auto, none, scalar, product or binary", word);
    };
  }

  /** Refuses what a metric has no codes for, and more segments than components. */
  default void check(Metric metric, int dimension) {
    boolean isProductsOnly = this instanceof Scalar || this instanceof Binary;
    if (isProductsOnly && metric == Metric.MANHATTAN) {
      throw QuiverException.invalid("quantization.type", "auto, none or product here", word());
    }
    if (this instanceof Product(int segments, int centroids)) {
      Limits.check("quantization.num_segments", segments, 1, dimension);
    }
  }

  /** The engine chooses by dimension, size and metric. */
  record Auto() implements Quantization {
    @Override
    public String word() {
      return "auto";
    }
  }

  /** No codes: searches read rows. */
  record None() implements Quantization {
    @Override
    public String word() {
      return "none";
    }
  }

  /** A byte for each component. */
  record Scalar() implements Quantization {
    @Override
    public String word() {
      return "scalar";
    }
  }

  /** A bit for each component of each neighbour, beside a byte for each of the row's own. */
  record Binary() implements Quantization {
    @Override
    public String word() {
      return "binary";
    }
  }

  /**
   * A byte for each run of components: the nearest of the centroids that were found for that run
   * (Jégou, Douze and Schmid 2011).
   *
   * @param segments runs, 1 to the dimension
   * @param centroids of each run, 2 to 256
   */
  record Product(int segments, int centroids) implements Quantization {
    public static final int CENTROIDS_MAX = 256;

    /** Components of a run where nobody says otherwise. */
    private static final int RUN = 8;

    public Product {
      Limits.check("quantization.num_segments", segments, 1, Limits.DIMENSION_MAX);
      Limits.check("quantization.num_centroids", centroids, 2, CENTROIDS_MAX);
    }

    /** How many segments there are if nobody says. */
    public static int segmentsOf(int dimension) {
      return Math.max(1, dimension / RUN);
    }

    @Override
    public String word() {
      return "product";
    }
  }
}
