package io.quiver.message;

import io.quiver.core.CollectionName;
import io.quiver.core.Limits;
import io.quiver.core.QuiverException;
import io.quiver.core.Required;
import io.quiver.filter.FieldPath;
import io.quiver.filter.Filter;

/**
 * Finds the nearest rows by groups: rows with the same string, number or boolean at a field are one
 * group, a row with several values is in the group of each, and one without is in none. Comes back
 * with as many groups as were asked for, or all there are, those with the nearest rows, each with
 * its nearest rows. Answered by {@link GroupedHits}.
 *
 * @param search how rows are found; its limit is the number of groups, its offset 0
 * @param groupSize most rows of a group; times the limit at most {@link Limits#SEARCH_LIMIT_MAX}
 */
public record SearchGroups(SearchVectors search, FieldPath groupBy, int groupSize)
    implements ArrangedRequest, OfCollection<SearchGroups>, Filtered<SearchGroups> {
  public static final int GROUP_SIZE_DEFAULT = 3;

  public SearchGroups {
    Required.value("search", search);
    Required.value("group_by", groupBy);
    Limits.check("offset", search.offset(), 0, 0);
    Limits.check("group_size", groupSize, 1, Limits.SEARCH_LIMIT_MAX / search.limit());
    long components = (long) search.limit() * groupSize * search.vector().dimension();
    if (search.withVectors() && components > Limits.ANSWER_COMPONENTS_MAX) {
      throw QuiverException.invalid(
          "group_size",
          "with_vectors of at most " + Limits.ANSWER_COMPONENTS_MAX + " components",
          components);
    }
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
  public SearchGroups filteredBy(Filter other) {
    return new SearchGroups(search.filteredBy(other), groupBy, groupSize);
  }

  @Override
  public SearchGroups at(CollectionName other) {
    return new SearchGroups(search.at(other), groupBy, groupSize);
  }
}
