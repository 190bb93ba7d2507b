package io.quiver.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.quiver.core.DenseVector;
import io.quiver.core.Durability;
import io.quiver.core.Metadata;
import io.quiver.core.Metric;
import io.quiver.core.VectorId;
import io.quiver.message.OnError;
import io.quiver.message.Row;
import io.quiver.message.WriteMode;
import io.quiver.testkit.FaultyDisk;
import io.quiver.testkit.FaultyDisk.Call;
import io.quiver.testkit.SimulatedCrash;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A checkpoint fails at any of its syncs or renames, so that its manifest may be on stable storage
 * or not; the next one is cut off by a power cut at any of its calls. What one of them named, the
 * other may not have written to.
 */
class FailedCheckpointSimulationTest {
  private static final String NAME = "c0";
  private static final int CALLS_MAX = 10; // Of either kind, in one checkpoint.
  private static final int CRASHES = 2;

  @ParameterizedTest
  @EnumSource(names = {"FORCE", "OTHER"})
  void aPowerCutInTheOneThatFollowsLosesNothing(Call failing) throws IOException {
    int points = 0;
    for (int failAt = 0; failAt < CALLS_MAX; failAt++) {
      boolean isCrashed = true;
      for (int crashAt = 1; isCrashed; crashAt++) {
        try {
          isCrashed = play(failing, failAt, crashAt);
        } catch (AssertionError | RuntimeException e) {
          throw new AssertionError(
              "%s failAt=%d crashAt=%d".formatted(failing, failAt, crashAt), e);
        }
        points++;
      }
    }
    assertThat(points).isGreaterThan(200);
  }

  /** False if the second checkpoint ended before the crash. */
  private static boolean play(Call failing, int failAt, int crashAt) throws IOException {
    FaultyDisk disk = new FaultyDisk(failAt * 61L + crashAt);
    Run run = new Run(disk, Model.EMPTY, 0);
    run.open();
    run.play(
        List.of(
            new History.Step.Create(NAME, Metric.EUCLIDEAN, 3, 1),
            put(0, 12),
            new History.Step.Maintain(),
            put(6, 18)));
    disk.failAllAfter(failAt, failing, new IOException("Input/output error"));
    run.attempt(new History.Step.Maintain());
    disk.heal();
    run.attempt(put(16, 20)); // Refused if it was the log whose sync failed.
    disk.crashAt(disk.calls() + crashAt);
    boolean isCrashed = false;
    try {
      run.database().runMaintenance();
    } catch (SimulatedCrash crash) {
      isCrashed = true;
    }
    run.halt();
    for (int seed = 0; seed < CRASHES; seed++) {
      Run after = new Run(disk.afterCrash(seed), Model.EMPTY, 1);
      after.open();
      Model found = Verifier.read(after.database());
      assertThat(run.candidates()).contains(found);
      Verifier.search(after.database(), found);
      after.halt();
    }
    return isCrashed;
  }

  private static History.Step put(int from, int to) {
    List<Row> rows = new ArrayList<>();
    for (int i = from; i < to; i++) {
      rows.add(new Row(new VectorId("id" + i), DenseVector.of(i, from, 1), Metadata.ABSENT));
    }
    return new History.Step.Put(NAME, WriteMode.UPSERT, OnError.ABORT, rows, Durability.FSYNC);
  }
}
