package io.quiver.quant;

import io.quiver.core.Metric;
import io.quiver.simd.Kernels;
import io.quiver.vectors.Scorer;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/**
 * Scores rows by their bytes: the same scores as the rows themselves have, nearly. Only for rows
 * that are coded. Belongs to one thread; allocates only when more rows are scored at once than
 * before.
 */
public final class ByteScorer implements Scorer {
  private static final int INTERLEAVED = 4;

  private final ByteRows rows;
  private final float[] query;
  private final int[] one = new int[1];
  private final float[] oneScore = new float[1];
  private long[] at = new long[64];
  private float[] dots = new float[64];
  private float sum;
  private float squaredNorm;

  public ByteScorer(ByteRows rows) {
    this.rows = rows;
    this.query = new float[rows.length];
  }

  @Override
  public void target(int ordinal) {
    long from = rows.at(ordinal);
    float middle = Chunks.ALL.get(ByteRows.FLOAT, from + ByteRows.MIDDLE);
    float step = Chunks.ALL.get(ByteRows.FLOAT, from + ByteRows.STEP);
    for (int i = 0; i < rows.dimension; i++) {
      byte level = Chunks.ALL.get(ValueLayout.JAVA_BYTE, from + ByteRows.HEAD_BYTES + i);
      query[i] = middle + step * level;
    }
    prepare();
  }

  @Override
  public void target(float[] vector) {
    System.arraycopy(vector, 0, query, 0, rows.dimension);
    prepare();
  }

  private void prepare() {
    Arrays.fill(query, rows.dimension, rows.length, 0f);
    if (rows.metric == Metric.COSINE) {
      float inverse = 1 / Kernels.norm(query, rows.dimension);
      for (int i = 0; i < rows.dimension; i++) {
        query[i] *= inverse;
      }
    }
    sum = CodeKernels.sum(query, rows.length);
    squaredNorm = CodeKernels.dot(query, query, rows.length);
  }

  @Override
  public float score(int ordinal) {
    one[0] = ordinal;
    score(one, 1, oneScore);
    return oneScore[0];
  }

  @Override
  public void score(int[] ordinals, int count, float[] scores) {
    int whole = (count + INTERLEAVED - 1) / INTERLEAVED * INTERLEAVED;
    if (whole > at.length) {
      at = new long[whole];
      dots = new float[whole];
    }
    for (int i = 0; i < count; i++) {
      at[i] = rows.at(ordinals[i]);
    }
    for (int i = count; i < whole; i++) {
      at[i] = at[count - 1]; // So there are always four.
    }
    for (int i = 0; i < whole; i += INTERLEAVED) {
      ByteKernels.dotx4(query, at, i, ByteRows.HEAD_BYTES, rows.length, dots);
    }
    for (int i = 0; i < count; i++) {
      scores[i] = score(at[i], dots[i]);
    }
  }

  private float score(long from, float dot) {
    float middle = Chunks.ALL.get(ByteRows.FLOAT, from + ByteRows.MIDDLE);
    float step = Chunks.ALL.get(ByteRows.FLOAT, from + ByteRows.STEP);
    float product = middle * sum + step * dot;
    return switch (rows.metric) {
      case EUCLIDEAN -> squaredDistance(from, product);
      // Nearer to the truth than one less the product, by as much as the distance is less than one.
      case COSINE -> squaredDistance(from, product) / 2;
      case DOT_PRODUCT -> -product;
      case MANHATTAN -> throw new IllegalStateException("there are no bytes under Manhattan");
    };
  }

  /** From the query to the row as it is coded: with the row's own norm, errors would not cancel. */
  private float squaredDistance(long from, float product) {
    return squaredNorm + Chunks.ALL.get(ByteRows.FLOAT, from + ByteRows.NORM) - 2 * product;
  }
}
