package io.quiver.wal;

import static org.assertj.core.api.Assertions.assertThat;

import io.quiver.testkit.FaultyDisk;
import io.quiver.testkit.SimulatedCrash;
import java.io.IOException;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A crash at every I/O call of random histories. */
class WalCrashTest {
  private static final int STEPS = 40;

  /** What ends the machine the first time, and then the second. */
  private enum Crash {
    POWER_CUT,
    KILL;

    FaultyDisk next(FaultyDisk disk, long seed) {
      return this == POWER_CUT ? disk.afterCrash(seed) : disk.afterKill(seed);
    }
  }

  /**
   * Acknowledged ⊆ recovered ⊆ sent, without a hole; and once more after a second crash while the
   * recovered log is in use.
   */
  @ParameterizedTest(name = "seed={0}")
  @ValueSource(longs = {1, 2, 3, 5, 8, 13, 21, 34, 55, 89, 144, 233})
  void aPowerCutAtAnyCallLosesNothingThatWasForced(long seed) throws IOException {
    everyCrash(seed, Crash.POWER_CUT, Crash.POWER_CUT);
  }

  /** What was written to the operating system is still there when the process was killed. */
  @ParameterizedTest(name = "seed={0}")
  @ValueSource(longs = {1, 2, 3, 5, 8})
  void aKillAtAnyCallLosesNothingThatWasWritten(long seed) throws IOException {
    everyCrash(seed, Crash.KILL, Crash.KILL);
  }

  /** What was recovered after a kill was served: opening the log made it durable first. */
  @ParameterizedTest(name = "seed={0}")
  @ValueSource(longs = {1, 2, 3, 5, 8, 13, 21, 34})
  void aPowerCutAfterAKillLosesNothingThatWasRecovered(long seed) throws IOException {
    everyCrash(seed, Crash.KILL, Crash.POWER_CUT);
  }

  private static void everyCrash(long seed, Crash first, Crash second) throws IOException {
    long call = 0;
    boolean crashed = true;
    while (crashed) {
      call++;
      WalHistory history = new WalHistory();
      FaultyDisk disk = new FaultyDisk(seed * 1_000 + call);
      try {
        crashed = crashes(history, disk, call, new SplittableRandom(seed));
        if (crashed) {
          FaultyDisk recovered = first.next(disk, call);
          history.verify(recovered, first == Crash.POWER_CUT);
          long secondCall = recovered.calls() + 1 + call % 23;
          if (crashes(history, recovered, secondCall, new SplittableRandom(seed + call))) {
            history.verify(second.next(recovered, call), second == Crash.POWER_CUT);
          }
        }
      } catch (AssertionError | IOException e) {
        throw new AssertionError("seed=%d call=%d: %s".formatted(seed, call, e.getMessage()), e);
      }
    }
    assertThat(call).as("crash points of seed %d", seed).isGreaterThan(40);
  }

  private static boolean crashes(
      WalHistory history, FaultyDisk disk, long call, SplittableRandom random) throws IOException {
    disk.crashAt(call);
    try {
      history.run(disk, random, STEPS);
      return false;
    } catch (SimulatedCrash e) {
      return true;
    }
  }
}
