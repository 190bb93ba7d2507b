package io.quiver.message;

import io.quiver.core.CollectionName;
import io.quiver.core.DenseVector;
import io.quiver.core.Limits;
import io.quiver.core.Required;
import io.quiver.core.VectorId;
import io.quiver.filter.Filter;
import java.util.List;

/**
 * What each shard is asked when vectors are recommended or discovered: the examples' vectors were
 * read before. Answered by {@link SearchHits}.
 *
 * @param target of a discovery, moved by mean(positive) − mean(negative); {@link DenseVector#NONE}
 *     for a recommendation
 * @param positive at least one unless there is a target
 * @param strategy of a recommendation
 * @param without ids that are never found
 */
public record SearchByExamples(
    CollectionName collection,
    DenseVector target,
    List<DenseVector> positive,
    List<DenseVector> negative,
    ExampleStrategy strategy,
    List<VectorId> without,
    SearchOptions options)
    implements ShardRequest, PointRequest, Filtered<SearchByExamples> {
  public SearchByExamples {
    Required.value("collection", collection);
    Required.value("target", target);
    positive = Required.list("positive", positive);
    negative = Required.list("negative", negative);
    Required.value("strategy", strategy);
    without = Required.list("without", without);
    Required.value("options", options);
    int least = target.dimension() == 0 ? 1 : 0;
    Limits.check("positive", positive.size(), least, Limits.EXAMPLES_MAX);
    Limits.check("negative", negative.size(), 0, Limits.EXAMPLES_MAX);
    Limits.check("without", without.size(), 0, 2 * Limits.EXAMPLES_MAX);
  }

  public boolean hasTarget() {
    return target.dimension() > 0;
  }

  @Override
  public int limit() {
    return options.limit();
  }

  @Override
  public int offset() {
    return options.offset();
  }

  @Override
  public Filter filter() {
    return options.filter();
  }

  @Override
  public SearchByExamples filteredBy(Filter other) {
    return new SearchByExamples(
        collection, target, positive, negative, strategy, without, options.filteredBy(other));
  }

  @Override
  public long deadlineMillis() {
    return options.deadlineMillis();
  }
}
