package io.quiver.quant;

import io.quiver.core.Metric;
import io.quiver.simd.Kernels;

/**
 * Reads blocks with one query in mind. Belongs to one thread; allocates nothing after it was made.
 */
public final class BlockReader {
  /** Query components are rounded to multiples of a step, from −8 to 7 of them. */
  private static final float STEPS = 7.5f;

  private final CodeBlocks blocks;
  private final BlockLayout layout;
  private final float[] query;
  private final long[] planes;
  private final float[] estimates;
  private final float[] moments = new float[3];
  private float squaredNorm;
  private float sum;
  private float scale;
  private float shift;
  private long block;
  private float base;
  private int touched;

  public BlockReader(CodeBlocks blocks) {
    this.blocks = blocks;
    this.layout = blocks.layout;
    this.query = new float[layout.length()];
    this.planes = new long[4 * layout.words()];
    this.estimates = new float[layout.places()];
  }

  /** Makes {@code vector[0 .. dimension)} the query; the components are copied. */
  public void target(float[] vector) {
    System.arraycopy(vector, 0, query, 0, blocks.dimension);
    if (blocks.metric == Metric.COSINE) {
      float inverse = 1 / Kernels.norm(query, blocks.dimension);
      for (int i = 0; i < blocks.dimension; i++) {
        query[i] *= inverse;
      }
    }
    blocks.rotation.apply(query);
    int length = layout.length();
    CodeKernels.moments(query, length, moments);
    sum = moments[0];
    squaredNorm = moments[1];
    float step = Math.max(moments[2] / STEPS, Float.MIN_NORMAL);
    scale = 2 * step;
    shift = step * CodeKernels.planes(query, length, step, planes);
  }

  /**
   * Turns to a node's block and reads its row.
   *
   * @return its score, nearly: to 8 bits of each component; under Cosine twice the distance
   */
  public float open(int ordinal) {
    block = blocks.at(ordinal);
    touch();
    float dot = CodeKernels.rowDot(query, block + BlockLayout.ROW, layout.length());
    float low = Chunks.ALL.get(BlockLayout.FLOAT, block + BlockLayout.LOW);
    float step = Chunks.ALL.get(BlockLayout.FLOAT, block + BlockLayout.STEP);
    float product = low * sum + step * dot;
    base =
        blocks.metric == Metric.DOT_PRODUCT
            ? -product
            : squaredNorm
                + Chunks.ALL.get(BlockLayout.FLOAT, block + BlockLayout.NORM)
                - 2 * product;
    return base;
  }

  /**
   * Reads one word of each line of the block, so that all its cache misses are under way at once;
   * otherwise they come one after the other, as the processor does not see them ahead.
   */
  private void touch() {
    int any = 0;
    for (long at = block; at < block + blocks.blockBytes; at += BlockLayout.LINE_BYTES) {
      any += Chunks.ALL.get(BlockLayout.INT, at);
    }
    touched = any; // Or the compiler leaves the loop out.
  }

  /**
   * Estimates the scores of the open node's neighbours.
   *
   * @return the places of those below the bound, as bits
   */
  public long estimate(float bound) {
    return CodeKernels.estimate(block, layout, planes, scale, shift, base, bound, estimates);
  }

  /** Neighbours a block has room for. */
  public int places() {
    return layout.places();
  }

  public float estimateAt(int place) {
    return estimates[place];
  }

  /** The neighbour's ordinal; −1 = none. */
  public int link(int place) {
    return Chunks.ALL.get(BlockLayout.INT, block + layout.links() + (long) place * Integer.BYTES);
  }

  int touched() {
    return touched;
  }
}
