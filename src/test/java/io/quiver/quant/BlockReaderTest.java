package io.quiver.quant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.quiver.core.Metric;
import io.quiver.simd.Kernels;
import io.quiver.testkit.ArraySpace;
import io.quiver.testkit.Vectors;
import java.lang.foreign.Arena;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What blocks say of rows, against the formulas in double precision, at every register width. */
class BlockReaderTest {
  private static final int[] DIMENSIONS = {256, 300, 384, 784, 1_536};
  private static final int ROWS = 41;
  private static final int QUERIES = 20;

  @Test
  void rotationKeepsLengthsAndProducts() {
    for (int dimension : DIMENSIONS) {
      Rotation rotation = new Rotation(dimension, 1);
      float[][] before = Vectors.gaussian(dimension, 2, dimension);
      float[][] after = new float[2][];
      for (int i = 0; i < 2; i++) {
        after[i] = Arrays.copyOf(before[i], Rotation.length(dimension));
        rotation.apply(after[i]);
      }
      for (Metric metric : List.of(Metric.EUCLIDEAN, Metric.DOT_PRODUCT)) {
        assertThat(Vectors.distance(metric, after[0], after[1]))
            .isCloseTo(Vectors.distance(metric, before[0], before[1]), within(1e-2));
      }
    }
  }

  /** One outstanding component is what one-bit codes could not tell from any other. */
  @Test
  void rotationSpreadsWhatOneComponentCarries() {
    float[] vector = new float[Rotation.length(784)];
    vector[3] = 1;
    new Rotation(784, 1).apply(vector);
    for (float component : vector) {
      assertThat(Math.abs(component)).isLessThan(6f / (float) Math.sqrt(vector.length));
    }
  }

  @Test
  void scoresOfRowsAreRightToEightBits() {
    checkScores();
  }

  @Test
  void estimatesOfNeighborsAreWithinTheBoundOfThePaperAndUnbiased() {
    checkEstimates();
  }

  /** The width is a constant of a process. */
  @ParameterizedTest(name = "{0} bits")
  @ValueSource(ints = {128, 256, 512})
  void everyWidthAgreesWithTheFormulas(int bits) throws Exception {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-modules",
                "jdk.incubator.vector",
                "--enable-native-access=ALL-UNNAMED",
                "-XX:TieredStopAtLevel=1",
                "-Dquiver.simd.bits=" + bits,
                "-cp",
                System.getProperty("java.class.path"),
                BlockReaderTest.class.getName())
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(output).contains("checked " + bits + " bits");
  }

  public static void main(String[] args) {
    checkScores();
    checkEstimates();
    System.out.println("checked " + Kernels.vectorBits() + " bits");
  }

  private static void checkScores() {
    for (Metric metric : List.of(Metric.EUCLIDEAN, Metric.COSINE, Metric.DOT_PRODUCT)) {
      for (int dimension : DIMENSIONS) {
        float[][] rows = Vectors.gaussian(2, ROWS, dimension);
        float[][] queries = Vectors.gaussian(3, QUERIES, dimension);
        try (Arena arena = Arena.ofConfined()) {
          BlockReader reader = new BlockReader(star(metric, rows, arena));
          for (float[] query : queries) {
            reader.target(query);
            double want = score(metric, query, rows[0]);
            // Each component is off by at most half a step of about 8 sigma / 255.
            double tolerance = metric == Metric.COSINE ? 0.01 : 0.1 * Math.sqrt(dimension);
            assertThat((double) reader.open(0)).isCloseTo(want, within(tolerance));
          }
        }
      }
    }
  }

  private static void checkEstimates() {
    for (Metric metric : List.of(Metric.EUCLIDEAN, Metric.COSINE, Metric.DOT_PRODUCT)) {
      for (int dimension : DIMENSIONS) {
        checkEstimates(metric, dimension);
      }
    }
  }

  private static void checkEstimates(Metric metric, int dimension) {
    float[][] rows = Vectors.gaussian(4, ROWS, dimension);
    float[][] queries = Vectors.gaussian(5, QUERIES, dimension);
    try (Arena arena = Arena.ofConfined()) {
      BlockReader reader = new BlockReader(star(metric, rows, arena));
      double errors = 0;
      double bounds = 0;
      for (float[] query : queries) {
        reader.target(query);
        reader.open(0);
        long all = reader.estimate(Float.MAX_VALUE);
        assertThat(all).isEqualTo((1L << (ROWS - 1)) - 1); // Empty places never come.
        for (int place = 0; place < ROWS - 1; place++) {
          assertThat(reader.link(place)).isEqualTo(place + 1);
          double want = score(metric, query, rows[place + 1]);
          double bound = bound(metric, query, rows[0], rows[place + 1]);
          double error = reader.estimateAt(place) - want;
          assertThat(Math.abs(error)).isLessThan(5 * bound);
          errors += error;
          bounds += bound;
        }
        checkMask(reader);
      }
      // All of one sign they would be about 0.8 of the bound.
      assertThat(Math.abs(errors)).isLessThan(0.15 * bounds);
    }
  }

  private static void checkMask(BlockReader reader) {
    float middle = reader.estimateAt(7);
    long below = reader.estimate(middle);
    for (int place = 0; place < ROWS - 1; place++) {
      assertThat((below >> place & 1) == 1).isEqualTo(reader.estimateAt(place) < middle);
    }
  }

  /** One standard deviation of the estimator, about (RaBitQ, theorem 3.2), and of the rounding. */
  private static double bound(Metric metric, float[] query, float[] own, float[] other) {
    float[] q = metric == Metric.COSINE ? unit(query) : query;
    float[] c = metric == Metric.COSINE ? unit(own) : own;
    float[] o = metric == Metric.COSINE ? unit(other) : other;
    double product =
        Vectors.distance(Metric.EUCLIDEAN, q, c) * Vectors.distance(Metric.EUCLIDEAN, o, c);
    return (metric == Metric.DOT_PRODUCT ? 1 : 2) * product / Math.sqrt(query.length);
  }

  private static float[] unit(float[] vector) {
    double norm = Math.sqrt(-Vectors.distance(Metric.DOT_PRODUCT, vector, vector));
    float[] unit = new float[vector.length];
    IntStream.range(0, unit.length).forEach(i -> unit[i] = (float) (vector[i] / norm));
    return unit;
  }

  /** As blocks have it: squared, and under Cosine twice the distance. */
  private static double score(Metric metric, float[] a, float[] b) {
    double distance = Vectors.distance(metric, a, b);
    return switch (metric) {
      case EUCLIDEAN -> distance * distance;
      case COSINE -> 2 * distance;
      case DOT_PRODUCT, MANHATTAN -> distance;
    };
  }

  /** Row 0 has all others as neighbours. */
  private static CodeBlocks star(Metric metric, float[][] rows, Arena arena) {
    CodeBlocks blocks =
        new CodeBlocks(ArraySpace.of(metric, rows), 64, new CodeMemory(1 << 30), arena);
    int[] links = IntStream.range(1, rows.length).toArray();
    assertThat(blocks.encode(0, links, links.length)).isTrue();
    return blocks;
  }
}
