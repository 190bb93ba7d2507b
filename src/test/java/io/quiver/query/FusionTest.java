package io.quiver.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.quiver.message.FusionOptions;
import io.quiver.message.FusionStrategy;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The formulas of docs/text.md, worked out by hand. The vector search found four rows with scores
 * .9 .6 .6 .3 (mean .6, deviation √.045), the text search three with 8 4 0 (mean 4, deviation
 * √(32/3)). Row A was first in both, row B third by vector only, row C second by text only, row D
 * last in both.
 */
class FusionTest {
  private static final float[] VECTORS = {0.9f, 0.6f, 0.6f, 0.3f};
  private static final float[] TEXTS = {8, 4, 0};

  @ParameterizedTest(name = "{0} {1}:{2} k={3}")
  @CsvSource({
    // strategy, weights, k, A, B, C, D
    "RRF, .5, .5, 60, 0.0327869, 0.0158730, 0.0161290, 0.0314980", // 2/61, 1/63, 1/62, 1/64+1/63
    "RRF, .5, .5, 1, 1.0, 0.25, 0.3333333, 0.45", // 1/2+1/2, 1/4, 1/3, 1/5+1/4
    "RRF, 3, 1, 1, 1.0, 0.375, 0.1666667, 0.425", // 2·¾/2+2·¼/2, 1.5/4, .5/3, 1.5/5+.5/4
    "WEIGHTED, .5, .5, 60, 1.0, 0.3333333, 0.25, 0.1666667", // best 1; .6/.9/2; 4/8/2; .3/.9/2
    "WEIGHTED, 3, 1, 60, 1.0, 0.5, 0.125, 0.25",
    "AVERAGE, 3, 1, 60, 1.0, 0.3333333, 0.25, 0.1666667", // weights do not count
    "MAX, .5, .5, 60, 8, 0.6, 4, 0.3",
    "MIN, .5, .5, 60, 0.9, 0, 0, 0",
    "RELATIVE_SCORE, .5, .5, 60, 1.0, 0.25, 0.25, 0", // (.6-.3)/.6 = .5; 4/8 = .5
    "RELATIVE_SCORE, 0, 1, 60, 1.0, 0, 0.5, 0",
    // .5 ± .3/(6·.2121320) = ±.2357023; .5 ± 4/(6·3.2659863) = ±.2041241
    "DISTRIBUTION_BASED, .5, .5, 60, 0.7199132, 0.25, 0.25, 0.2800868",
  })
  void scoresAreThoseWorkedOutByHand(
      FusionStrategy strategy,
      float vectorWeight,
      float textWeight,
      int k,
      float a,
      float b,
      float c,
      float d) {
    Fusion fusion =
        new Fusion(new FusionOptions(strategy, vectorWeight, textWeight, k), VECTORS, TEXTS);
    assertThat(fusion.combined(1, 0.9f, 1, 8)).as("A").isCloseTo(a, within(1e-6f));
    assertThat(fusion.combined(3, 0.6f, 0, Float.NaN)).as("B").isCloseTo(b, within(1e-6f));
    assertThat(fusion.combined(0, Float.NaN, 2, 4)).as("C").isCloseTo(c, within(1e-6f));
    assertThat(fusion.combined(4, 0.3f, 3, 0)).as("D").isCloseTo(d, within(1e-6f));
  }

  /** One row alone, rows that score the same, scores below zero, a side that found nothing. */
  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "RRF, 0.0163934, 0.0163934",
    "WEIGHTED, 0, 0.5",
    "AVERAGE, 0, 0.5",
    "RELATIVE_SCORE, 0.5, 0.5",
    "DISTRIBUTION_BASED, 0.25, 0.25",
    "MAX, 0, 2",
    "MIN, -3, 0",
  })
  void edgesHaveScores(FusionStrategy strategy, float negative, float alone) {
    FusionOptions options = FusionOptions.of(strategy);
    Fusion negatives = new Fusion(options, new float[] {-3, -3}, new float[0]);
    assertThat(negatives.combined(1, -3, 0, Float.NaN)).isCloseTo(negative, within(1e-6f));
    Fusion single = new Fusion(options, new float[0], new float[] {2});
    assertThat(single.combined(0, Float.NaN, 1, 2)).isCloseTo(alone, within(1e-6f));
  }
}
