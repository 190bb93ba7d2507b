package io.quiver.message;

import java.util.List;

/** What two searches found, fused: best first, equal scores by id. */
public record HybridHits(List<HybridHit> hits) implements TextReply {
  public HybridHits {
    hits = List.copyOf(hits);
  }
}
