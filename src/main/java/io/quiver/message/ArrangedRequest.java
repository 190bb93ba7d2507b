package io.quiver.message;

import io.quiver.core.CollectionName;

/**
 * Requests whose answer is arranged by what stands in metadata, over a whole collection: counted,
 * grouped, ordered or weighed.
 */
public sealed interface ArrangedRequest extends Request
    permits CountFacets, SearchGroups, OrderRows, SearchReranked {
  CollectionName collection();

  /** As in {@link SearchVectors}. */
  long deadlineMillis();
}
