package io.quiver.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.quiver.core.ErrorCode;
import io.quiver.core.QuiverException;
import io.quiver.testkit.FaultyDisk;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The disk refuses one call, any one, of random histories: a full disk, an I/O error, a failed
 * sync. The step that meets it fails or succeeds as a whole; reads stay right; later writes work
 * again, or after a failed sync of the log are all refused; and a restart finds what was
 * acknowledged.
 */
class DiskFaultSimulationTest {
  private static final int STEPS = 40;

  @ParameterizedTest(name = "seed={0}")
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void aRefusedCallChangesNothingThatWasAcknowledged(long seed) throws IOException {
    List<History.Step> steps = History.of(seed, STEPS, false);
    long calls = play(seed, steps, Long.MAX_VALUE);
    assertThat(calls).isGreaterThan(90);
    for (long call = 1; call <= calls; call++) {
      try {
        play(seed, steps, call);
      } catch (AssertionError | RuntimeException | IOException e) {
        throw new AssertionError("seed=%d call=%d of %d".formatted(seed, call, calls), e);
      }
    }
  }

  private static long play(long seed, List<History.Step> steps, long failAt) throws IOException {
    FaultyDisk disk = new FaultyDisk(seed);
    Run run = new Run(disk, Model.EMPTY, 0);
    run.open();
    disk.failAt(disk.calls() + failAt, new IOException("No space left on device"));
    long before = disk.calls();
    for (History.Step step : steps) {
      if (!run.attempt(step)) {
        break; // A restart that met the refusal: the directory is opened anew below.
      }
      Model found = read(run);
      assertThat(run.live()).as("reads show the acknowledged state").contains(found);
      run.pin(found);
      Verifier.search(run.database(), found);
    }
    long calls = disk.calls() - before;
    run.halt();
    disk.heal();
    Run after = new Run(disk.afterKill(seed), Model.EMPTY, 1);
    after.open();
    Model found = Verifier.read(after.database());
    assertThat(run.candidates()).as("acknowledged <= recovered <= sent").contains(found);
    Verifier.search(after.database(), found);
    after.database().close();
    return calls;
  }

  /** A read may meet the refusal, too: the first use of a collection opens its files. */
  private static Model read(Run run) {
    try {
      return Verifier.read(run.database());
    } catch (QuiverException refused) {
      assertThat(refused.code()).isEqualTo(ErrorCode.STORAGE_FULL);
      return Verifier.read(run.database());
    }
  }
}
