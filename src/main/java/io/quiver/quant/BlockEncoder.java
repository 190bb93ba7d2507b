package io.quiver.quant;

import io.quiver.core.Metric;
import io.quiver.vectors.VectorSpace;
import java.lang.foreign.MemorySegment;

/**
 * Writes blocks: a node's own row in 8 bits, and of each neighbour the signs of its residual from
 * the node with what turns them into an estimate (RaBitQ: Gao and Long, SIGMOD 2024; blocks after
 * SymphonyQG: Gou et al., SIGMOD 2025).
 *
 * <p>With c the node, o the neighbour, r = o − c, s the signs of r and q the query, all rotated,
 * {@code (q − c)·r ≈ |r| · s·(q − c) / s·(r/|r|)}, whose expectation over rotations is exact. So
 *
 * <pre>
 *   Euclidean, Cosine   |q − o|² = |q − c|² + |r|² − 2 (q − c)·r
 *   DotProduct          −q·o     = −q·c − c·r − (q − c)·r
 * </pre>
 *
 * <p>and each is {@code base + offset + factor · s·q}. Belongs to one thread; allocates nothing.
 */
final class BlockEncoder {
  private final BlockLayout layout;
  private final Rotation rotation;
  private final Metric metric;
  private final VectorSpace rows;
  private final float[] own;
  private final float[] other;
  private final long[] code;
  private final float[] sums = new float[3];

  BlockEncoder(BlockLayout layout, Rotation rotation, VectorSpace rows) {
    this.layout = layout;
    this.rotation = rotation;
    this.metric = rows.metric();
    this.rows = rows;
    this.own = new float[layout.length()];
    this.other = new float[layout.length()];
    this.code = new long[layout.words()];
  }

  /** Writes the block of a node with {@code links[0 .. count)}; more than fit are left out. */
  void encode(MemorySegment memory, long block, int ordinal, int[] links, int count) {
    rows.read(ordinal, own);
    rotation.apply(own);
    encodeRow(memory, block);
    float total = CodeKernels.sum(own, layout.length());
    float norm = CodeKernels.dot(own, own, layout.length());
    for (int place = 0; place < layout.places(); place++) {
      if (place < count) {
        rows.read(links[place], other);
        rotation.apply(other);
        encodeNeighbor(memory, block, place, total, norm);
        setLink(memory, block, place, links[place]);
      } else {
        setEstimate(memory, block, place, Float.POSITIVE_INFINITY, 0);
        setLink(memory, block, place, -1);
      }
    }
  }

  private void encodeRow(MemorySegment memory, long block) {
    int length = layout.length();
    float low = CodeKernels.min(own, length);
    float step = Math.max((CodeKernels.max(own, length) - low) / 255, Float.MIN_NORMAL);
    memory.set(BlockLayout.FLOAT, block + BlockLayout.LOW, low);
    memory.set(BlockLayout.FLOAT, block + BlockLayout.STEP, step);
    float norm = 0;
    for (int j = 0; j < length; j += 64) {
      for (int i = 0; i < 16; i++) {
        int packed = 0;
        for (int k = 0; k < 4; k++) {
          int level = Math.clamp((int) ((own[j + 16 * k + i] - low) / step + .5f), 0, 255);
          packed |= level << (8 * k);
          float coded = low + step * level;
          norm += coded * coded;
        }
        memory.set(BlockLayout.INT, block + BlockLayout.ROW + j + 4L * i, packed);
      }
    }
    memory.set(BlockLayout.FLOAT, block + BlockLayout.NORM, norm);
  }

  private void encodeNeighbor(
      MemorySegment memory, long block, int place, float total, double norm) {
    CodeKernels.residual(own, other, layout.length(), code, sums);
    for (int w = 0; w < code.length; w++) {
      memory.set(BlockLayout.LONG, block + layout.code(place, w), code[w]);
    }
    double squares = sums[0];
    // |r| · s·x / s·(r/|r|) = s·x · |r|² / Σ|r|, as s·r = Σ|r|
    double scale = sums[1] == 0 ? 0 : squares / sums[1];
    double signsOfOwn = 2.0 * sums[2] - total;
    if (metric == Metric.DOT_PRODUCT) {
      double product = CodeKernels.dot(own, other, layout.length());
      setEstimate(
          memory, block, place, (float) (norm - product + scale * signsOfOwn), (float) -scale);
    } else {
      setEstimate(
          memory, block, place, (float) (squares + 2 * scale * signsOfOwn), (float) (-2 * scale));
    }
  }

  private void setEstimate(
      MemorySegment memory, long block, int place, float offset, float factor) {
    memory.set(BlockLayout.FLOAT, block + layout.offsets() + 4L * place, offset);
    memory.set(BlockLayout.FLOAT, block + layout.factors() + 4L * place, factor);
  }

  private void setLink(MemorySegment memory, long block, int place, int link) {
    memory.set(BlockLayout.INT, block + layout.links() + 4L * place, link);
  }
}
