package io.quiver.message;

import io.quiver.core.CollectionName;
import io.quiver.core.Required;

/** A {@link SearchVectors} whose hits tell their versions. Answered by {@link SearchHits}. */
public record SearchVersions(SearchVectors search)
    implements KeyRequest, ShardRequest, OfCollection<SearchVersions> {
  public SearchVersions {
    Required.value("search", search);
  }

  @Override
  public CollectionName collection() {
    return search.collection();
  }

  @Override
  public int limit() {
    return search.limit();
  }

  @Override
  public int offset() {
    return search.offset();
  }

  @Override
  public long deadlineMillis() {
    return search.deadlineMillis();
  }

  @Override
  public SearchVersions at(CollectionName other) {
    return new SearchVersions(search.at(other));
  }
}
