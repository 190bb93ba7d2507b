package io.quiver.collection;

/** The recall of samples, summed up: its mean and how sure that is. */
final class RecallSum {
  /** Of the normal distribution, both sides. */
  private static final double CONFIDENCE_95 = 1.96;

  private int count;
  private double sum;
  private double squares;

  void add(double recall) {
    count++;
    sum += recall;
    squares += recall * recall;
  }

  int count() {
    return count;
  }

  double mean() {
    return count == 0 ? 1 : sum / count;
  }

  /**
   * Half the width of the interval that holds the true mean with a confidence of 95 %. Samples that
   * all are right do not prove that all are: then it is the bound of the rule of three.
   */
  double halfWidth() {
    if (count < 2) {
      return 1;
    }
    double variance = Math.max(0, (squares - sum * sum / count) / (count - 1));
    return variance == 0 ? 3.0 / (count * 10.0) : CONFIDENCE_95 * Math.sqrt(variance / count);
  }
}
