package io.quiver.message;

import io.quiver.core.CollectionName;
import io.quiver.core.DenseVector;
import io.quiver.core.Limits;
import io.quiver.core.QuiverException;
import io.quiver.core.Required;
import io.quiver.filter.Filter;

/**
 * Finds all rows that are at most so far from a vector, by comparing with every row. Answered by
 * {@link RangeHits}.
 *
 * @param maxDistance by the collection's metric; finite
 * @param limit most hits, 1 to {@link #LIMIT_MAX}; the nearest ones
 * @param deadlineMillis as in {@link SearchVectors}
 */
public record SearchRange(
    CollectionName collection,
    DenseVector vector,
    float maxDistance,
    int limit,
    boolean withVectors,
    boolean withMetadata,
    long deadlineMillis,
    Filter filter)
    implements KeyRequest, OfCollection<SearchRange> {
  /** One less than a search's: a hit more tells whether these are all. */
  public static final int LIMIT_MAX = Limits.SEARCH_LIMIT_MAX - 1;

  public static final int LIMIT_DEFAULT = 1_000;

  public SearchRange {
    Required.value("collection", collection);
    Required.value("vector", vector);
    Limits.check("limit", limit, 1, LIMIT_MAX);
    Limits.check("deadline_ms", deadlineMillis, 0, Limits.DEADLINE_MILLIS_MAX);
    Required.value("filter", filter);
    if (!Float.isFinite(maxDistance)) {
      throw QuiverException.invalid("max_distance", "a finite number", maxDistance);
    }
  }

  /** The search that finds one hit more than is wanted, if there is one. */
  public SearchVectors search() {
    return new SearchVectors(
        collection,
        vector,
        limit + 1,
        0,
        0,
        true,
        withVectors,
        withMetadata,
        maxDistance,
        deadlineMillis,
        Effort.DEFAULT,
        filter);
  }

  @Override
  public SearchRange at(CollectionName other) {
    return new SearchRange(
        other, vector, maxDistance, limit, withVectors, withMetadata, deadlineMillis, filter);
  }
}
