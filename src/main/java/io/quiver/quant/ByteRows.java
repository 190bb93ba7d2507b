package io.quiver.quant;

import io.quiver.core.Metric;
import io.quiver.vectors.Scorer;
import io.quiver.vectors.VectorSpace;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * A byte for each component of a row, by ordinal, so that a search that goes from row to row waits
 * for a quarter of the memory. Derived from rows, and never exact: who searches here scores what it
 * finds with the rows. Memory only; never written to disk.
 *
 * <pre>
 *  0   f32 middle, f32 step, f32 squared norm            of the row as it is coded
 *  12  i32                                               the sum of the bytes
 *  16  length x i8                                       the row: middle + step * byte
 * </pre>
 *
 * <p>Thread safety: see {@link RowCodes}.
 */
public final class ByteRows implements RowCodes {
  static final ValueLayout.OfFloat FLOAT =
      ValueLayout.JAVA_FLOAT.withOrder(ByteOrder.LITTLE_ENDIAN);

  static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT.withOrder(ByteOrder.LITTLE_ENDIAN);

  /** A step is never 0, and is written last: so there is a code if there is a step. */
  private static final VarHandle STEPS = FLOAT.varHandle();

  static final int MIDDLE = 0;
  static final int STEP = 4;
  static final int NORM = 8;
  static final int SUM = 12;
  static final int HEAD_BYTES = 16;

  /** Shorter rows are but a few cache lines themselves. */
  private static final int DIMENSION_MIN = 64;

  private static final int LEVEL_MAX = 127;
  private static final int SPARE = 4;

  final Metric metric;
  final int dimension;

  /** Bytes of a row, zeros at its end included. */
  final int length;

  private final VectorSpace rows;
  private final Chunks chunks;
  private final float[] row;

  /** None yet; their memory lives as long as the arena. */
  public ByteRows(VectorSpace rows, CodeMemory budget, Arena arena) {
    this.rows = rows;
    this.metric = rows.metric();
    this.dimension = rows.dimension();
    this.length =
        (dimension + ByteKernels.MULTIPLE - 1) / ByteKernels.MULTIPLE * ByteKernels.MULTIPLE;
    this.chunks = new Chunks(HEAD_BYTES + length, budget, arena);
    this.row = new float[dimension];
  }

  /** Whether there can be such codes: not for every metric, nor on every machine. */
  public static boolean isPossible(Metric metric) {
    return metric != Metric.MANHATTAN && ByteKernels.isPresent();
  }

  /** Whether bytes make searches of such rows faster; longer rows have {@link CodeBlocks}. */
  public static boolean pays(int dimension, Metric metric) {
    return dimension >= DIMENSION_MIN && !CodeBlocks.pays(dimension, metric) && isPossible(metric);
  }

  @Override
  public int rowsMin() {
    return 1;
  }

  @Override
  public ByteScorer scorer() {
    return new ByteScorer(this);
  }

  /** A scorer for the calling thread that is fast to target at rows; best for coded ones. */
  public Scorer pairScorer() {
    return new BytePairs(this, rows);
  }

  /** A scorer for the calling thread, of all rows: it codes those that it meets first. */
  public Scorer codingScorer() {
    return new CodingScorer(this, rows);
  }

  /** Bytes tell more than blocks, so fewer rows more have to be looked at. */
  @Override
  public int spare(int wanted) {
    return SPARE + wanted / 8;
  }

  @Override
  public boolean isOutgrown(int count) {
    return false; // Each row has its own scale.
  }

  @Override
  public RowCodes renewed() {
    throw new IllegalStateException("bytes are not trained");
  }

  @Override
  public long memoryBytes() {
    return chunks.memoryBytes();
  }

  @Override
  public void close() {
    chunks.close();
  }

  @Override
  public boolean encode(int ordinal) {
    return encode(ordinal, row);
  }

  /**
   * Any thread. Codes a row; who codes it a second time writes the same.
   *
   * @param row scratch, at least as long as a row
   * @return false if there is no memory for it
   */
  boolean encode(int ordinal, float[] row) {
    if (!chunks.reserve(ordinal)) {
      return false;
    }
    rows.read(ordinal, row);
    float low = Float.POSITIVE_INFINITY;
    float high = Float.NEGATIVE_INFINITY;
    for (int i = 0; i < dimension; i++) {
      low = Math.min(low, row[i]);
      high = Math.max(high, row[i]);
    }
    float middle = low / 2 + high / 2;
    float step = Math.max((high / 2 - low / 2) / LEVEL_MAX, Float.MIN_NORMAL);
    long at = chunks.at(ordinal);
    Chunks.ALL.set(FLOAT, at + MIDDLE, middle);
    float norm = 0;
    int sum = 0;
    for (int i = 0; i < dimension; i++) {
      int level = Math.round((row[i] - middle) / step);
      Chunks.ALL.set(ValueLayout.JAVA_BYTE, at + HEAD_BYTES + i, (byte) level);
      float coded = middle + step * level;
      norm += coded * coded;
      sum += level;
    }
    Chunks.ALL.set(INT, at + SUM, sum);
    Chunks.ALL.set(FLOAT, at + NORM, norm);
    STEPS.setRelease(Chunks.ALL, at + STEP, step);
    return true;
  }

  /** Whether a row has a code, and all of it can be seen. */
  boolean isCoded(int ordinal) {
    return chunks.has(ordinal) && (float) STEPS.getAcquire(Chunks.ALL, at(ordinal) + STEP) != 0;
  }

  /** Where a row's code lies in {@link Chunks#ALL}. */
  long at(int ordinal) {
    return chunks.at(ordinal);
  }
}
