package io.quiver.message;

import io.quiver.core.QuiverException;

/**
 * What happens to the rows that a search found by codes.
 *
 * @param isOn their distances are computed from the rows, and so exact; else they are estimates
 * @param oversampling how many rows codes find for each row wanted, 1 to {@link #OVERSAMPLING_MAX};
 *     0 = as many as the engine thinks right
 */
public record Rescoring(boolean isOn, float oversampling) {
  public static final Rescoring DEFAULT = new Rescoring(true, 0);

  public static final float OVERSAMPLING_MAX = 100;

  public Rescoring {
    boolean isRight = oversampling == 0 || (oversampling >= 1 && oversampling <= OVERSAMPLING_MAX);
    if (!isRight) {
      throw QuiverException.invalid("oversampling", "1 to 100", oversampling);
    }
  }
}
