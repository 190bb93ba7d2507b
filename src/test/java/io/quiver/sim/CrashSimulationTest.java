package io.quiver.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.quiver.testkit.Loss;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The power goes, or the process is killed, at every I/O call of random histories. What was
 * acknowledged is there afterwards, what was never sent is not, and searches agree with brute
 * force; then the same once more on what was recovered. {@link CrashProfileTest} plays more.
 */
class CrashSimulationTest {
  private static final int SEEDS = 36;
  private static final long POINTS_MIN = 20_000;
  private static final Crashes CRASHES = new Crashes();
  private static int seedsPlayed;

  @ParameterizedTest(name = "seed={0}")
  @MethodSource("seeds")
  void aPowerCutAtAnyCallLosesNothingThatWasSynced(long seed) {
    CRASHES.everywhere(seed, false);
    seedsPlayed++;
  }

  @ParameterizedTest(name = "seed={0}")
  @MethodSource("seeds")
  void withDurabilityOsOnlyTheLastWritesMayGo(long seed) {
    CRASHES.everywhere(seed, true);
    seedsPlayed++;
  }

  static LongStream seeds() {
    return LongStream.rangeClosed(1, SEEDS);
  }

  /** A simulation in which something never happens proves nothing about it. */
  @AfterAll
  static void everythingHappened() {
    if (seedsPlayed == 2 * SEEDS) {
      assertThat(CRASHES.points()).isGreaterThanOrEqualTo(POINTS_MIN);
      assertThat(CRASHES.events()).containsExactly(Event.values());
      assertThat(CRASHES.losses().counts().keySet()).containsExactly(Loss.values());
      System.out.printf("%d crash points; lost: %s%n", CRASHES.points(), CRASHES.losses().counts());
    }
  }
}
