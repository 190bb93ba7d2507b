package io.quiver.message;

import io.quiver.core.CollectionName;
import io.quiver.core.DenseVector;
import io.quiver.core.Limits;
import io.quiver.core.QuiverException;
import io.quiver.core.Required;
import io.quiver.core.VectorId;
import io.quiver.filter.Filter;
import java.util.List;

/**
 * Finds rows near a target that is moved by pairs of rows: towards the positive, away from the
 * negative one, by the mean of their differences. Rows that are named are never found. An id that
 * does not exist is VECTOR_NOT_FOUND. Answered by {@link SearchHits}.
 *
 * @param context pairs; ids of them and of the target are at most {@link Limits#EXAMPLES_MAX}
 */
public record DiscoverVectors(
    CollectionName collection, Target target, List<ContextPair> context, SearchOptions options)
    implements PointRequest, OfCollection<DiscoverVectors>, Filtered<DiscoverVectors> {
  /** Most pairs: two ids each, and one for the target. */
  public static final int CONTEXT_MAX = (Limits.EXAMPLES_MAX - 1) / 2;

  /** What is sought to begin with. */
  public sealed interface Target {
    /** A row's vector; the row itself is not found. */
    record OfId(VectorId id) implements Target {
      public OfId {
        Required.value("target", id);
      }
    }

    /** A vector that is given. */
    record OfVector(DenseVector vector) implements Target {
      public OfVector {
        Required.value("target", vector);
      }
    }
  }

  /** Rather like the positive row than like the negative one. */
  public record ContextPair(VectorId positive, VectorId negative) {
    public ContextPair {
      Required.value("positive", positive);
      Required.value("negative", negative);
    }
  }

  public DiscoverVectors {
    Required.value("collection", collection);
    Required.value("target", target);
    context = Required.list("context", context);
    Required.value("options", options);
    Limits.check("context", context.size(), 0, CONTEXT_MAX);
    for (int i = 0; i < context.size(); i++) {
      if (context.get(i).positive().equals(context.get(i).negative())) {
        throw QuiverException.invalid(
            "context[" + i + "].negative",
            "another id than the positive one",
            context.get(i).negative());
      }
    }
  }

  @Override
  public Filter filter() {
    return options.filter();
  }

  @Override
  public DiscoverVectors filteredBy(Filter other) {
    return new DiscoverVectors(collection, target, context, options.filteredBy(other));
  }

  @Override
  public DiscoverVectors at(CollectionName other) {
    return new DiscoverVectors(other, target, context, options);
  }
}
