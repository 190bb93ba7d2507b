package io.quiver.message;

import io.quiver.core.Limits;
import io.quiver.core.QuiverException;
import io.quiver.core.Required;

/**
 * How two scores become one.
 *
 * @param vectorWeight 0 to {@link #WEIGHT_MAX}; what counts is its share of both
 * @param textWeight likewise; not both may be 0
 * @param k of {@link FusionStrategy#RRF}, how little the first ranks differ; 1 to {@link #K_MAX}
 */
public record FusionOptions(FusionStrategy strategy, float vectorWeight, float textWeight, int k) {
  public static final int K_DEFAULT = 60;
  public static final int K_MAX = 10_000;
  public static final int WEIGHT_MAX = 1_000;
  public static final float WEIGHT_DEFAULT = 0.5f;
  public static final FusionStrategy STRATEGY_DEFAULT = FusionStrategy.RELATIVE_SCORE;
  public static final FusionOptions DEFAULT = of(STRATEGY_DEFAULT);

  public FusionOptions {
    Required.value("strategy", strategy);
    checkWeight("vector_weight", vectorWeight);
    checkWeight("text_weight", textWeight);
    if (vectorWeight + textWeight == 0) {
      throw QuiverException.invalid("text_weight", "one weight above 0", "both 0");
    }
    Limits.check("k", k, 1, K_MAX);
  }

  /** With equal weights. */
  public static FusionOptions of(FusionStrategy strategy) {
    return new FusionOptions(strategy, WEIGHT_DEFAULT, WEIGHT_DEFAULT, K_DEFAULT);
  }

  private static void checkWeight(String field, float weight) {
    if (!(weight >= 0 && weight <= WEIGHT_MAX)) {
      throw QuiverException.invalid(field, "0 to " + WEIGHT_MAX, weight);
    }
  }
}
