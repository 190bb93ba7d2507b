package io.quiver.quant;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import io.quiver.simd.Kernels;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/**
 * The loop over rows of bytes, with the Vector API at the width of {@link Kernels#vectorBits()}.
 */
final class ByteKernels {
  /** The smallest vector of bytes has 64 bits, and as many floats have 256. */
  private static final int BITS_MIN = 256;

  private static final VectorShape SHAPE =
      VectorShape.forBitSize(Math.max(BITS_MIN, Kernels.vectorBits()));
  private static final VectorSpecies<Float> FLOATS = VectorSpecies.of(float.class, SHAPE);
  private static final VectorSpecies<Byte> BYTES =
      VectorSpecies.of(byte.class, VectorShape.forBitSize(SHAPE.vectorBitSize() / Float.BYTES));

  /** Lengths are multiples of it at any width. */
  static final int MULTIPLE = 16;

  private ByteKernels() {}

  /** Whether this machine has vectors that are wide enough. */
  static boolean isPresent() {
    return Kernels.vectorBits() >= BITS_MIN;
  }

  /**
   * The inner products of a query with four rows of signed bytes, interleaved.
   *
   * @param at addresses of the rows in {@link Chunks#ALL}, four from {@code from} on
   * @param ahead from the address of a row to its first byte
   * @param length a multiple of {@link #MULTIPLE}
   * @param dots gets the products from {@code from} on
   */
  static void dotx4(float[] query, long[] at, int from, int ahead, int length, float[] dots) {
    long a0 = at[from] + ahead;
    long a1 = at[from + 1] + ahead;
    long a2 = at[from + 2] + ahead;
    long a3 = at[from + 3] + ahead;
    FloatVector s0 = FloatVector.zero(FLOATS);
    FloatVector s1 = s0;
    FloatVector s2 = s0;
    FloatVector s3 = s0;
    for (int j = 0; j < length; j += FLOATS.length()) {
      FloatVector q = FloatVector.fromArray(FLOATS, query, j);
      ByteVector b0 = ByteVector.fromMemorySegment(BYTES, Chunks.ALL, a0 + j, LITTLE_ENDIAN);
      s0 = q.fma((FloatVector) b0.convertShape(VectorOperators.B2F, FLOATS, 0), s0);
      ByteVector b1 = ByteVector.fromMemorySegment(BYTES, Chunks.ALL, a1 + j, LITTLE_ENDIAN);
      s1 = q.fma((FloatVector) b1.convertShape(VectorOperators.B2F, FLOATS, 0), s1);
      ByteVector b2 = ByteVector.fromMemorySegment(BYTES, Chunks.ALL, a2 + j, LITTLE_ENDIAN);
      s2 = q.fma((FloatVector) b2.convertShape(VectorOperators.B2F, FLOATS, 0), s2);
      ByteVector b3 = ByteVector.fromMemorySegment(BYTES, Chunks.ALL, a3 + j, LITTLE_ENDIAN);
      s3 = q.fma((FloatVector) b3.convertShape(VectorOperators.B2F, FLOATS, 0), s3);
    }
    dots[from] = s0.reduceLanes(VectorOperators.ADD);
    dots[from + 1] = s1.reduceLanes(VectorOperators.ADD);
    dots[from + 2] = s2.reduceLanes(VectorOperators.ADD);
    dots[from + 3] = s3.reduceLanes(VectorOperators.ADD);
  }
}
