package io.quiver.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.quiver.core.DenseVector;
import io.quiver.core.Durability;
import io.quiver.core.ErrorCode;
import io.quiver.core.Metadata;
import io.quiver.core.Metric;
import io.quiver.core.QuiverException;
import io.quiver.core.VectorId;
import io.quiver.message.HealthReport.Component;
import io.quiver.message.HealthReport.Status;
import io.quiver.message.OnError;
import io.quiver.message.Row;
import io.quiver.message.WriteMode;
import io.quiver.testkit.FaultyDisk;
import io.quiver.testkit.FaultyDisk.Call;
import io.quiver.testkit.FaultyDisk.Fault;
import java.io.IOException;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A disk in trouble for a while, beginning at any call of random histories: for one call, for a
 * few, or until it is healed. Reads stay right, refusals say why, health tells; when the trouble is
 * over writes work again and health says so, unless a sync of the log failed. Then a power cut, and
 * a kill after which the system has let go of what it could not write: what was acknowledged is
 * there, once.
 *
 * <p>More of it: {@code -Dtest.jvm.extra="-Dquiver.sim.troubles=20 -Dquiver.sim.stride=1"}.
 */
class DiskTroubleSimulationTest {
  private static final int STEPS = 30;
  private static final int STEPS_MORE = 6;
  private static final int SEEDS = Integer.getInteger("quiver.sim.troubles", 3);
  private static final int STRIDE = Integer.getInteger("quiver.sim.stride", 7);

  enum Trouble {
    FULL("No space left on device", "disk_full"),
    BAD_WRITES("Input/output error", "io_error"),
    BAD_SYNCS("Input/output error", "io_error"),
    BAD_READS("Input/output error", "io_error"),
    NO_HANDLES("Too many open files", "no_file_handles"),
    READ_ONLY("Read-only file system", "read_only");

    final String text;
    final String reason;

    Trouble(String text, String reason) {
      this.text = text;
      this.reason = reason;
    }

    Set<Call> calls() {
      return switch (this) {
        case FULL -> EnumSet.of(Call.WRITE, Call.OTHER);
        case BAD_WRITES -> EnumSet.of(Call.WRITE);
        case BAD_SYNCS -> EnumSet.of(Call.FORCE);
        case BAD_READS -> EnumSet.of(Call.READ);
        case NO_HANDLES -> EnumSet.of(Call.OPEN, Call.OPEN_READ_ONLY);
        case READ_ONLY -> EnumSet.of(Call.WRITE, Call.OTHER, Call.OPEN);
      };
    }
  }

  @ParameterizedTest
  @EnumSource
  void troubleThatPassesLeavesNoTrace(Trouble trouble) throws IOException {
    for (long seed = 1; seed <= SEEDS; seed++) {
      List<History.Step> steps = History.of(seed, STEPS, false);
      long calls = Long.MAX_VALUE;
      for (long call = 1 + seed % STRIDE; call <= calls; call += STRIDE) {
        try {
          calls = play(seed, steps, trouble, call);
        } catch (AssertionError | RuntimeException | IOException e) {
          throw new AssertionError("%s seed=%d call=%d".formatted(trouble, seed, call), e);
        }
      }
    }
  }

  /** Returns how many calls the history has. */
  private static long play(long seed, List<History.Step> steps, Trouble trouble, long from)
      throws IOException {
    FaultyDisk disk = new FaultyDisk(seed);
    Run run = new Run(disk, Model.EMPTY, 0);
    run.open();
    long before = disk.calls();
    long count = List.of(1L, 5L, Long.MAX_VALUE).get((int) ((seed + from / STRIDE) % 3));
    disk.fail(new Fault(before + from, count, trouble.calls(), new IOException(trouble.text)));
    boolean isOpen = true;
    int left = STEPS_MORE;
    for (int i = 0; i < steps.size() && isOpen && left > 0; i++) {
      isOpen = run.attempt(steps.get(i)) && !isSetAside(run);
      if (isOpen) {
        run.refusal().ifPresent(refused -> checkRefusal(refused, trouble));
        checkReads(run, disk);
      }
      left -= disk.calls() >= before + from ? 1 : 0;
    }
    disk.heal();
    if (isOpen) {
      checkHealed(run);
    }
    run.halt();
    checkAfter(run, disk.afterCrash(seed + from), "power cut");
    FaultyDisk killed = from % 2 == 0 ? disk.afterKill(seed) : disk.afterKillAndEviction(seed);
    Run second = checkAfter(run, killed, "kill");
    second.play(History.of(seed + from, STEPS_MORE, false));
    second.halt();
    checkAfter(second, killed.afterCrash(seed), "power cut after a kill");
    return disk.calls() - before;
  }

  /** A manifest that cannot be read at a start keeps its collection out until the next one. */
  private static boolean isSetAside(Run run) {
    return run.database().health().stream()
        .anyMatch(each -> each.name().equals("vectorstore") && each.status() == Status.DEGRADED);
  }

  private static void checkRefusal(QuiverException refused, Trouble trouble) {
    ErrorCode code = refused.code();
    if (code == ErrorCode.COLLECTION_DAMAGED || code == ErrorCode.COLLECTION_ALREADY_EXISTS) {
      assertThat(trouble).as("%s", refused).isEqualTo(Trouble.BAD_READS);
      return;
    }
    assertThat(refused.details()).as("%s", refused).containsEntry("reason", trouble.reason);
    boolean isLogStopped = trouble == Trouble.BAD_SYNCS && code == ErrorCode.READ_ONLY;
    if (!refused.details().containsKey("outcome") && !isLogStopped) {
      assertThat(code)
          .isEqualTo(
              switch (trouble) {
                case FULL -> ErrorCode.STORAGE_FULL;
                case READ_ONLY -> ErrorCode.READ_ONLY;
                case BAD_WRITES, BAD_SYNCS, BAD_READS, NO_HANDLES -> ErrorCode.UNAVAILABLE;
              });
    }
  }

  /** Whatever is open answers right; what is not may need the disk. */
  private static void checkReads(Run run, FaultyDisk disk) {
    Model found;
    try {
      found = Verifier.read(run.database());
    } catch (QuiverException refused) {
      assertThat(run.database().collections()).anyMatch(each -> !each.isOpen());
      disk.heal();
      found = Verifier.read(run.database());
    }
    assertThat(run.live()).as("reads show the acknowledged state").contains(found);
    run.pin(found);
    Verifier.search(run.database(), found);
  }

  private static void checkHealed(Run run) throws IOException {
    run.database().runMaintenance();
    List<Component> sick =
        run.database().health().stream().filter(each -> each.status() == Status.UNHEALTHY).toList();
    History.Step create = new History.Step.Create("after", Metric.EUCLIDEAN, 3, 1);
    Row row = new Row(new VectorId("id1"), DenseVector.of(1, 2, 3), Metadata.ABSENT);
    History.Step put =
        new History.Step.Put(
            "after", WriteMode.UPSERT, OnError.ABORT, List.of(row), Durability.FSYNC);
    run.attempt(create);
    run.attempt(put);
    if (sick.isEmpty()) {
      assertThat(run.refusal()).isEmpty();
    } else {
      assertThat(sick).extracting(Component::name).containsExactly("database");
      assertThat(run.refusal().orElseThrow().code()).isEqualTo(ErrorCode.READ_ONLY);
    }
    Model found = Verifier.read(run.database());
    assertThat(run.live()).contains(found);
    run.pin(found);
    Verifier.search(run.database(), found);
  }

  private static Run checkAfter(Run run, FaultyDisk disk, String what) throws IOException {
    Run after = new Run(disk, Model.EMPTY, 1);
    after.open();
    Model found = Verifier.read(after.database());
    Model real = run.withoutGhosts(found);
    assertThat(run.candidates())
        .as("acknowledged <= found after a %s <= sent", what)
        .contains(real);
    Verifier.search(after.database(), found);
    after.begin(found);
    return after;
  }
}
