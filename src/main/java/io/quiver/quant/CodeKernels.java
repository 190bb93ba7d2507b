package io.quiver.quant;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import io.quiver.simd.Kernels;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/**
 * The loops over codes, with the Vector API at the width of {@link Kernels#vectorBits()}. Without
 * vectors they would be slower than the rows they stand for: then there are no codes ({@link
 * #isPresent}).
 */
final class CodeKernels {
  private static final int BITS = Math.max(128, Kernels.vectorBits());
  private static final VectorShape SHAPE = VectorShape.forBitSize(BITS);
  private static final VectorSpecies<Float> FLOATS = VectorSpecies.of(float.class, SHAPE);
  private static final VectorSpecies<Integer> INTS = VectorSpecies.of(int.class, SHAPE);
  private static final VectorSpecies<Long> LONGS = VectorSpecies.of(long.class, SHAPE);
  private static final VectorSpecies<Float> ESTIMATES =
      VectorSpecies.of(float.class, VectorShape.forBitSize(BITS / 2));

  private static final int LANES = FLOATS.length();
  private static final int LONG_LANES = LONGS.length();

  // One constant for each level: an array of them would not be constant to the compiler.
  private static final VectorShuffle<Float> SWAP_1 = swap(1);
  private static final VectorShuffle<Float> SWAP_2 = swap(2);
  private static final VectorShuffle<Float> SWAP_4 = swap(4);
  private static final VectorShuffle<Float> SWAP_8 = swap(8);
  private static final FloatVector SIGN_1 = sign(1);
  private static final FloatVector SIGN_2 = sign(2);
  private static final FloatVector SIGN_4 = sign(4);
  private static final FloatVector SIGN_8 = sign(8);

  private CodeKernels() {}

  /** Whether this machine has vectors. */
  static boolean isPresent() {
    return Kernels.vectorBits() > 0;
  }

  private static VectorShuffle<Float> swap(int distance) {
    return VectorShuffle.fromOp(FLOATS, lane -> (lane ^ distance) % FLOATS.length());
  }

  private static FloatVector sign(int distance) {
    float[] lanes = new float[FLOATS.length()];
    for (int lane = 0; lane < lanes.length; lane++) {
      lanes[lane] = (lane & distance) == 0 ? 1 : -1;
    }
    return FloatVector.fromArray(FLOATS, lanes, 0);
  }

  /**
   * Multiplies the components from {@code from} on by {@code factors}, a power of two from 64 on,
   * and then takes their Walsh-Hadamard transform, unscaled.
   */
  static void hadamard(float[] vector, int from, float[] factors) {
    int count = factors.length;
    for (int i = 0; i < count; i += LANES) {
      FloatVector x =
          FloatVector.fromArray(FLOATS, vector, from + i)
              .mul(FloatVector.fromArray(FLOATS, factors, i));
      x = x.rearrange(SWAP_1).add(x.mul(SIGN_1));
      x = x.rearrange(SWAP_2).add(x.mul(SIGN_2));
      if (LANES > 4) {
        x = x.rearrange(SWAP_4).add(x.mul(SIGN_4));
      }
      if (LANES > 8) {
        x = x.rearrange(SWAP_8).add(x.mul(SIGN_8));
      }
      x.intoArray(vector, from + i);
    }
    int half = LANES;
    for (; 4 * half <= count; half *= 4) {
      for (int block = from; block < from + count; block += 4 * half) {
        twoLevels(vector, block, half);
      }
    }
    if (half < count) {
      oneLevel(vector, from, half);
    }
  }

  /** Two levels at once, as loading and storing is most of the work. */
  private static void twoLevels(float[] vector, int block, int half) {
    for (int i = block; i < block + half; i += LANES) {
      FloatVector a = FloatVector.fromArray(FLOATS, vector, i);
      FloatVector b = FloatVector.fromArray(FLOATS, vector, i + half);
      FloatVector c = FloatVector.fromArray(FLOATS, vector, i + 2 * half);
      FloatVector d = FloatVector.fromArray(FLOATS, vector, i + 3 * half);
      FloatVector ab = a.add(b);
      FloatVector cd = c.add(d);
      ab.add(cd).intoArray(vector, i);
      ab.sub(cd).intoArray(vector, i + 2 * half);
      a = a.sub(b);
      c = c.sub(d);
      a.add(c).intoArray(vector, i + half);
      a.sub(c).intoArray(vector, i + 3 * half);
    }
  }

  private static void oneLevel(float[] vector, int from, int half) {
    for (int i = from; i < from + half; i += LANES) {
      FloatVector a = FloatVector.fromArray(FLOATS, vector, i);
      FloatVector b = FloatVector.fromArray(FLOATS, vector, i + half);
      a.add(b).intoArray(vector, i);
      a.sub(b).intoArray(vector, i + half);
    }
  }

  /** Writes the sum, the sum of squares and the largest magnitude of a vector, in one pass. */
  static void moments(float[] vector, int length, float[] moments) {
    FloatVector sum = FloatVector.zero(FLOATS);
    FloatVector squares = sum;
    FloatVector most = sum;
    for (int i = 0; i < length; i += LANES) {
      FloatVector x = FloatVector.fromArray(FLOATS, vector, i);
      sum = sum.add(x);
      squares = x.fma(x, squares);
      most = most.max(x.abs());
    }
    moments[0] = sum.reduceLanes(VectorOperators.ADD);
    moments[1] = squares.reduceLanes(VectorOperators.ADD);
    moments[2] = most.reduceLanes(VectorOperators.MAX);
  }

  static float sum(float[] vector, int length) {
    FloatVector sum = FloatVector.zero(FLOATS);
    for (int i = 0; i < length; i += LANES) {
      sum = sum.add(FloatVector.fromArray(FLOATS, vector, i));
    }
    return sum.reduceLanes(VectorOperators.ADD);
  }

  static float dot(float[] a, float[] b, int length) {
    FloatVector sum = FloatVector.zero(FLOATS);
    for (int i = 0; i < length; i += LANES) {
      sum = FloatVector.fromArray(FLOATS, a, i).fma(FloatVector.fromArray(FLOATS, b, i), sum);
    }
    return sum.reduceLanes(VectorOperators.ADD);
  }

  static float min(float[] vector, int length) {
    FloatVector min = FloatVector.broadcast(FLOATS, Float.POSITIVE_INFINITY);
    for (int i = 0; i < length; i += LANES) {
      min = min.min(FloatVector.fromArray(FLOATS, vector, i));
    }
    return min.reduceLanes(VectorOperators.MIN);
  }

  static float max(float[] vector, int length) {
    FloatVector max = FloatVector.broadcast(FLOATS, Float.NEGATIVE_INFINITY);
    for (int i = 0; i < length; i += LANES) {
      max = max.max(FloatVector.fromArray(FLOATS, vector, i));
    }
    return max.reduceLanes(VectorOperators.MAX);
  }

  /** Σ of {@code q[j]} times byte j of the row at an address, as {@link BlockLayout} stores it. */
  static float rowDot(float[] q, long row, int length) {
    FloatVector s0 = FloatVector.zero(FLOATS);
    FloatVector s1 = s0;
    FloatVector s2 = s0;
    FloatVector s3 = s0;
    for (int j = 0; j < length; j += 64) {
      for (int part = 0; part < 16; part += LANES) {
        int at = j + part;
        IntVector x =
            IntVector.fromMemorySegment(
                INTS, Chunks.ALL, row + j + (long) part * Integer.BYTES, LITTLE_ENDIAN);
        s0 = FloatVector.fromArray(FLOATS, q, at).fma(floats(x.and(255)), s0);
        s1 =
            FloatVector.fromArray(FLOATS, q, at + 16)
                .fma(floats(x.lanewise(VectorOperators.LSHR, 8).and(255)), s1);
        s2 =
            FloatVector.fromArray(FLOATS, q, at + 32)
                .fma(floats(x.lanewise(VectorOperators.LSHR, 16).and(255)), s2);
        s3 =
            FloatVector.fromArray(FLOATS, q, at + 48)
                .fma(floats(x.lanewise(VectorOperators.LSHR, 24)), s3);
      }
    }
    return s0.add(s1).add(s2.add(s3)).reduceLanes(VectorOperators.ADD);
  }

  private static FloatVector floats(IntVector x) {
    return (FloatVector) x.convert(VectorOperators.I2F, 0);
  }

  /**
   * Rounds {@code q / step} to numbers from −8 to 7 and stores their four bits in planes: bit b of
   * component {@code 64 w + i} is bit i of {@code planes[b · words + w]}, in two's complement.
   *
   * @return the sum of the numbers
   */
  static int planes(float[] q, int length, float step, long[] planes) {
    int words = length / Long.SIZE;
    float inverse = 1 / step;
    IntVector sum = IntVector.zero(INTS);
    for (int w = 0; w < words; w++) {
      long p0 = 0;
      long p1 = 0;
      long p2 = 0;
      long p3 = 0;
      for (int part = 0; part < Long.SIZE; part += LANES) {
        // Above zero, truncation after adding a half rounds.
        FloatVector shifted =
            FloatVector.fromArray(FLOATS, q, w * Long.SIZE + part).mul(inverse).add(8.5f);
        IntVector x = ((IntVector) shifted.convert(VectorOperators.F2I, 0)).min(15).sub(8);
        sum = sum.add(x);
        p0 |= bits(x, 1) << part;
        p1 |= bits(x, 2) << part;
        p2 |= bits(x, 4) << part;
        p3 |= bits(x, 8) << part;
      }
      planes[w] = p0;
      planes[words + w] = p1;
      planes[2 * words + w] = p2;
      planes[3 * words + w] = p3;
    }
    return sum.reduceLanes(VectorOperators.ADD);
  }

  private static long bits(IntVector x, int bit) {
    return x.and(bit).compare(VectorOperators.NE, 0).toLong();
  }

  /**
   * Takes the residual {@code other − own} apart: writes its sign bits to {@code code[0 .. words)}.
   *
   * @param sums gets Σ r², Σ |r|, and the sum of {@code own} where the bit is set
   */
  static void residual(float[] own, float[] other, int length, long[] code, float[] sums) {
    FloatVector squares = FloatVector.zero(FLOATS);
    FloatVector absolutes = squares;
    FloatVector marked = squares;
    for (int w = 0; w < length / Long.SIZE; w++) {
      long word = 0;
      for (int part = 0; part < Long.SIZE; part += LANES) {
        FloatVector center = FloatVector.fromArray(FLOATS, own, w * Long.SIZE + part);
        FloatVector r = FloatVector.fromArray(FLOATS, other, w * Long.SIZE + part).sub(center);
        squares = r.fma(r, squares);
        absolutes = absolutes.add(r.abs());
        VectorMask<Float> positive = r.compare(VectorOperators.GT, 0);
        marked = marked.add(center, positive);
        word |= positive.toLong() << part;
      }
      code[w] = word;
    }
    sums[0] = squares.reduceLanes(VectorOperators.ADD);
    sums[1] = absolutes.reduceLanes(VectorOperators.ADD);
    sums[2] = marked.reduceLanes(VectorOperators.ADD);
  }

  /**
   * Estimates the scores of all neighbours of a block into {@code estimates}.
   *
   * @param block its address
   * @param scale times the sum of the query's numbers where a neighbour's bit is set, less {@code
   *     shift}, is the inner product of its signs with the query
   * @param base the score of the block's own row
   * @return the places whose estimate is below the bound, as bits
   */
  static long estimate(
      long block,
      BlockLayout layout,
      long[] planes,
      float scale,
      float shift,
      float base,
      float bound,
      float[] estimates) {
    int words = layout.words();
    long offsets = block + layout.offsets();
    long factors = block + layout.factors();
    long below = 0;
    // The sums are taken here and not in a method: a vector that is returned by one that the
    // compiler happens not to inline is an object.
    for (int place = 0; place < layout.places(); place += LONG_LANES) {
      long at = block + layout.code(place, 0);
      LongVector s0 = LongVector.zero(LONGS);
      LongVector s1 = s0;
      LongVector s2 = s0;
      LongVector s3 = s0;
      for (int w = 0; w < words; w++, at += BlockLayout.LINE_BYTES) {
        LongVector x = LongVector.fromMemorySegment(LONGS, Chunks.ALL, at, LITTLE_ENDIAN);
        s0 = s0.add(x.and(planes[w]).lanewise(VectorOperators.BIT_COUNT));
        s1 = s1.add(x.and(planes[words + w]).lanewise(VectorOperators.BIT_COUNT));
        s2 = s2.add(x.and(planes[2 * words + w]).lanewise(VectorOperators.BIT_COUNT));
        s3 = s3.add(x.and(planes[3 * words + w]).lanewise(VectorOperators.BIT_COUNT));
      }
      LongVector set =
          s0.add(s1.lanewise(VectorOperators.LSHL, 1))
              .add(s2.lanewise(VectorOperators.LSHL, 2))
              .sub(s3.lanewise(VectorOperators.LSHL, 3));
      FloatVector signs =
          ((FloatVector) set.convertShape(VectorOperators.L2F, ESTIMATES, 0)).mul(scale).sub(shift);
      long lane = (long) place * Float.BYTES;
      FloatVector estimate =
          FloatVector.fromMemorySegment(ESTIMATES, Chunks.ALL, factors + lane, LITTLE_ENDIAN)
              .fma(
                  signs,
                  FloatVector.fromMemorySegment(
                      ESTIMATES, Chunks.ALL, offsets + lane, LITTLE_ENDIAN))
              .add(base);
      estimate.intoArray(estimates, place);
      below |= estimate.compare(VectorOperators.LT, bound).toLong() << place;
    }
    return below;
  }
}
