package io.quiver.simd;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/** The kernels in plain Java: the reference for the others, and what runs without the module. */
final class ScalarKernels implements Kernels {
  private static final ValueLayout.OfFloat FLOAT =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  ScalarKernels() {}

  @Override
  public int bits() {
    return 0;
  }

  @Override
  public String describe() {
    return "scalar";
  }

  @Override
  public float squaredL2(float[] query, MemorySegment rows, long offset, int dimension) {
    float sum = 0;
    for (int i = 0; i < dimension; i++) {
      float difference = query[i] - rows.get(FLOAT, offset + (long) i * Float.BYTES);
      sum += difference * difference;
    }
    return sum;
  }

  @Override
  public float dot(float[] query, MemorySegment rows, long offset, int dimension) {
    float sum = 0;
    for (int i = 0; i < dimension; i++) {
      sum += query[i] * rows.get(FLOAT, offset + (long) i * Float.BYTES);
    }
    return sum;
  }

  @Override
  public float l1(float[] query, MemorySegment rows, long offset, int dimension) {
    float sum = 0;
    for (int i = 0; i < dimension; i++) {
      sum += Math.abs(query[i] - rows.get(FLOAT, offset + (long) i * Float.BYTES));
    }
    return sum;
  }

  @Override
  public void squaredL2x4(
      float[] query,
      MemorySegment rows,
      long offset0,
      long offset1,
      long offset2,
      long offset3,
      int dimension,
      float[] results,
      int at) {
    results[at] = squaredL2(query, rows, offset0, dimension);
    results[at + 1] = squaredL2(query, rows, offset1, dimension);
    results[at + 2] = squaredL2(query, rows, offset2, dimension);
    results[at + 3] = squaredL2(query, rows, offset3, dimension);
  }

  @Override
  public void dotx4(
      float[] query,
      MemorySegment rows,
      long offset0,
      long offset1,
      long offset2,
      long offset3,
      int dimension,
      float[] results,
      int at) {
    results[at] = dot(query, rows, offset0, dimension);
    results[at + 1] = dot(query, rows, offset1, dimension);
    results[at + 2] = dot(query, rows, offset2, dimension);
    results[at + 3] = dot(query, rows, offset3, dimension);
  }

  @Override
  public void l1x4(
      float[] query,
      MemorySegment rows,
      long offset0,
      long offset1,
      long offset2,
      long offset3,
      int dimension,
      float[] results,
      int at) {
    results[at] = l1(query, rows, offset0, dimension);
    results[at + 1] = l1(query, rows, offset1, dimension);
    results[at + 2] = l1(query, rows, offset2, dimension);
    results[at + 3] = l1(query, rows, offset3, dimension);
  }
}
