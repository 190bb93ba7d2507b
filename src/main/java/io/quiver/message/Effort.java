package io.quiver.message;

import io.quiver.core.QuiverException;

/**
 * How hard a search tries to find the right rows and their distances.
 *
 * @param rescore the distances of what codes found are computed from the rows, and so exact; else
 *     they are estimates
 * @param oversampling how many rows codes find for each row wanted, 1 to {@link #OVERSAMPLING_MAX};
 *     0 = as many as the engine thinks right
 * @param targetRecall share of the nearest rows that is to be found, instead of candidates kept;
 *     {@link #RECALL_MIN} to {@link #RECALL_MAX}; 0 = none
 */
public record Effort(boolean rescore, float oversampling, float targetRecall) {
  public static final float OVERSAMPLING_MAX = 100;
  public static final float RECALL_MIN = 0.5f;
  public static final float RECALL_MAX = 0.999f;

  public static final Effort DEFAULT = new Effort(true, 0, 0);

  public Effort {
    if (oversampling != 0 && !(oversampling >= 1 && oversampling <= OVERSAMPLING_MAX)) {
      throw QuiverException.invalid("oversampling", "1 to 100", oversampling);
    }
    if (targetRecall != 0 && !(targetRecall >= RECALL_MIN && targetRecall <= RECALL_MAX)) {
      throw QuiverException.invalid("target_recall", "0.5 to 0.999", targetRecall);
    }
  }

  public boolean hasTarget() {
    return targetRecall > 0;
  }
}
