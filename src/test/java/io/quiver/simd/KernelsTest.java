package io.quiver.simd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every implementation against sums in double precision, taken from the formulas. */
class KernelsTest {
  private static final ValueLayout.OfFloat FLOAT =
      ValueLayout.JAVA_FLOAT.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final int[] DIMENSIONS = {1, 3, 15, 16, 17, 64, 100, 128, 384, 768, 784, 1537};
  private static final int ROWS = 7;

  /** Widths wider than the machine's still compute right, only slowly. */
  @ParameterizedTest(name = "{0} bits agree with the formulas")
  @ValueSource(ints = {0, 128, 256, 512})
  void everyWidthAgreesWithTheFormulas(int bits) throws Exception {
    Kernels kernels = ofWidth(bits);
    assertThat(kernels.describe())
        .isEqualTo(bits == 0 ? "scalar" : "Vector API, " + bits + " bits");
    SplittableRandom random = new SplittableRandom(bits + 1L);
    for (int dimension : DIMENSIONS) {
      compareAll(kernels, random, dimension);
    }
  }

  @Test
  void theBestKernelsUseTheVectorApiWhereTheModuleIs() {
    assertThat(Kernels.best().describe()).startsWith("Vector API, ");
  }

  @Test
  void normIsTheEuclideanLengthOfTheFirstComponents() {
    assertThat(Kernels.norm(new float[] {3, -4, 99}, 2)).isEqualTo(5f);
    assertThat(Kernels.norm(new float[] {1e-30f, 1e-30f}, 2))
        .isCloseTo(1.4142e-30f, within(1e-33f));
  }

  private static void compareAll(Kernels kernels, SplittableRandom random, int dimension) {
    int padded = Kernels.padded(dimension);
    assertThat(padded % Kernels.LANES).isZero();
    assertThat(padded - dimension).isBetween(0, Kernels.LANES - 1);
    long stride = (long) padded * Float.BYTES;
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment rows = arena.allocate(ROWS * stride, Kernels.ROW_ALIGNMENT_BYTES);
      float[] query = new float[padded];
      float[][] plain = new float[ROWS][dimension];
      for (int i = 0; i < dimension; i++) {
        query[i] = (float) random.nextDouble(-2, 2);
        for (int row = 0; row < ROWS; row++) {
          plain[row][i] = (float) random.nextDouble(-2, 2);
          rows.set(FLOAT, row * stride + (long) i * Float.BYTES, plain[row][i]);
        }
      }
      for (int row = 0; row < ROWS; row++) {
        compareOne(kernels, query, rows, row * stride, plain[row]);
      }
      compareFour(kernels, query, rows, plain);
    }
  }

  private static void compareOne(
      Kernels kernels, float[] query, MemorySegment rows, long offset, float[] plain) {
    int padded = Kernels.padded(plain.length);
    near(kernels.squaredL2(query, rows, offset, padded), formula(0, query, plain), plain.length);
    near(kernels.dot(query, rows, offset, padded), formula(1, query, plain), plain.length);
    near(kernels.l1(query, rows, offset, padded), formula(2, query, plain), plain.length);
  }

  /** Rows 6, 1, 1 and 4: out of order and one of them twice. */
  private static void compareFour(
      Kernels kernels, float[] query, MemorySegment rows, float[][] plain) {
    int[] picked = {6, 1, 1, 4};
    int padded = query.length;
    long stride = (long) padded * Float.BYTES;
    float[] results = new float[6];
    for (int kind = 0; kind < 3; kind++) {
      switch (kind) {
        case 0 ->
            kernels.squaredL2x4(
                query, rows, 6 * stride, stride, stride, 4 * stride, padded, results, 1);
        case 1 ->
            kernels.dotx4(query, rows, 6 * stride, stride, stride, 4 * stride, padded, results, 1);
        default ->
            kernels.l1x4(query, rows, 6 * stride, stride, stride, 4 * stride, padded, results, 1);
      }
      for (int i = 0; i < 4; i++) {
        near(results[1 + i], formula(kind, query, plain[picked[i]]), padded);
      }
      assertThat(results[0]).isZero();
      assertThat(results[5]).isZero();
    }
  }

  private static double formula(int kind, float[] query, float[] row) {
    double sum = 0;
    for (int i = 0; i < row.length; i++) {
      double difference = (double) query[i] - row[i];
      sum +=
          switch (kind) {
            case 0 -> difference * difference;
            case 1 -> (double) query[i] * row[i];
            default -> Math.abs(difference);
          };
    }
    return sum;
  }

  /** Components are below 2, so each term is below 16 and rounds by less than 16 · 2⁻²⁴ a step. */
  private static void near(float got, double want, int terms) {
    assertThat((double) got).isCloseTo(want, within(1e-5 + terms * 4e-6));
  }

  /** A fresh copy of the implementation, whose static species has the asked width. */
  private static Kernels ofWidth(int bits) throws Exception {
    if (bits == 0) {
      return new ScalarKernels();
    }
    String before = System.setProperty(KernelChoice.BITS_PROPERTY, String.valueOf(bits));
    try {
      Class<?> copy = new CopyLoader().loadClass(VectorKernels.class.getName());
      var constructor = copy.getDeclaredConstructor();
      constructor.setAccessible(true);
      return (Kernels) constructor.newInstance();
    } finally {
      if (before == null) {
        System.clearProperty(KernelChoice.BITS_PROPERTY);
      } else {
        System.setProperty(KernelChoice.BITS_PROPERTY, before);
      }
    }
  }

  /** Defines {@code VectorKernels} anew; everything else comes from the parent. */
  private static final class CopyLoader extends ClassLoader {
    CopyLoader() {
      super(KernelsTest.class.getClassLoader());
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
      if (!name.equals(VectorKernels.class.getName())) {
        return super.loadClass(name, resolve);
      }
      try (InputStream in = VectorKernels.class.getResourceAsStream("VectorKernels.class")) {
        byte[] bytes = in.readAllBytes();
        return defineClass(name, bytes, 0, bytes.length);
      } catch (IOException e) {
        throw new ClassNotFoundException(name, e);
      }
    }
  }
}
