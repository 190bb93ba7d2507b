package io.quiver.quant;

import static org.assertj.core.api.Assertions.assertThat;

import io.quiver.core.Metric;
import io.quiver.testkit.ArraySpace;
import io.quiver.testkit.Vectors;
import io.quiver.vectors.Scorer;
import java.lang.foreign.Arena;
import java.util.stream.IntStream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/** Scores of bytes against bytes, compared with those of the rows themselves. */
class BytePairsTest {
  private static final int ROWS = 12;

  @ParameterizedTest(name = "{0}, seed=31")
  @EnumSource(value = Metric.class, mode = Mode.EXCLUDE, names = "MANHATTAN")
  void areNearlyTheScoresOfTheRows(Metric metric) {
    float[][] rows = Vectors.gaussian(31, ROWS, 70);
    for (float[] row : rows) {
      for (int i = 0; i < row.length; i++) {
        row[i] += 1; // So that the middles of the codes count.
      }
    }
    ArraySpace space = ArraySpace.of(metric, rows);
    try (Arena arena = Arena.ofConfined()) {
      ByteRows codes = new ByteRows(space, new CodeMemory(1L << 32), arena);
      IntStream.range(0, ROWS - 1).forEach(codes::encode); // Not the last.
      Scorer pairs = codes.pairScorer();
      for (int target = 0; target < ROWS; target++) {
        pairs.target(target);
        for (int count = 1; count <= ROWS; count++) {
          int[] ordinals = IntStream.range(ROWS - count, ROWS).map(i -> ROWS - 1 - i).toArray();
          float[] scores = new float[count];
          pairs.score(ordinals, count, scores);
          for (int i = 0; i < count; i++) {
            float want = exact(space, target, ordinals[i]);
            assertThat(scores[i]).isCloseTo(want, Offset.offset(tolerance(metric)));
          }
        }
        assertThat(pairs.score(ROWS - 1)).isEqualTo(exact(space, target, ROWS - 1));
      }
    }
  }

  private static float exact(ArraySpace space, int target, int other) {
    Scorer scorer = space.scorer();
    scorer.target(target);
    return scorer.score(other);
  }

  /** Of scores that are 1, some 140, some -70. */
  private static float tolerance(Metric metric) {
    return metric == Metric.COSINE ? 0.02f : 2.5f;
  }
}
