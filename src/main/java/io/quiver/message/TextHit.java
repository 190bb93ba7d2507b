package io.quiver.message;

import io.quiver.core.Metadata;
import io.quiver.core.VectorId;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * One row found by its texts.
 *
 * @param score larger is better; scores of different queries cannot be compared
 * @param metadata absent when the row has none or it was not asked for
 * @param highlights by field, pieces of its text with what was found between {@code <em>} and
 *     {@code </em>}; empty if they were not asked for
 */
public record TextHit(
    VectorId id, float score, Metadata metadata, Map<String, List<String>> highlights) {
  /** The order of every answer: equal scores by id. */
  public static final Comparator<TextHit> BEST_FIRST =
      Comparator.comparingDouble(TextHit::score).reversed().thenComparing(hit -> hit.id().value());

  public TextHit {
    Map<String, List<String>> copy = new TreeMap<>();
    highlights.forEach((field, pieces) -> copy.put(field, List.copyOf(pieces)));
    highlights = Collections.unmodifiableMap(copy);
  }
}
