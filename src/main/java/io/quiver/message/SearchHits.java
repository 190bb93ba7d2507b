package io.quiver.message;

import java.util.List;

/**
 * The nearest rows, nearest first, equal distances by id.
 *
 * @param missingShards shards that did not answer in time; empty in a complete answer
 */
public record SearchHits(List<Hit> hits, List<Integer> missingShards) implements Reply {
  public SearchHits {
    hits = List.copyOf(hits);
    missingShards = List.copyOf(missingShards);
  }

  /** Whether hits tell their versions. */
  public boolean areVersioned() {
    return !hits.isEmpty() && hits.getFirst().version() != Hit.NO_VERSION;
  }
}
