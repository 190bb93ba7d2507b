package io.quiver.message;

import java.util.List;

/** The rows whose texts match best, best first, equal scores by id. */
public record TextHits(List<TextHit> hits) implements TextReply {
  public TextHits {
    hits = List.copyOf(hits);
  }
}
