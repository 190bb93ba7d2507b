package io.quiver.message;

import io.quiver.core.CollectionName;
import io.quiver.core.Limits;
import io.quiver.core.QuiverException;
import io.quiver.core.Required;
import io.quiver.core.VectorId;
import io.quiver.filter.Filter;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Finds rows that are like some and unlike others. The examples themselves are never found. An id
 * that does not exist is VECTOR_NOT_FOUND. Answered by {@link SearchHits}.
 *
 * @param positive at least one; each example once, with the negative ones at most {@link
 *     Limits#EXAMPLES_MAX}
 */
public record RecommendVectors(
    CollectionName collection,
    List<VectorId> positive,
    List<VectorId> negative,
    ExampleStrategy strategy,
    SearchOptions options)
    implements PointRequest, OfCollection<RecommendVectors>, Filtered<RecommendVectors> {
  public RecommendVectors {
    Required.value("collection", collection);
    positive = Required.list("positive", positive);
    negative = Required.list("negative", negative);
    Required.value("strategy", strategy);
    Required.value("options", options);
    Limits.check("positive", positive.size(), 1, Limits.EXAMPLES_MAX);
    Limits.check("negative", negative.size(), 0, Limits.EXAMPLES_MAX - positive.size());
    Set<VectorId> seen = new HashSet<>();
    expectNew("positive", positive, seen);
    expectNew("negative", negative, seen);
  }

  private static void expectNew(String field, List<VectorId> ids, Set<VectorId> seen) {
    for (int i = 0; i < ids.size(); i++) {
      if (!seen.add(ids.get(i))) {
        throw QuiverException.invalid(
            field + "[" + i + "]", "an example that was not named before", ids.get(i));
      }
    }
  }

  @Override
  public Filter filter() {
    return options.filter();
  }

  @Override
  public RecommendVectors filteredBy(Filter other) {
    return new RecommendVectors(
        collection, positive, negative, strategy, options.filteredBy(other));
  }

  @Override
  public RecommendVectors at(CollectionName other) {
    return new RecommendVectors(other, positive, negative, strategy, options);
  }
}
