package io.quiver.quant;

import io.quiver.vectors.Scorer;
import io.quiver.vectors.VectorSpace;

/**
 * Scores rows by their bytes and codes those that it meets first, so that it knows all of them.
 * When memory for codes ends, it scores by rows. Belongs to one thread.
 */
final class CodingScorer implements Scorer {
  private final ByteRows codes;
  private final ByteScorer coded;
  private final VectorSpace rows;
  private final Scorer exact;
  private final float[] row;

  CodingScorer(ByteRows codes, VectorSpace rows) {
    this.codes = codes;
    this.coded = codes.scorer();
    this.rows = rows;
    this.exact = rows.scorer();
    this.row = new float[rows.dimension()];
  }

  @Override
  public void target(int ordinal) {
    exact.target(ordinal);
    rows.read(ordinal, row);
    coded.target(row);
  }

  @Override
  public void target(float[] vector) {
    exact.target(vector);
    coded.target(vector);
  }

  @Override
  public float score(int ordinal) {
    return isCoded(ordinal) ? coded.score(ordinal) : exact.score(ordinal);
  }

  @Override
  public void score(int[] ordinals, int count, float[] scores) {
    for (int i = 0; i < count; i++) {
      if (!isCoded(ordinals[i])) {
        exact.score(ordinals, count, scores);
        return;
      }
    }
    coded.score(ordinals, count, scores);
  }

  private boolean isCoded(int ordinal) {
    return codes.isCoded(ordinal) || codes.encode(ordinal, row);
  }
}
