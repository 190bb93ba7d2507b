package io.quiver.message;

import io.quiver.core.CollectionName;
import io.quiver.core.Required;

/** Searches, and says how it was done. Answered by {@link Explained}. */
public record ExplainSearch(SearchVectors search) implements Request, OfCollection<ExplainSearch> {
  public ExplainSearch {
    Required.value("search", search);
  }

  @Override
  public CollectionName collection() {
    return search.collection();
  }

  @Override
  public ExplainSearch at(CollectionName other) {
    return new ExplainSearch(search.at(other));
  }
}
