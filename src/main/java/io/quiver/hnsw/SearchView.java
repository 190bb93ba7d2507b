package io.quiver.hnsw;

import io.quiver.vectors.Bits;

/**
 * What a search may see of the rows.
 *
 * @param ordinalLimit rows at or above it are newer than the view: they are left out
 * @param dead deleted rows: searches pass through them but never return them; {@link Bits#NONE}
 *     (the very object) is fastest
 */
public record SearchView(int ordinalLimit, Bits dead) {
  public static final SearchView ALL = new SearchView(Integer.MAX_VALUE, Bits.NONE);
}
