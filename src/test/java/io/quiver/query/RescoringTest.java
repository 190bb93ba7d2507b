package io.quiver.query;

import static org.assertj.core.api.Assertions.assertThat;

import io.quiver.vectors.Scorer;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Scoring what may be among the best against scoring everything. */
class RescoringTest {
  private static final int WANTED = 10;
  private static final int FOUND = 60;

  private final Rescoring rescoring = new Rescoring(FOUND);
  private final TopK best = new TopK();

  /** Errors of rows that come later are as large as those met first, and not larger. */
  @ParameterizedTest(name = "seed={0}")
  @ValueSource(longs = {1, 2, 3, 5, 8, 13})
  void noRowIsLostThatAnErrorMayHide(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    for (int round = 0; round < 200; round++) {
      float most = random.nextInt(3) == 0 ? 0 : (float) random.nextDouble(0, 5);
      float[] scores = new float[FOUND];
      float[] estimates = new float[FOUND];
      for (int row = 0; row < FOUND; row++) {
        scores[row] = random.nextInt(100);
        estimates[row] = scores[row] + most * (float) random.nextDouble(-1, 1);
      }
      int[] ordinals = ranked(estimates);
      estimates[ordinals[0]] = scores[ordinals[0]] - most;
      run(scores, estimates, ordinals, 12);
      int[] want =
          IntStream.range(0, FOUND)
              .boxed()
              .sorted(
                  (a, b) -> scores[a] == scores[b] ? a - b : Float.compare(scores[a], scores[b]))
              .limit(WANTED)
              .mapToInt(Integer::intValue)
              .toArray();
      best.sort();
      assertThat(IntStream.range(0, WANTED).map(best::ordinal).toArray()).isEqualTo(want);
    }
  }

  @Test
  void rowsThatCannotBeAmongTheBestAreNotRead() {
    float[] scores = new float[FOUND];
    for (int row = 0; row < FOUND; row++) {
      scores[row] = row;
    }
    run(scores, scores, ranked(scores), 12);
    assertThat(rescoring.scored()).isEqualTo(12);
    assertThat(best.size()).isEqualTo(WANTED);
  }

  private void run(float[] scores, float[] estimates, int[] ordinals, int first) {
    float[] ranked = new float[FOUND];
    for (int rank = 0; rank < FOUND; rank++) {
      ranked[rank] = estimates[ordinals[rank]];
    }
    best.reset(WANTED);
    rescoring.run(ordinals, ranked, FOUND, first, 4, new Given(scores), best);
  }

  private static int[] ranked(float[] estimates) {
    return IntStream.range(0, FOUND)
        .boxed()
        .sorted((a, b) -> Float.compare(estimates[a], estimates[b]))
        .mapToInt(Integer::intValue)
        .toArray();
  }

  private static final class Given implements Scorer {
    private final float[] scores;

    Given(float[] scores) {
      this.scores = scores;
    }

    @Override
    public void target(int ordinal) {}

    @Override
    public void target(float[] vector) {}

    @Override
    public float score(int ordinal) {
      return scores[ordinal];
    }

    @Override
    public void score(int[] ordinals, int count, float[] into) {
      for (int i = 0; i < count; i++) {
        into[i] = scores[ordinals[i]];
      }
    }
  }
}
