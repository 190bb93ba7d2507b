package io.quiver.testkit;

import io.quiver.core.Metric;
import io.quiver.simd.Kernels;
import io.quiver.vectors.Scorer;
import io.quiver.vectors.VectorSpace;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * Rows in native memory, of fixed capacity, under any metric. One thread adds; any thread scores
 * rows below {@link #count()}.
 */
public final class ArraySpace implements VectorSpace {
  private static final ValueLayout.OfFloat FLOAT =
      ValueLayout.JAVA_FLOAT.withOrder(ByteOrder.LITTLE_ENDIAN);

  private final Metric metric;
  private final int dimension;
  private final int padded;
  private final long strideBytes;
  private final MemorySegment rows;
  private final float[] inverseNorms;
  private volatile int count;

  public ArraySpace(Metric metric, int dimension, int capacity) {
    this.metric = metric;
    this.dimension = dimension;
    this.padded = Kernels.padded(dimension);
    this.strideBytes = (long) padded * Float.BYTES;
    this.rows = Arena.ofAuto().allocate(capacity * strideBytes, Kernels.ROW_ALIGNMENT_BYTES);
    this.inverseNorms = new float[capacity];
  }

  /** A space that holds exactly these rows. */
  public static ArraySpace of(Metric metric, float[][] vectors) {
    ArraySpace space = new ArraySpace(metric, vectors[0].length, vectors.length);
    for (float[] vector : vectors) {
      space.add(vector);
    }
    return space;
  }

  /** Appends a row and returns its ordinal. */
  public int add(float[] vector) {
    int ordinal = count;
    MemorySegment.copy(vector, 0, rows, FLOAT, ordinal * strideBytes, dimension);
    inverseNorms[ordinal] = 1f / Kernels.norm(vector, dimension);
    count = ordinal + 1;
    return ordinal;
  }

  @Override
  public int count() {
    return count;
  }

  @Override
  public int dimension() {
    return dimension;
  }

  @Override
  public Metric metric() {
    return metric;
  }

  @Override
  public void read(int ordinal, float[] target) {
    MemorySegment.copy(rows, FLOAT, ordinal * strideBytes, target, 0, dimension);
    if (metric == Metric.COSINE) {
      for (int i = 0; i < dimension; i++) {
        target[i] *= inverseNorms[ordinal];
      }
    }
  }

  public float[] vector(int ordinal) {
    float[] vector = new float[dimension];
    MemorySegment.copy(rows, FLOAT, ordinal * strideBytes, vector, 0, dimension);
    return vector;
  }

  @Override
  public Scorer scorer() {
    return switch (metric) {
      case EUCLIDEAN -> new EuclideanScorer();
      case MANHATTAN -> new ManhattanScorer();
      case DOT_PRODUCT -> new DotScorer();
      case COSINE -> new CosineScorer();
    };
  }

  /**
   * Scores four at a time; a rest of two or three is filled up with repeats, which are in cache.
   */
  private abstract class RowScorer implements Scorer {
    final Kernels kernels = Kernels.best();
    final float[] query = new float[padded];
    private final float[] four = new float[4];

    @Override
    public void target(int ordinal) {
      MemorySegment.copy(rows, FLOAT, ordinal * strideBytes, query, 0, padded);
    }

    @Override
    public void target(float[] vector) {
      System.arraycopy(vector, 0, query, 0, dimension);
    }

    abstract float one(long offset);

    abstract void four(long o0, long o1, long o2, long o3, float[] results, int at);

    float finish(float raw, int ordinal) {
      return raw;
    }

    @Override
    public float score(int ordinal) {
      return finish(one(ordinal * strideBytes), ordinal);
    }

    @Override
    public void score(int[] ordinals, int count, float[] scores) {
      int whole = count & ~3;
      for (int i = 0; i < whole; i += 4) {
        four(
            ordinals[i] * strideBytes,
            ordinals[i + 1] * strideBytes,
            ordinals[i + 2] * strideBytes,
            ordinals[i + 3] * strideBytes,
            scores,
            i);
      }
      int rest = count - whole;
      if (rest == 1) {
        scores[whole] = one(ordinals[whole] * strideBytes);
      } else if (rest > 1) {
        long last = ordinals[count - 1] * strideBytes;
        four(ordinals[whole] * strideBytes, ordinals[whole + 1] * strideBytes, last, last, four, 0);
        System.arraycopy(four, 0, scores, whole, rest);
      }
      for (int i = 0; i < count; i++) {
        scores[i] = finish(scores[i], ordinals[i]);
      }
    }
  }

  private final class EuclideanScorer extends RowScorer {
    @Override
    float one(long offset) {
      return kernels.squaredL2(query, rows, offset, padded);
    }

    @Override
    void four(long o0, long o1, long o2, long o3, float[] results, int at) {
      kernels.squaredL2x4(query, rows, o0, o1, o2, o3, padded, results, at);
    }
  }

  private final class ManhattanScorer extends RowScorer {
    @Override
    float one(long offset) {
      return kernels.l1(query, rows, offset, padded);
    }

    @Override
    void four(long o0, long o1, long o2, long o3, float[] results, int at) {
      kernels.l1x4(query, rows, o0, o1, o2, o3, padded, results, at);
    }
  }

  private class DotScorer extends RowScorer {
    @Override
    float one(long offset) {
      return kernels.dot(query, rows, offset, padded);
    }

    @Override
    void four(long o0, long o1, long o2, long o3, float[] results, int at) {
      kernels.dotx4(query, rows, o0, o1, o2, o3, padded, results, at);
    }

    @Override
    float finish(float raw, int ordinal) {
      return -raw;
    }
  }

  private final class CosineScorer extends DotScorer {
    private float inverseQueryNorm = 1f;

    @Override
    public void target(int ordinal) {
      super.target(ordinal);
      inverseQueryNorm = inverseNorms[ordinal];
    }

    @Override
    public void target(float[] vector) {
      super.target(vector);
      inverseQueryNorm = 1f / Kernels.norm(vector, dimension);
    }

    @Override
    float finish(float raw, int ordinal) {
      return 1f - raw * inverseQueryNorm * inverseNorms[ordinal];
    }
  }
}
