package io.quiver.sim;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * The threads of a node, in orders that seeds decide; see {@link Interleaving}. {@code
 * -Dquiver.sim.schedules=N} plays more, {@code -Dquiver.sim.seed} one.
 */
class InterleavingTest {
  private static final long SCHEDULES = Long.getLong("quiver.sim.schedules", 2_000);

  @Test
  void readersAndRecoverySeeWhatWasWrittenInEveryOrderOfThreads() throws Throwable {
    Long only = Long.getLong("quiver.sim.seed");
    long first = only == null ? 1 : only;
    long last = only == null ? SCHEDULES : only;
    long crashed = 0;
    long steps = 0;
    long reads = 0;
    long rounds = 0;
    long calls = 0;
    long scrubs = 0;
    Map<Event, Integer> seedsByEvent = new EnumMap<>(Event.class);
    for (long seed = first; seed <= last; seed++) {
      Interleaving.Outcome outcome = Interleaving.play(seed);
      crashed += outcome.isCrashed() ? 1 : 0;
      steps += outcome.steps();
      reads += outcome.reads();
      rounds += outcome.rounds();
      calls += outcome.calls();
      scrubs += outcome.scrubs();
      outcome.events().forEach(event -> seedsByEvent.merge(event, 1, Integer::sum));
    }
    System.out.printf(
        "%d schedules, %d crashed, %d steps, %d I/O calls, %d reads, %d rounds of maintenance,"
            + " %d scrubs: %s%n",
        last - first + 1, crashed, steps, calls, reads, rounds, scrubs, seedsByEvent);
    if (only == null) {
      assertThat(scrubs).isGreaterThan(100);
      assertThat(seedsByEvent.keySet())
          .contains(
              Event.CHECKPOINT,
              Event.COMPACTION,
              Event.GRAPH_WRITTEN,
              Event.SEGMENT_ROLL,
              Event.LOG_SHORTENED,
              Event.DROP);
    }
  }

  @Test
  void theSameSeedGivesTheSameOrder() throws Throwable {
    for (long seed = 1; seed <= 20; seed++) {
      assertThat(Interleaving.play(seed)).isEqualTo(Interleaving.play(seed));
    }
    assertThat(Interleaving.play(1).trace()).isNotEqualTo(Interleaving.play(2).trace());
  }
}
