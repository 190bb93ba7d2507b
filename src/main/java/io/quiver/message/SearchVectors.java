package io.quiver.message;

import io.quiver.core.CollectionName;
import io.quiver.core.DenseVector;
import io.quiver.core.Limits;
import io.quiver.core.QuiverException;
import io.quiver.core.Required;
import io.quiver.filter.Filter;

/**
 * Finds the rows nearest to a vector. Answered by {@link SearchHits}.
 *
 * @param limit most hits, 1 to {@link Limits#SEARCH_LIMIT_MAX}
 * @param offset nearest hits to leave out
 * @param efSearch candidates kept in the graph; 0 = the collection's own
 * @param exact compare with every row instead of walking the graph
 * @param maxDistance only rows at most this far; positive infinity = no bound
 * @param deadlineMillis time after which nobody waits for the answer, in milliseconds from when the
 *     node received it; 0 = none
 * @param effort of no effect where the graph is walked by rows
 */
public record SearchVectors(
    CollectionName collection,
    DenseVector vector,
    int limit,
    int offset,
    int efSearch,
    boolean exact,
    boolean withVectors,
    boolean withMetadata,
    float maxDistance,
    long deadlineMillis,
    Effort effort,
    Filter filter)
    implements ShardRequest, OfCollection<SearchVectors>, Filtered<SearchVectors> {
  public static final int LIMIT_DEFAULT = 10;

  public SearchVectors {
    Required.value("collection", collection);
    Required.value("vector", vector);
    Limits.check("limit", limit, 1, Limits.SEARCH_LIMIT_MAX);
    Limits.check("offset", offset, 0, Limits.SEARCH_OFFSET_MAX);
    Limits.check("ef_search", efSearch, 0, Limits.EF_SEARCH_MAX);
    Limits.check("deadline_ms", deadlineMillis, 0, Limits.DEADLINE_MILLIS_MAX);
    Required.value("effort", effort);
    Required.value("filter", filter);
    if (efSearch > 0 && effort.hasTarget()) {
      throw QuiverException.invalid("target_recall", "one of ef_search and target_recall", "both");
    }
    if (Float.isNaN(maxDistance)) {
      throw QuiverException.invalid("max_distance", "a number", maxDistance);
    }
  }

  /** With rows that score what codes found. */
  public SearchVectors(
      CollectionName collection,
      DenseVector vector,
      int limit,
      int offset,
      int efSearch,
      boolean exact,
      boolean withVectors,
      boolean withMetadata,
      float maxDistance,
      long deadlineMillis) {
    this(
        collection,
        vector,
        limit,
        offset,
        efSearch,
        exact,
        withVectors,
        withMetadata,
        maxDistance,
        deadlineMillis,
        Effort.DEFAULT,
        Filter.ALL);
  }

  /** Of all rows. */
  public SearchVectors(
      CollectionName collection,
      DenseVector vector,
      int limit,
      int offset,
      int efSearch,
      boolean exact,
      boolean withVectors,
      boolean withMetadata,
      float maxDistance,
      long deadlineMillis,
      Effort effort) {
    this(
        collection,
        vector,
        limit,
        offset,
        efSearch,
        exact,
        withVectors,
        withMetadata,
        maxDistance,
        deadlineMillis,
        effort,
        Filter.ALL);
  }

  /** A search with every option at its default. */
  public static SearchVectors of(CollectionName collection, DenseVector vector, int limit) {
    return new SearchVectors(
        collection, vector, limit, 0, 0, false, false, true, Float.POSITIVE_INFINITY, 0);
  }

  @Override
  public SearchVectors at(CollectionName other) {
    return new SearchVectors(
        other,
        vector,
        limit,
        offset,
        efSearch,
        exact,
        withVectors,
        withMetadata,
        maxDistance,
        deadlineMillis,
        effort,
        filter);
  }

  /** The same from another hit on. */
  public SearchVectors from(int other) {
    return new SearchVectors(
        collection,
        vector,
        limit,
        other,
        efSearch,
        exact,
        withVectors,
        withMetadata,
        maxDistance,
        deadlineMillis,
        effort,
        filter);
  }

  @Override
  public SearchVectors filteredBy(Filter other) {
    return new SearchVectors(
        collection,
        vector,
        limit,
        offset,
        efSearch,
        exact,
        withVectors,
        withMetadata,
        maxDistance,
        deadlineMillis,
        effort,
        other);
  }
}
