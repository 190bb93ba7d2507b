package io.quiver.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.quiver.testkit.FaultyDisk;
import io.quiver.testkit.SimulatedCrash;
import java.io.IOException;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The power goes at every I/O call of random histories. What was acknowledged is there afterwards,
 * what was never sent is not, and searches agree with brute force; then the same once more on what
 * was recovered. Each history has 300 to 550 calls, so the default of 32 seeds twice is some 20,000
 * crash points; {@code -Dtest.jvm.extra=-Dquiver.sim.seeds=N} plays more.
 */
class CrashSimulationTest {
  private static final int STEPS = 40;

  @ParameterizedTest(name = "seed={0}")
  @MethodSource("seeds")
  void aPowerCutAtAnyCallLosesNothingThatWasSynced(long seed) throws IOException {
    crashEverywhere(seed, false);
  }

  @ParameterizedTest(name = "seed={0}")
  @MethodSource("seeds")
  void withDurabilityOsOnlyTheLastWritesMayGo(long seed) throws IOException {
    crashEverywhere(seed, true);
  }

  static LongStream seeds() {
    return LongStream.rangeClosed(1, Long.getLong("quiver.sim.seeds", 32));
  }

  private static void crashEverywhere(long seed, boolean mixedDurability) throws IOException {
    List<History.Step> steps = History.of(seed, STEPS, mixedDurability);
    long calls = play(seed, steps, Long.MAX_VALUE);
    assertThat(calls).as("the history does something").isGreaterThan(10);
    for (long call = 1; call <= calls; call++) {
      try {
        play(seed, steps, call);
      } catch (AssertionError | RuntimeException | IOException e) {
        throw new AssertionError("seed=%d call=%d of %d".formatted(seed, call, calls), e);
      }
    }
  }

  /**
   * @return how many I/O calls there were
   */
  private static long play(long seed, List<History.Step> steps, long crashAt) throws IOException {
    FaultyDisk disk = new FaultyDisk(seed);
    disk.crashAt(crashAt);
    Run run = new Run(disk, Model.EMPTY);
    try {
      run.open();
      run.play(steps);
      Model found = Verifier.read(run.database());
      assertThat(found).isEqualTo(run.candidates().getLast());
      Verifier.search(run.database(), found);
      run.database().close();
      return disk.calls();
    } catch (SimulatedCrash crash) {
      run.halt();
    }
    recoverTwice(seed, crashAt, disk, run.candidates());
    return disk.calls();
  }

  /** The second crash falls into the recovery from the first, or the writes after it. */
  private static void recoverTwice(
      long seed, long crashAt, FaultyDisk crashed, List<Model> candidates) throws IOException {
    FaultyDisk disk = crashed.afterCrash(seed * 31 + crashAt);
    disk.crashAt(1 + (seed + crashAt * 7) % 60);
    Run second = new Run(disk, Model.EMPTY);
    List<Model> now = candidates;
    try {
      second.open();
      Model found = check(second, candidates);
      second.candidates().set(0, found);
      now = second.candidates();
      second.play(History.of(seed + crashAt, 8, false));
      second.database().close();
      return;
    } catch (SimulatedCrash crash) {
      second.halt();
    }
    Run third = new Run(disk.afterCrash(seed), Model.EMPTY);
    third.open();
    check(third, now);
    third.database().close();
  }

  private static Model check(Run run, List<Model> candidates) {
    Model found = Verifier.read(run.database());
    assertThat(candidates).as("acknowledged <= recovered <= sent").contains(found);
    Verifier.search(run.database(), found);
    run.database().runMaintenance();
    assertThat(Verifier.read(run.database())).as("maintenance changes nothing").isEqualTo(found);
    Verifier.search(run.database(), found);
    return found;
  }
}
