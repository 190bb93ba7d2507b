package io.quiver.core;

import java.util.Locale;

/**
 * How near two vectors are. Smaller is nearer in all of them.
 *
 * <ul>
 *   <li>{@code COSINE}: 1 − cos(a, b), in [0, 2]
 *   <li>{@code EUCLIDEAN}: √Σ(aᵢ − bᵢ)²
 *   <li>{@code DOT_PRODUCT}: −Σ aᵢ·bᵢ
 *   <li>{@code MANHATTAN}: Σ |aᵢ − bᵢ|
 * </ul>
 */
public enum Metric {
  COSINE(1, "Cosine"),
  EUCLIDEAN(2, "Euclidean"),
  DOT_PRODUCT(3, "DotProduct"),
  MANHATTAN(4, "Manhattan");

  private final int wire;
  private final String word;

  Metric(int wire, String word) {
    this.wire = wire;
    this.word = word;
  }

  /** The stable number in files, on the bus and in the gRPC contract. */
  public int wire() {
    return wire;
  }

  /** The word in JSON: {@code Cosine}, {@code Euclidean}, {@code DotProduct}, {@code Manhattan}. */
  public String word() {
    return word;
  }

  public static Metric ofWire(int wire) {
    for (Metric metric : values()) {
      if (metric.wire == wire) {
        return metric;
      }
    }
    throw QuiverException.invalid("distance_metric", "1 to 4", wire);
  }

  /** Reads the word in either case, with or without an underscore. */
  public static Metric parse(String text) {
    String plain = text.replace("_", "").toLowerCase(Locale.ROOT);
    for (Metric metric : values()) {
      if (metric.word.toLowerCase(Locale.ROOT).equals(plain)) {
        return metric;
      }
    }
    throw QuiverException.invalid(
        "distance_metric", "Cosine, Euclidean, DotProduct or Manhattan", text);
  }
}
