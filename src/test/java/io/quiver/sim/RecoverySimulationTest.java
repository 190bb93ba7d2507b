package io.quiver.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.quiver.testkit.FaultyDisk;
import io.quiver.testkit.SimulatedCrash;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The power goes, or the process is killed, at every I/O call of seeded histories of drops, hard
 * deletes, snapshots and restores among writes. A collection is served or kept, never both and
 * never neither; a restored snapshot takes its place at once or not at all; what is kept comes back
 * with every row it had; also when a second power cut falls into that.
 */
class RecoverySimulationTest {
  private static final int SEEDS = 2;
  private static final int STEPS = 25;
  private static final Set<String> PLAYED = new TreeSet<>();
  private static int seedsPlayed;
  private static long points;

  static LongStream seeds() {
    return LongStream.rangeClosed(
        Long.getLong("quiver.recovery.seed", 1),
        Integer.getInteger("quiver.recovery.seeds", SEEDS));
  }

  @ParameterizedTest(name = "seed={0}")
  @MethodSource("seeds")
  void aCrashAtAnyCallLosesNothingThatIsKept(long seed) throws IOException {
    long calls = play(seed, Long.MAX_VALUE);
    long first = Long.getLong("quiver.recovery.call", 1);
    for (long call = first; call <= calls; call++) {
      try {
        play(seed, call);
      } catch (AssertionError | RuntimeException e) {
        throw new AssertionError("seed=%d call=%d".formatted(seed, call), e);
      }
      points++;
    }
    seedsPlayed++;
  }

  @AfterAll
  static void everythingHappened() {
    if (seedsPlayed >= SEEDS) {
      assertThat(PLAYED).contains("create", "put", "drop", "restore", "take", "replace");
      assertThat(points).isGreaterThan(500);
    }
  }

  private static long play(long seed, long crashAt) throws IOException {
    FaultyDisk disk = new FaultyDisk(seed);
    disk.crashAt(crashAt);
    RecoveryRun run = new RecoveryRun(disk, Kept.EMPTY, seed, 0);
    try {
      run.open();
      run.play(STEPS);
      assertThat(run.shows(run.candidates().getLast())).isTrue();
      run.database().close();
      PLAYED.addAll(run.played());
      return disk.calls();
    } catch (SimulatedCrash crash) {
      run.halt();
    }
    boolean isKill = (seed + crashAt) % 4 == 0;
    long crashSeed = seed * 31 + crashAt;
    FaultyDisk left = isKill ? disk.afterKill(crashSeed) : disk.afterCrash(crashSeed);
    recover(left, run.candidates(), seed, crashAt);
    return disk.calls();
  }

  /** The second crash falls into the recovery, or the restores that follow. */
  private static void recover(FaultyDisk disk, List<Kept> candidates, long seed, long crashAt)
      throws IOException {
    disk.crashAt(disk.calls() + 1 + (seed + crashAt * 7) % 50);
    RecoveryRun second = new RecoveryRun(disk, Kept.EMPTY, seed + crashAt, 1);
    List<Kept> now = candidates;
    try {
      second.open();
      second.begin(found(second, candidates));
      now = List.of();
      second.play(6);
      second.database().close();
    } catch (SimulatedCrash crash) {
      second.halt();
    }
    now = now.isEmpty() ? second.candidates() : now;
    RecoveryRun third = new RecoveryRun(disk.afterCrash(seed), Kept.EMPTY, seed, 2);
    third.open();
    Kept found = found(third, now);
    third.expectDeleted(found);
    third.expectSnapshots(found);
    third.database().close();
  }

  private static List<String> brief(List<Kept> states) {
    return states.stream()
        .map(state ->
            "%s %s %s"
                .formatted(
                    state.served(),
                    state.deletedNames(),
                    state.snapshots().stream().map(Kept.Deleted::name).toList()))
        .toList();
  }

  private static Kept found(RecoveryRun run, List<Kept> candidates) {
    List<Kept> shown = candidates.stream().filter(run::shows).toList();
    assertThat(shown).as("%s is one of %s", run.shown(), brief(candidates)).isNotEmpty();
    return shown.getLast();
  }
}
