package io.quiver.message;

import io.quiver.core.CollectionName;
import io.quiver.core.Required;
import io.quiver.filter.Filter;

/**
 * Finds the nearest rows and orders them anew. Answered by {@link RerankedHits}.
 *
 * @param search which rows are found; its limit and offset are of the new order
 */
public record SearchReranked(SearchVectors search, Reranking reranking)
    implements ArrangedRequest, OfCollection<SearchReranked>, Filtered<SearchReranked> {
  public SearchReranked {
    Required.value("search", search);
    Required.value("reranking", reranking);
    reranking.checkWindow(search.window());
  }

  /** How many of the nearest rows are ordered anew. */
  public int candidates() {
    return reranking.candidates(search.window());
  }

  @Override
  public CollectionName collection() {
    return search.collection();
  }

  @Override
  public long deadlineMillis() {
    return search.deadlineMillis();
  }

  @Override
  public Filter filter() {
    return search.filter();
  }

  @Override
  public SearchReranked filteredBy(Filter other) {
    return new SearchReranked(search.filteredBy(other), reranking);
  }

  @Override
  public SearchReranked at(CollectionName other) {
    return new SearchReranked(search.at(other), reranking);
  }
}
