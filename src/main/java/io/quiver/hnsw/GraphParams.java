package io.quiver.hnsw;

import io.quiver.core.Limits;

/**
 * How a graph is built, in the words of Malkov and Yashunin.
 *
 * @param maxConnections M: links a new node chooses, and most links on an upper layer
 * @param efConstruction candidates kept while a node is inserted
 * @param maxLayer most layers, the base layer included
 * @param seed decides the levels, together with the ordinal
 */
public record GraphParams(int maxConnections, int efConstruction, int maxLayer, long seed) {
  public static final GraphParams DEFAULT = new GraphParams(16, 200, 16, 42);

  private static final double UNIT = 0x1p-53;

  public GraphParams {
    Limits.check(
        "max_connections", maxConnections, Limits.MAX_CONNECTIONS_MIN, Limits.MAX_CONNECTIONS_MAX);
    Limits.check("ef_construction", efConstruction, 1, Limits.EF_CONSTRUCTION_MAX);
    Limits.check("max_layer", maxLayer, 1, Limits.MAX_LAYER_MAX);
  }

  /** Most links of a node on {@code layer}: the paper's Mmax, doubled on the base layer. */
  public int linksMax(int layer) {
    return layer == 0 ? 2 * maxConnections : maxConnections;
  }

  /**
   * The highest layer of a new node, ⌊−ln(u) / ln(M)⌋ with u drawn by hashing the ordinal: the same
   * rows give the same levels, whatever the order or the number of threads.
   */
  int levelOf(int ordinal) {
    long bits = mix(mix(ordinal + 0x9E3779B97F4A7C15L) ^ seed);
    double uniform = ((bits >>> 11) + 1) * UNIT; // (0, 1]
    int level = (int) (-Math.log(uniform) / Math.log(maxConnections));
    return Math.min(level, maxLayer - 1);
  }

  /** The finaliser of SplitMix64 (Steele, Lea, Flood 2014). */
  private static long mix(long z) {
    long a = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    long b = (a ^ (a >>> 27)) * 0x94D049BB133111EBL;
    return b ^ (b >>> 31);
  }
}
