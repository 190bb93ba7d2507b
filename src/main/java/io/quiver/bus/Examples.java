package io.quiver.bus;

import io.quiver.core.DenseVector;
import io.quiver.core.ErrorCode;
import io.quiver.core.Limits;
import io.quiver.core.QuiverException;
import io.quiver.core.VectorId;
import io.quiver.message.DiscoverVectors;
import io.quiver.message.DiscoverVectors.ContextPair;
import io.quiver.message.DiscoverVectors.Target;
import io.quiver.message.ExampleStrategy;
import io.quiver.message.FoundVectors;
import io.quiver.message.RecommendVectors;
import io.quiver.message.Row;
import io.quiver.message.SearchByExamples;
import io.quiver.message.SearchOptions;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The examples of a request: their ids first, then the search that their vectors make. */
final class Examples {
  /** Where each id first stands in the request, in the order of the request. */
  private final Map<VectorId, String> places = new LinkedHashMap<>();

  private final Map<VectorId, DenseVector> vectors = new HashMap<>();

  Examples(RecommendVectors recommend) {
    name("positive", recommend.positive());
    name("negative", recommend.negative());
  }

  Examples(DiscoverVectors discover) {
    if (discover.target() instanceof Target.OfId target) {
      places.put(target.id(), "target");
    }
    for (int i = 0; i < discover.context().size(); i++) {
      places.putIfAbsent(discover.context().get(i).positive(), "context[" + i + "].positive");
      places.putIfAbsent(discover.context().get(i).negative(), "context[" + i + "].negative");
    }
  }

  private void name(String field, List<VectorId> ids) {
    for (int i = 0; i < ids.size(); i++) {
      places.put(ids.get(i), field + "[" + i + "]");
    }
  }

  /** Each once; perhaps none. */
  List<VectorId> ids() {
    return List.copyOf(places.keySet());
  }

  /**
   * Takes the vectors.
   *
   * @throws QuiverException VECTOR_NOT_FOUND naming the first id that does not exist
   */
  Examples with(FoundVectors found) {
    for (Row row : found.rows()) {
      vectors.put(row.id(), row.vector());
    }
    places.forEach((id, place) -> {
      if (!vectors.containsKey(id)) {
        throw new QuiverException(
            ErrorCode.VECTOR_NOT_FOUND,
            "Vector not found: " + id,
            Map.of("field", place, "got", id.value()));
      }
    });
    return this;
  }

  SearchByExamples search(RecommendVectors recommend) {
    return checked(
        new SearchByExamples(
            recommend.collection(),
            DenseVector.NONE,
            recommend.positive().stream().map(vectors::get).toList(),
            recommend.negative().stream().map(vectors::get).toList(),
            recommend.strategy(),
            ids(),
            recommend.options()));
  }

  SearchByExamples search(DiscoverVectors discover) {
    DenseVector target =
        switch (discover.target()) {
          case Target.OfId of -> vectors.get(of.id());
          case Target.OfVector of -> of.vector();
        };
    return checked(
        new SearchByExamples(
            discover.collection(),
            target,
            discover.context().stream().map(ContextPair::positive).map(vectors::get).toList(),
            discover.context().stream().map(ContextPair::negative).map(vectors::get).toList(),
            ExampleStrategy.AVERAGE_VECTOR,
            ids(),
            discover.options()));
  }

  /** Only now the dimension is known, and so how large an answer with vectors may become. */
  private static SearchByExamples checked(SearchByExamples search) {
    SearchOptions options = search.options();
    DenseVector any = search.hasTarget() ? search.target() : search.positive().getFirst();
    long components = (long) options.limit() * any.dimension();
    if (options.withVectors() && components > Limits.ANSWER_COMPONENTS_MAX) {
      throw QuiverException.invalid(
          "limit",
          "with_vectors of at most " + Limits.ANSWER_COMPONENTS_MAX + " components",
          components);
    }
    return search;
  }
}
