package io.quiver.vectors;

import io.quiver.core.Metric;
import io.quiver.simd.Kernels;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/** Scores rows of a {@link RowStore} by its metric with the kernels of this machine. */
final class MetricScorer implements Scorer {
  private static final Kernels KERNELS = Kernels.best();

  private final RowStore rows;
  private final Metric metric;
  private final int dimension;
  private final int padded;
  private final int rowBytes;
  private final int inverseNormOffset;
  private final float[] query;
  private final float[] remainder = new float[4];
  private float queryInverseNorm;
  private MemorySegment memory;
  private int reachable;

  MetricScorer(RowStore rows, RowLayout layout) {
    this.rows = rows;
    this.metric = layout.metric();
    this.dimension = layout.dimension();
    this.padded = Kernels.padded(dimension);
    this.rowBytes = layout.rowBytes();
    this.inverseNormOffset = layout.inverseNormOffset();
    this.query = new float[padded];
    refresh();
  }

  /** Takes the present mapping; it covers every row that was published before. */
  private void refresh() {
    memory = rows.vectorMemory();
    reachable = (int) ((memory.byteSize() - RowLayout.ROWS_OFFSET) / rowBytes);
  }

  @Override
  public void target(int ordinal) {
    reach(ordinal);
    MemorySegment.copy(memory, RowLayout.FLOAT, offset(ordinal), query, 0, dimension);
    Arrays.fill(query, dimension, padded, 0f);
    if (metric == Metric.COSINE) {
      queryInverseNorm = inverseNorm(ordinal);
    }
  }

  @Override
  public void target(float[] vector) {
    System.arraycopy(vector, 0, query, 0, dimension);
    Arrays.fill(query, dimension, padded, 0f);
    if (metric == Metric.COSINE) {
      queryInverseNorm = 1 / Kernels.norm(query, dimension);
    }
  }

  @Override
  public float score(int ordinal) {
    reach(ordinal);
    long at = offset(ordinal);
    return switch (metric) {
      case COSINE -> cosine(KERNELS.dot(query, memory, at, padded), ordinal);
      case EUCLIDEAN -> KERNELS.squaredL2(query, memory, at, padded);
      case DOT_PRODUCT -> -KERNELS.dot(query, memory, at, padded);
      case MANHATTAN -> KERNELS.l1(query, memory, at, padded);
    };
  }

  @Override
  public void score(int[] ordinals, int count, float[] scores) {
    int i = 0;
    for (; i + 4 <= count; i += 4) {
      scoreFour(ordinals[i], ordinals[i + 1], ordinals[i + 2], ordinals[i + 3], scores, i);
    }
    int rest = count - i;
    if (rest == 1) {
      scores[i] = score(ordinals[i]);
    } else if (rest > 1) {
      // Two or three rows interleaved, the last one repeated, take less time than one by one.
      int last = ordinals[count - 1];
      scoreFour(ordinals[i], ordinals[i + 1], last, last, remainder, 0);
      System.arraycopy(remainder, 0, scores, i, rest);
    }
  }

  private void scoreFour(int a, int b, int c, int d, float[] scores, int at) {
    reach(Math.max(Math.max(a, b), Math.max(c, d)));
    long o0 = offset(a);
    long o1 = offset(b);
    long o2 = offset(c);
    long o3 = offset(d);
    switch (metric) {
      case EUCLIDEAN -> KERNELS.squaredL2x4(query, memory, o0, o1, o2, o3, padded, scores, at);
      case MANHATTAN -> KERNELS.l1x4(query, memory, o0, o1, o2, o3, padded, scores, at);
      case DOT_PRODUCT -> {
        KERNELS.dotx4(query, memory, o0, o1, o2, o3, padded, scores, at);
        for (int i = at; i < at + 4; i++) {
          scores[i] = -scores[i];
        }
      }
      case COSINE -> {
        KERNELS.dotx4(query, memory, o0, o1, o2, o3, padded, scores, at);
        scores[at] = cosine(scores[at], a);
        scores[at + 1] = cosine(scores[at + 1], b);
        scores[at + 2] = cosine(scores[at + 2], c);
        scores[at + 3] = cosine(scores[at + 3], d);
      }
    }
  }

  private float cosine(float dot, int ordinal) {
    return Math.clamp(1f - dot * queryInverseNorm * inverseNorm(ordinal), 0f, 2f);
  }

  private float inverseNorm(int ordinal) {
    return memory.get(RowLayout.FLOAT, offset(ordinal) + inverseNormOffset);
  }

  private long offset(int ordinal) {
    return RowLayout.ROWS_OFFSET + (long) ordinal * rowBytes;
  }

  private void reach(int ordinal) {
    if (ordinal >= reachable) {
      refresh();
    }
  }
}
