package io.quiver.query;

import io.quiver.vectors.Scorer;

/**
 * Scores with the rows what was found by codes, in the order of the estimates, and stops when no
 * row that comes next can be among the best by the errors there were. Belongs to one thread.
 */
final class Rescoring {
  /** Rows not seen may be estimated worse than those seen. */
  private static final float ERROR_MARGIN = 1.25f;

  /** Rows that a scorer reads side by side. */
  private static final int INTERLEAVED = 4;

  private final int[] next;
  private final float[] scores;
  private float error;
  private int scored;

  /** For at most {@code rowsMax} rows at once. */
  Rescoring(int rowsMax) {
    next = new int[rowsMax];
    scores = new float[rowsMax];
  }

  /**
   * Offers rows with their scores.
   *
   * @param found estimates there are, best first
   * @param first rows that are scored in any case, as far as there are so many
   * @param step rows that are scored at once after these
   * @param best may be full; gets what is scored
   */
  void run(
      int[] ordinals, float[] estimates, int found, int first, int step, Scorer scorer, TopK best) {
    error = 0;
    scored = 0;
    while (scored < found && !isBeyond(estimates[scored], best)) {
      int count = Math.min(found - scored, scored == 0 ? first : step);
      System.arraycopy(ordinals, scored, next, 0, count);
      scorer.score(next, count, scores);
      for (int i = 0; i < count; i++) {
        error = Math.max(error, Math.abs(scores[i] - estimates[scored + i]));
        best.offer(scores[i], next[i]);
      }
      scored += count;
    }
  }

  /** So many rows that none of the scorer's reads is wasted. */
  static int atLeast(int wanted) {
    return (wanted + INTERLEAVED - 1) / INTERLEAVED * INTERLEAVED;
  }

  /** Whether no row with such an estimate, or a worse one, can be among the best. */
  boolean isBeyond(float estimate, TopK best) {
    return best.bound() < estimate - ERROR_MARGIN * error;
  }

  /** The largest error of an estimate there was. */
  float error() {
    return ERROR_MARGIN * error;
  }

  /** Rows that were scored. */
  int scored() {
    return scored;
  }
}
