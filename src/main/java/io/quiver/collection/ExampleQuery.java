package io.quiver.collection;

import io.quiver.core.DenseVector;
import io.quiver.core.QuiverException;
import io.quiver.message.CollectionConfig;
import io.quiver.message.SearchByExamples;
import io.quiver.vectors.Norms;
import java.util.List;

/** The one vector that examples stand for. */
final class ExampleQuery {
  private ExampleQuery() {}

  /**
   * With a target: target + mean(positive) − mean(negative). Else 2 · mean(positive) −
   * mean(negative), or mean(positive) alone if nothing is negative. Summed in float64.
   *
   * @throws QuiverException if that is no vector which the metric can compare: examples may cancel
   *     each other out
   */
  static DenseVector of(CollectionConfig config, SearchByExamples search) {
    double[] sum = new double[config.dimension()];
    boolean doubled = !search.hasTarget() && !search.negative().isEmpty();
    if (search.hasTarget()) {
      add(sum, List.of(search.target()), 1);
    }
    add(sum, search.positive(), doubled ? 2 : 1);
    add(sum, search.negative(), -1);
    float[] components = new float[sum.length];
    for (int i = 0; i < sum.length; i++) {
      components[i] = (float) sum[i];
    }
    DenseVector query = DenseVector.owning(components);
    Norms.check(query, config.metric(), search.hasTarget() ? "target" : "positive");
    return query;
  }

  /** Refuses examples that are no vectors of this collection. */
  static void checkDimensions(CollectionConfig config, SearchByExamples search) {
    if (search.hasTarget()) {
      check(config, "target", search.target());
    }
    search.positive().forEach(each -> check(config, "positive", each));
    search.negative().forEach(each -> check(config, "negative", each));
  }

  private static void check(CollectionConfig config, String field, DenseVector vector) {
    if (vector.dimension() != config.dimension()) {
      throw QuiverException.dimensionMismatch(field, config.dimension(), vector.dimension());
    }
    Norms.check(vector, config.metric(), field);
  }

  private static void add(double[] sum, List<DenseVector> vectors, double weight) {
    for (DenseVector vector : vectors) {
      for (int i = 0; i < sum.length; i++) {
        sum[i] += weight * vector.get(i) / vectors.size();
      }
    }
  }
}
