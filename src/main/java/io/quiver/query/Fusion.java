package io.quiver.query;

import io.quiver.message.FusionOptions;

/**
 * Makes one score of two. Each side is the list of what one search found, best first; the formulas
 * are those of docs/text.md. Immutable.
 */
public final class Fusion {
  /** So many deviations from the mean are the ends of a distribution. */
  private static final double SIGMAS = 3;

  private final FusionOptions options;
  private final Side vectors;
  private final Side texts;

  /**
   * For what two searches found.
   *
   * @param vectorScores larger is better, best first; as are the others
   */
  public Fusion(FusionOptions options, float[] vectorScores, float[] textScores) {
    this.options = options;
    this.vectors = Side.of(vectorScores);
    this.texts = Side.of(textScores);
  }

  /** What is to be known of one side. */
  private record Side(double best, double worst, double mean, double deviation) {
    static Side of(float[] scores) {
      double best = Double.NEGATIVE_INFINITY;
      double worst = Double.POSITIVE_INFINITY;
      double sum = 0;
      for (float score : scores) {
        best = Math.max(best, score);
        worst = Math.min(worst, score);
        sum += score;
      }
      double mean = sum / Math.max(1, scores.length);
      double squares = 0;
      for (float score : scores) {
        squares += (score - mean) * (score - mean);
      }
      return new Side(best, worst, mean, Math.sqrt(squares / Math.max(1, scores.length)));
    }

    double ofBest(double score) {
      return best > 0 ? Math.max(0, score / best) : 0;
    }

    double ofRange(double score) {
      return best > worst ? (score - worst) / (best - worst) : 1;
    }

    double ofDistribution(double score) {
      if (deviation == 0) {
        return 0.5;
      }
      double low = mean - SIGMAS * deviation;
      return Math.clamp((score - low) / (2 * SIGMAS * deviation), 0, 1);
    }
  }

  /**
   * The score of a row.
   *
   * @param vectorRank its place in the vector search, from 1; 0 = it was not found there
   * @param vectorScore looked at only if it was found
   */
  public float combined(int vectorRank, float vectorScore, int textRank, float textScore) {
    double total = (double) options.vectorWeight() + options.textWeight();
    double vectorShare = options.vectorWeight() / total;
    double textShare = options.textWeight() / total;
    boolean hasVector = vectorRank > 0;
    boolean hasText = textRank > 0;
    return (float)
        switch (options.strategy()) {
          case RRF ->
              2 * vectorShare * (hasVector ? 1.0 / (options.k() + vectorRank) : 0)
                  + 2 * textShare * (hasText ? 1.0 / (options.k() + textRank) : 0);
          case WEIGHTED ->
              vectorShare * (hasVector ? vectors.ofBest(vectorScore) : 0)
                  + textShare * (hasText ? texts.ofBest(textScore) : 0);
          case AVERAGE ->
              (hasVector ? vectors.ofBest(vectorScore) / 2 : 0)
                  + (hasText ? texts.ofBest(textScore) / 2 : 0);
          case MAX -> Math.max(hasVector ? vectorScore : 0, hasText ? textScore : 0);
          case MIN -> Math.min(hasVector ? vectorScore : 0, hasText ? textScore : 0);
          case RELATIVE_SCORE ->
              vectorShare * (hasVector ? vectors.ofRange(vectorScore) : 0)
                  + textShare * (hasText ? texts.ofRange(textScore) : 0);
          case DISTRIBUTION_BASED ->
              vectorShare * (hasVector ? vectors.ofDistribution(vectorScore) : 0)
                  + textShare * (hasText ? texts.ofDistribution(textScore) : 0);
        };
  }
}
