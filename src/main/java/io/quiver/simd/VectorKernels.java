package io.quiver.simd;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Locale;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Kernels with the Vector API. The species is a static constant, because only then does the JIT
 * compiler turn the operations into instructions instead of objects; a second width in one process
 * takes a second class loader, which is how the tests cover all of them.
 */
final class VectorKernels implements Kernels {
  private static final VectorSpecies<Float> SPECIES = species();
  private static final int STEP = SPECIES.length();
  private static final long STEP_BYTES = (long) STEP * Float.BYTES;

  /** See {@link #row}. */
  private static final MemorySegment MARK = MemorySegment.ofArray(new byte[1]);

  VectorKernels() {}

  private static VectorSpecies<Float> species() {
    int preferred = FloatVector.SPECIES_PREFERRED.vectorBitSize();
    return switch (Integer.getInteger(KernelChoice.BITS_PROPERTY, preferred)) {
      case 64, 128 -> FloatVector.SPECIES_128;
      case 256 -> FloatVector.SPECIES_256;
      default -> FloatVector.SPECIES_512;
    };
  }

  @Override
  public int bits() {
    return SPECIES.vectorBitSize();
  }

  @Override
  public String describe() {
    return String.format(Locale.ROOT, "Vector API, %d bits", SPECIES.vectorBitSize());
  }

  /**
   * Components of a row. Rows may lie in a mapped file that somebody shortens. HotSpot makes an
   * {@link InternalError} of the SIGBUS if the code that met it was compiled from a scalar access
   * as well; from vector loads alone it ends the process. So there is one beside each load, of a
   * constant: it marks the code and leaves no instruction in it.
   */
  private static FloatVector row(MemorySegment rows, long offset) {
    MARK.get(ValueLayout.JAVA_BYTE, 0);
    return FloatVector.fromMemorySegment(SPECIES, rows, offset, LITTLE_ENDIAN);
  }

  private static float sum(FloatVector lanes) {
    return lanes.reduceLanes(VectorOperators.ADD);
  }

  @Override
  public float squaredL2(float[] query, MemorySegment rows, long offset, int dimension) {
    FloatVector s0 = FloatVector.zero(SPECIES);
    FloatVector s1 = s0;
    FloatVector s2 = s0;
    FloatVector s3 = s0;
    int i = 0;
    long at = offset;
    for (int whole = dimension - dimension % (4 * STEP); i < whole; i += 4 * STEP) {
      FloatVector d0 = FloatVector.fromArray(SPECIES, query, i).sub(row(rows, at));
      s0 = d0.fma(d0, s0);
      FloatVector d1 =
          FloatVector.fromArray(SPECIES, query, i + STEP).sub(row(rows, at + STEP_BYTES));
      s1 = d1.fma(d1, s1);
      FloatVector d2 =
          FloatVector.fromArray(SPECIES, query, i + 2 * STEP).sub(row(rows, at + 2 * STEP_BYTES));
      s2 = d2.fma(d2, s2);
      FloatVector d3 =
          FloatVector.fromArray(SPECIES, query, i + 3 * STEP).sub(row(rows, at + 3 * STEP_BYTES));
      s3 = d3.fma(d3, s3);
      at += 4 * STEP_BYTES;
    }
    for (; i < dimension; i += STEP) {
      FloatVector d0 = FloatVector.fromArray(SPECIES, query, i).sub(row(rows, at));
      s0 = d0.fma(d0, s0);
      at += STEP_BYTES;
    }
    return sum(s0.add(s1).add(s2.add(s3)));
  }

  @Override
  public float dot(float[] query, MemorySegment rows, long offset, int dimension) {
    FloatVector s0 = FloatVector.zero(SPECIES);
    FloatVector s1 = s0;
    FloatVector s2 = s0;
    FloatVector s3 = s0;
    int i = 0;
    long at = offset;
    for (int whole = dimension - dimension % (4 * STEP); i < whole; i += 4 * STEP) {
      s0 = FloatVector.fromArray(SPECIES, query, i).fma(row(rows, at), s0);
      s1 = FloatVector.fromArray(SPECIES, query, i + STEP).fma(row(rows, at + STEP_BYTES), s1);
      s2 =
          FloatVector.fromArray(SPECIES, query, i + 2 * STEP)
              .fma(row(rows, at + 2 * STEP_BYTES), s2);
      s3 =
          FloatVector.fromArray(SPECIES, query, i + 3 * STEP)
              .fma(row(rows, at + 3 * STEP_BYTES), s3);
      at += 4 * STEP_BYTES;
    }
    for (; i < dimension; i += STEP) {
      s0 = FloatVector.fromArray(SPECIES, query, i).fma(row(rows, at), s0);
      at += STEP_BYTES;
    }
    return sum(s0.add(s1).add(s2.add(s3)));
  }

  @Override
  public float l1(float[] query, MemorySegment rows, long offset, int dimension) {
    FloatVector s0 = FloatVector.zero(SPECIES);
    FloatVector s1 = s0;
    FloatVector s2 = s0;
    FloatVector s3 = s0;
    int i = 0;
    long at = offset;
    for (int whole = dimension - dimension % (4 * STEP); i < whole; i += 4 * STEP) {
      s0 = FloatVector.fromArray(SPECIES, query, i).sub(row(rows, at)).abs().add(s0);
      s1 =
          FloatVector.fromArray(SPECIES, query, i + STEP)
              .sub(row(rows, at + STEP_BYTES))
              .abs()
              .add(s1);
      s2 =
          FloatVector.fromArray(SPECIES, query, i + 2 * STEP)
              .sub(row(rows, at + 2 * STEP_BYTES))
              .abs()
              .add(s2);
      s3 =
          FloatVector.fromArray(SPECIES, query, i + 3 * STEP)
              .sub(row(rows, at + 3 * STEP_BYTES))
              .abs()
              .add(s3);
      at += 4 * STEP_BYTES;
    }
    for (; i < dimension; i += STEP) {
      s0 = FloatVector.fromArray(SPECIES, query, i).sub(row(rows, at)).abs().add(s0);
      at += STEP_BYTES;
    }
    return sum(s0.add(s1).add(s2.add(s3)));
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
    FloatVector s0 = FloatVector.zero(SPECIES);
    FloatVector s1 = s0;
    FloatVector s2 = s0;
    FloatVector s3 = s0;
    for (int i = 0; i < dimension; i += STEP) {
      FloatVector q = FloatVector.fromArray(SPECIES, query, i);
      long ahead = (long) i * Float.BYTES;
      FloatVector d0 = q.sub(row(rows, offset0 + ahead));
      FloatVector d1 = q.sub(row(rows, offset1 + ahead));
      FloatVector d2 = q.sub(row(rows, offset2 + ahead));
      FloatVector d3 = q.sub(row(rows, offset3 + ahead));
      s0 = d0.fma(d0, s0);
      s1 = d1.fma(d1, s1);
      s2 = d2.fma(d2, s2);
      s3 = d3.fma(d3, s3);
    }
    results[at] = sum(s0);
    results[at + 1] = sum(s1);
    results[at + 2] = sum(s2);
    results[at + 3] = sum(s3);
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
    FloatVector s0 = FloatVector.zero(SPECIES);
    FloatVector s1 = s0;
    FloatVector s2 = s0;
    FloatVector s3 = s0;
    for (int i = 0; i < dimension; i += STEP) {
      FloatVector q = FloatVector.fromArray(SPECIES, query, i);
      long ahead = (long) i * Float.BYTES;
      s0 = q.fma(row(rows, offset0 + ahead), s0);
      s1 = q.fma(row(rows, offset1 + ahead), s1);
      s2 = q.fma(row(rows, offset2 + ahead), s2);
      s3 = q.fma(row(rows, offset3 + ahead), s3);
    }
    results[at] = sum(s0);
    results[at + 1] = sum(s1);
    results[at + 2] = sum(s2);
    results[at + 3] = sum(s3);
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
    FloatVector s0 = FloatVector.zero(SPECIES);
    FloatVector s1 = s0;
    FloatVector s2 = s0;
    FloatVector s3 = s0;
    for (int i = 0; i < dimension; i += STEP) {
      FloatVector q = FloatVector.fromArray(SPECIES, query, i);
      long ahead = (long) i * Float.BYTES;
      s0 = q.sub(row(rows, offset0 + ahead)).abs().add(s0);
      s1 = q.sub(row(rows, offset1 + ahead)).abs().add(s1);
      s2 = q.sub(row(rows, offset2 + ahead)).abs().add(s2);
      s3 = q.sub(row(rows, offset3 + ahead)).abs().add(s3);
    }
    results[at] = sum(s0);
    results[at + 1] = sum(s1);
    results[at + 2] = sum(s2);
    results[at + 3] = sum(s3);
  }
}
