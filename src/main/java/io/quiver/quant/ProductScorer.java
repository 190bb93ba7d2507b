package io.quiver.quant;

import io.quiver.core.Metric;
import io.quiver.simd.Kernels;
import io.quiver.vectors.Scorer;
import java.lang.foreign.ValueLayout;

/**
 * Scores rows by the codes of {@link ProductRows}: for a target it notes what each centroid adds,
 * and a row's score is the sum of its centroids' parts (the asymmetric distance of the paper).
 * Belongs to one thread; allocates nothing after it was made.
 */
final class ProductScorer implements Scorer {
  private static final int BYTE = 0xff;

  private final ProductRows rows;
  private final ProductCodebook book;
  private final float[] query;
  private final float[] table;

  ProductScorer(ProductRows rows, ProductCodebook book) {
    this.rows = rows;
    this.book = book;
    this.query = new float[book.dimension];
    this.table = new float[book.segments * book.centroids];
  }

  @Override
  public void target(int ordinal) {
    long at = rows.at(ordinal);
    for (int segment = 0; segment < book.segments; segment++) {
      book.decode(segment, code(at, segment), query);
    }
    prepare();
  }

  @Override
  public void target(float[] vector) {
    System.arraycopy(vector, 0, query, 0, book.dimension);
    prepare();
  }

  private void prepare() {
    if (rows.metric == Metric.COSINE) {
      float inverse = 1 / Kernels.norm(query, book.dimension);
      for (int i = 0; i < book.dimension; i++) {
        query[i] *= inverse;
      }
    }
    book.partScores(rows.metric, query, table);
  }

  private static int code(long at, int segment) {
    return Chunks.ALL.get(ValueLayout.JAVA_BYTE, at + segment) & BYTE;
  }

  @Override
  public float score(int ordinal) {
    long at = rows.at(ordinal);
    float even = 0;
    float odd = 0;
    int segment = 0;
    int part = 0;
    for (; segment + 1 < book.segments; segment += 2) {
      even += table[part + code(at, segment)];
      odd += table[part + book.centroids + code(at, segment + 1)];
      part += 2 * book.centroids;
    }
    return segment < book.segments ? even + odd + table[part + code(at, segment)] : even + odd;
  }

  @Override
  public void score(int[] ordinals, int count, float[] scores) {
    for (int i = 0; i < count; i++) {
      scores[i] = score(ordinals[i]);
    }
  }
}
