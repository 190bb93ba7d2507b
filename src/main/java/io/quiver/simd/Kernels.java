package io.quiver.simd;

import java.lang.foreign.MemorySegment;

/**
 * Distances between one query and rows of little-endian float32.
 *
 * <p>Rows and query are padded with zeros to {@link #padded} components, so that a kernel reads
 * whole vector registers and never a tail; every {@code dimension} below is the padded one, and
 * every offset is in bytes. Rows should begin at multiples of {@link #ROW_ALIGNMENT_BYTES}: a
 * register then never spans two cache lines. Implementations have no state: any thread may call
 * them.
 *
 * <p>The forms that end in {@code x4} read four rows interleaved, so that their cache misses
 * overlap; offsets may repeat. They write {@code results[at .. at + 4)}.
 */
public interface Kernels {
  /** Components are padded to a multiple of this: one 512-bit register. */
  int LANES = 16;

  int ROW_ALIGNMENT_BYTES = LANES * Float.BYTES;

  /** The implementation for this machine, chosen when it is first asked for. */
  static Kernels best() {
    return KernelChoice.BEST;
  }

  /** Width of this machine's vector registers as they are used: 128, 256 or 512; 0 = none are. */
  static int vectorBits() {
    return best().bits();
  }

  /** {@code dimension} rounded up to a multiple of {@link #LANES}. */
  static int padded(int dimension) {
    return (dimension + LANES - 1) / LANES * LANES;
  }

  /** Bits of the registers it uses, 0 if scalar. */
  int bits();

  /** What this implementation is, for the log: {@code Vector API, 512 bits}. */
  String describe();

  /** Σ (qᵢ − rᵢ)². */
  float squaredL2(float[] query, MemorySegment rows, long offset, int dimension);

  /** Σ qᵢ · rᵢ. */
  float dot(float[] query, MemorySegment rows, long offset, int dimension);

  /** Σ |qᵢ − rᵢ|. */
  float l1(float[] query, MemorySegment rows, long offset, int dimension);

  /** {@link #squaredL2} of four rows. */
  void squaredL2x4(
      float[] query,
      MemorySegment rows,
      long offset0,
      long offset1,
      long offset2,
      long offset3,
      int dimension,
      float[] results,
      int at);

  /** {@link #dot} of four rows. */
  void dotx4(
      float[] query,
      MemorySegment rows,
      long offset0,
      long offset1,
      long offset2,
      long offset3,
      int dimension,
      float[] results,
      int at);

  /** {@link #l1} of four rows. */
  void l1x4(
      float[] query,
      MemorySegment rows,
      long offset0,
      long offset1,
      long offset2,
      long offset3,
      int dimension,
      float[] results,
      int at);

  /**
   * The Euclidean length of {@code vector[0 .. dimension)} (any dimension, no padding needed),
   * summed in double so that long vectors lose nothing.
   */
  static float norm(float[] vector, int dimension) {
    double sum = 0;
    for (int i = 0; i < dimension; i++) {
      sum += (double) vector[i] * vector[i];
    }
    return (float) Math.sqrt(sum);
  }
}
