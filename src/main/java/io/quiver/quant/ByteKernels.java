package io.quiver.quant;

import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static jdk.incubator.vector.VectorOperators.ASHR;
import static jdk.incubator.vector.VectorOperators.LSHL;

import io.quiver.simd.Kernels;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
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

  private static final VectorSpecies<Byte> HALVES =
      VectorSpecies.of(byte.class, VectorShape.forBitSize(SHAPE.vectorBitSize() / Short.BYTES));
  private static final VectorSpecies<Short> SHORTS = VectorSpecies.of(short.class, SHAPE);
  private static final VectorSpecies<Integer> INTS = VectorSpecies.of(int.class, SHAPE);

  /** Lengths are multiples of it at any width. */
  static final int MULTIPLE = 32;

  private ByteKernels() {}

  /** Whether this machine has vectors that are wide enough. */
  static boolean isPresent() {
    return Kernels.vectorBits() >= BITS_MIN;
  }

  /**
   * The inner products of a row of signed bytes with four others, exactly.
   *
   * @param row address of its first byte, as all addresses in {@link Chunks#ALL}
   * @param length a multiple of {@link #MULTIPLE}
   * @param dots gets four products
   */
  static void dotx4(
      long row, long other0, long other1, long other2, long other3, int length, int[] dots) {
    IntVector s0 = IntVector.zero(INTS);
    IntVector s1 = s0;
    IntVector s2 = s0;
    IntVector s3 = s0;
    for (int j = 0; j < length; j += SHORTS.length()) {
      // Products of two bytes fit into a short; they are added by pairs.
      ShortVector own = shorts(row + j);
      IntVector p0 = own.mul(shorts(other0 + j)).reinterpretAsInts();
      s0 = s0.add(p0.lanewise(ASHR, 16)).add(p0.lanewise(LSHL, 16).lanewise(ASHR, 16));
      IntVector p1 = own.mul(shorts(other1 + j)).reinterpretAsInts();
      s1 = s1.add(p1.lanewise(ASHR, 16)).add(p1.lanewise(LSHL, 16).lanewise(ASHR, 16));
      IntVector p2 = own.mul(shorts(other2 + j)).reinterpretAsInts();
      s2 = s2.add(p2.lanewise(ASHR, 16)).add(p2.lanewise(LSHL, 16).lanewise(ASHR, 16));
      IntVector p3 = own.mul(shorts(other3 + j)).reinterpretAsInts();
      s3 = s3.add(p3.lanewise(ASHR, 16)).add(p3.lanewise(LSHL, 16).lanewise(ASHR, 16));
    }
    dots[0] = s0.reduceLanes(VectorOperators.ADD);
    dots[1] = s1.reduceLanes(VectorOperators.ADD);
    dots[2] = s2.reduceLanes(VectorOperators.ADD);
    dots[3] = s3.reduceLanes(VectorOperators.ADD);
  }

  private static ShortVector shorts(long at) {
    return (ShortVector)
        ByteVector.fromMemorySegment(HALVES, Chunks.ALL, at, LITTLE_ENDIAN)
            .convertShape(VectorOperators.B2S, SHORTS, 0);
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
