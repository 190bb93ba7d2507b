package io.quiver.message;

import java.util.List;

/** The nearest rows in another order. */
public record RerankedHits(List<Scored> hits) implements ArrangedReply {
  public RerankedHits {
    hits = List.copyOf(hits);
  }

  /**
   * A row.
   *
   * @param score how near it is and what boosts added; larger is better
   */
  public record Scored(Hit hit, float score) {}
}
