package io.quiver.collection;

/**
 * From which sizes on background work pays.
 *
 * @param graphRowsMin below this many rows a scan is faster than a graph, so none is built
 * @param deadRowsMin a shard is not rewritten for fewer dead rows than this; above, when a third is
 *     dead
 */
public record Tuning(int graphRowsMin, int deadRowsMin) {
  public static final Tuning DEFAULT = new Tuning(1_000, 1_000);
}
