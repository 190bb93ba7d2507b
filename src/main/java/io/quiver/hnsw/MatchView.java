package io.quiver.hnsw;

import io.quiver.core.OrdinalSet;

/**
 * What a filtered walk may return.
 *
 * @param ordinalLimit rows at or above it are newer than the view: the walk leaves them out
 * @param matches live rows that pass the filter; some may lie at or above the limit
 * @param scanMax where matches turn out to be rare, a walk gives up if there are no more than
 *     these, for a scan of them costs less
 */
public record MatchView(int ordinalLimit, OrdinalSet matches, int scanMax) {}
