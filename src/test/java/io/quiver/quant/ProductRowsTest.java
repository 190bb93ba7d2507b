package io.quiver.quant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.quiver.core.Metric;
import io.quiver.core.Quantization;
import io.quiver.testkit.ArraySpace;
import io.quiver.testkit.Vectors;
import io.quiver.vectors.Scorer;
import java.lang.foreign.Arena;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Product codes against distances in double precision. */
class ProductRowsTest {
  private static final int DIMENSION = 30;

  /** Runs of unequal length; each has eight values at most, and there are as many centroids. */
  @ParameterizedTest(name = "{0}, seed=5")
  @EnumSource(Metric.class)
  void whereCentroidsAreTheValuesThemselvesScoresAreExact(Metric metric) {
    int segments = 7;
    float[][][] values = new float[segments][][];
    for (int segment = 0; segment < segments; segment++) {
      values[segment] = Vectors.gaussian(5 + segment, 8, DIMENSION);
    }
    Random random = new Random(5);
    float[][] rows = new float[2_000][DIMENSION];
    for (float[] row : rows) {
      for (int segment = 0; segment < segments; segment++) {
        int from = segment * DIMENSION / segments;
        int to = (segment + 1) * DIMENSION / segments;
        System.arraycopy(values[segment][random.nextInt(8)], from, row, from, to - from);
      }
    }
    // Under Cosine rows are coded at length one, and so many lengths are too many values.
    double slack = metric == Metric.COSINE ? 0.2 : 1e-3;
    try (Arena arena = Arena.ofConfined()) {
      Scorer scorer = coded(metric, rows, new Quantization.Product(segments, 64), arena).scorer();
      for (int query = 0; query < 20; query++) {
        scorer.target(Vectors.gaussian(90 + query, 1, DIMENSION)[0]);
        float[] target = Vectors.gaussian(90 + query, 1, DIMENSION)[0];
        for (int row = 0; row < 50; row++) {
          assertThat((double) scorer.score(row))
              .isCloseTo(score(metric, rows[row], target), within(slack));
        }
      }
      scorer.target(3);
      assertThat(scorer.score(3)).isLessThanOrEqualTo(scorer.score(4));
    }
  }

  private static double score(Metric metric, float[] row, float[] query) {
    double distance = Vectors.distance(metric, row, query);
    return metric == Metric.EUCLIDEAN ? distance * distance : distance;
  }

  @Test
  void moreSegmentsAndMoreCentroidsAreNearerToTheTruth() {
    double coarse = meanError(new Quantization.Product(3, 16));
    double longer = meanError(new Quantization.Product(10, 16));
    double finer = meanError(new Quantization.Product(10, 256));
    assertThat(longer).isLessThan(coarse * 0.9);
    assertThat(finer).isLessThan(longer * 0.8);
  }

  private static double meanError(Quantization.Product product) {
    float[][] rows = Vectors.gaussian(6, 3_000, DIMENSION);
    double errors = 0;
    try (Arena arena = Arena.ofConfined()) {
      Scorer scorer = coded(Metric.EUCLIDEAN, rows, product, arena).scorer();
      for (int query = 0; query < 20; query++) {
        scorer.target(rows[query]);
        for (int row = 100; row < 200; row++) {
          double want = score(Metric.EUCLIDEAN, rows[row], rows[query]);
          errors += Math.abs(scorer.score(row) - want);
        }
      }
    }
    return errors / 2_000;
  }

  private static ProductRows coded(
      Metric metric, float[][] rows, Quantization.Product product, Arena arena) {
    ArraySpace space = ArraySpace.of(metric, rows);
    ProductRows codes = new ProductRows(space, product, new CodeMemory(1L << 30), arena);
    for (int ordinal = 0; ordinal < rows.length; ordinal++) {
      assertThat(codes.encode(ordinal)).isTrue();
    }
    return codes;
  }

  @Test
  void withoutMemoryThereAreNone() {
    try (Arena arena = Arena.ofConfined()) {
      ArraySpace space = ArraySpace.of(Metric.EUCLIDEAN, Vectors.gaussian(7, 40, DIMENSION));
      ProductRows codes =
          new ProductRows(space, new Quantization.Product(3, 2), new CodeMemory(0), arena);
      assertThat(codes.encode(0)).isFalse();
      assertThat(codes.memoryBytes()).isZero();
    }
  }
}
