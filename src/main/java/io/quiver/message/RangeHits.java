package io.quiver.message;

import io.quiver.core.Required;

/**
 * What is within a distance, nearest first.
 *
 * @param isTruncated whether there are more
 */
public record RangeHits(SearchHits found, boolean isTruncated) implements KeyReply {
  public RangeHits {
    Required.value("found", found);
  }

  /** The first {@code limit} of the hits of {@link SearchRange#search}. */
  public static RangeHits of(SearchHits found, int limit) {
    boolean isMore = found.hits().size() > limit;
    return isMore
        ? new RangeHits(new SearchHits(found.hits().subList(0, limit), found.missingShards()), true)
        : new RangeHits(found, false);
  }
}
