package io.quiver.quant;

import io.quiver.core.Metric;
import io.quiver.vectors.Scorer;
import io.quiver.vectors.VectorSpace;

/**
 * Scores rows against rows by the bytes of both, so that a target is but an address. Where one of
 * them is not coded, it scores by rows. Belongs to one thread; allocates nothing after it was made.
 */
final class BytePairs implements Scorer {
  private static final int INTERLEAVED = 4;

  private final ByteRows codes;
  private final Scorer exact;
  private final int[] dots = new int[INTERLEAVED];
  private final int[] one = new int[1];
  private final float[] oneScore = new float[1];
  private int target;
  private boolean isCoded;
  private boolean isExactTargeted;

  BytePairs(ByteRows codes, VectorSpace rows) {
    this.codes = codes;
    this.exact = rows.scorer();
  }

  @Override
  public void target(int ordinal) {
    target = ordinal;
    isCoded = codes.isCoded(ordinal);
    isExactTargeted = false;
  }

  @Override
  public void target(float[] vector) {
    exact.target(vector);
    isCoded = false;
    isExactTargeted = true;
  }

  @Override
  public float score(int ordinal) {
    one[0] = ordinal;
    score(one, 1, oneScore);
    return oneScore[0];
  }

  @Override
  public void score(int[] ordinals, int count, float[] scores) {
    if (areCoded(ordinals, count)) {
      for (int i = 0; i < count; i += INTERLEAVED) {
        scoreFour(ordinals, i, Math.min(INTERLEAVED, count - i), scores);
      }
      return;
    }
    if (!isExactTargeted) {
      exact.target(target);
      isExactTargeted = true;
    }
    exact.score(ordinals, count, scores);
  }

  private boolean areCoded(int[] ordinals, int count) {
    for (int i = 0; i < count && isCoded; i++) {
      if (!codes.isCoded(ordinals[i])) {
        return false;
      }
    }
    return isCoded;
  }

  /** Less than four are filled up with the last of them. */
  private void scoreFour(int[] ordinals, int from, int count, float[] scores) {
    int last = from + count - 1;
    long own = codes.at(target);
    ByteKernels.dotx4(
        own + ByteRows.HEAD_BYTES,
        codes.at(ordinals[from]) + ByteRows.HEAD_BYTES,
        codes.at(ordinals[Math.min(from + 1, last)]) + ByteRows.HEAD_BYTES,
        codes.at(ordinals[Math.min(from + 2, last)]) + ByteRows.HEAD_BYTES,
        codes.at(ordinals[last]) + ByteRows.HEAD_BYTES,
        codes.length,
        dots);
    for (int i = 0; i < count; i++) {
      int dot = dots[i == count - 1 ? INTERLEAVED - 1 : i];
      scores[from + i] = score(own, codes.at(ordinals[from + i]), dot);
    }
  }

  private float score(long a, long b, int dot) {
    double middleA = Chunks.ALL.get(ByteRows.FLOAT, a + ByteRows.MIDDLE);
    double middleB = Chunks.ALL.get(ByteRows.FLOAT, b + ByteRows.MIDDLE);
    double stepA = Chunks.ALL.get(ByteRows.FLOAT, a + ByteRows.STEP);
    double stepB = Chunks.ALL.get(ByteRows.FLOAT, b + ByteRows.STEP);
    int sumA = Chunks.ALL.get(ByteRows.INT, a + ByteRows.SUM);
    int sumB = Chunks.ALL.get(ByteRows.INT, b + ByteRows.SUM);
    double product =
        middleA * (codes.dimension * middleB + stepB * sumB)
            + stepA * (middleB * sumA + stepB * dot);
    if (codes.metric == Metric.DOT_PRODUCT) {
      return (float) -product;
    }
    double squaredDistance =
        (double) Chunks.ALL.get(ByteRows.FLOAT, a + ByteRows.NORM)
            + Chunks.ALL.get(ByteRows.FLOAT, b + ByteRows.NORM)
            - 2 * product;
    return (float) (codes.metric == Metric.COSINE ? squaredDistance / 2 : squaredDistance);
  }
}
