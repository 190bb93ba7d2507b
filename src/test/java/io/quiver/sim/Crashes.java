package io.quiver.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.quiver.testkit.FaultyDisk;
import io.quiver.testkit.Loss;
import io.quiver.testkit.SimulatedCrash;
import java.io.IOException;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** Plays the history of a seed with a crash at each of its I/O calls, and counts what it met. */
final class Crashes {
  private static final int STEPS = 40;

  private final Set<Event> events = EnumSet.noneOf(Event.class);
  private final Loss.Tally losses = new Loss.Tally();
  private long points;

  /** Crashes played so far; the second one of each, which falls into the recovery, not counted. */
  long points() {
    return points;
  }

  Set<Event> events() {
    return events;
  }

  Loss.Tally losses() {
    return losses;
  }

  /**
   * A crash at every call of the history of a seed.
   *
   * @param mixedDurability about half of the writes ask for the operating system only
   */
  void everywhere(long seed, boolean mixedDurability) {
    long calls = at(seed, mixedDurability, Long.MAX_VALUE);
    assertThat(calls).as("the history does something").isGreaterThan(10);
    for (long call = 1; call <= calls; call++) {
      at(seed, mixedDurability, call);
      points++;
    }
  }

  /**
   * A crash at one call.
   *
   * @return how many I/O calls there were
   * @throws AssertionError with a command that repeats it
   */
  long at(long seed, boolean mixedDurability, long call) {
    try {
      return play(seed, History.of(seed, STEPS, mixedDurability), call);
    } catch (AssertionError | RuntimeException | IOException e) {
      throw new AssertionError(
          ("seed=%d os=%s call=%d: mvn test -Dtest=CrashProfileTest -Dquiver.sim.points=1"
                  + " -Dquiver.sim.seed=%d -Dquiver.sim.os=%s -Dquiver.sim.call=%d")
              .formatted(seed, mixedDurability, call, seed, mixedDurability, call),
          e);
    }
  }

  private long play(long seed, List<History.Step> steps, long crashAt) throws IOException {
    FaultyDisk disk = new FaultyDisk(seed);
    disk.crashAt(crashAt);
    Run run = new Run(disk, Model.EMPTY, 0);
    try {
      run.open();
      if (crashAt == Long.MAX_VALUE) {
        run.playAndObserve(steps);
      } else {
        run.play(steps);
      }
      Model found = Verifier.read(run.database());
      assertThat(found).isEqualTo(run.candidates().getLast());
      Verifier.search(run.database(), found);
      run.database().close();
      events.addAll(run.events());
      return disk.calls();
    } catch (SimulatedCrash crash) {
      run.halt();
    }
    boolean isKill = (seed + crashAt) % 8 == 0;
    long crashSeed = seed * 31 + crashAt;
    FaultyDisk left = isKill ? disk.afterKill(crashSeed) : disk.afterCrash(crashSeed);
    losses.add(left.losses());
    recoverTwice(seed, crashAt, left, run, isKill);
    return disk.calls();
  }

  /**
   * The second crash, a power cut, falls into the recovery from the first, or the writes after it.
   */
  private void recoverTwice(long seed, long crashAt, FaultyDisk disk, Run first, boolean isKill)
      throws IOException {
    disk.crashAt(disk.calls() + 1 + (seed + crashAt * 7) % 60);
    Run second = new Run(disk, Model.EMPTY, 1);
    List<Model> now = first.candidates();
    try {
      second.open();
      Model found = check(second, isKill ? first.afterKill() : first.candidates());
      second.begin(found);
      now = second.candidates();
      second.play(History.of(seed + crashAt, 8, false));
      second.database().close();
      return;
    } catch (SimulatedCrash crash) {
      second.halt();
    }
    Run third = new Run(disk.afterCrash(seed), Model.EMPTY, 2);
    third.open();
    check(third, now);
    third.database().close();
  }

  private Model check(Run run, List<Model> candidates) {
    Model found = Verifier.read(run.database());
    assertThat(candidates).as("acknowledged <= recovered <= sent").contains(found);
    if (!found.equals(candidates.getLast())) {
      events.add(Event.LOST_SUFFIX);
    }
    Verifier.search(run.database(), found);
    run.database().runMaintenance();
    assertThat(Verifier.read(run.database())).as("maintenance changes nothing").isEqualTo(found);
    Verifier.search(run.database(), found);
    return found;
  }
}
