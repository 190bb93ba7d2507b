package io.quiver.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quiver.core.CollectionName;
import io.quiver.core.ErrorCode;
import io.quiver.core.QuiverException;
import io.quiver.testkit.FaultyDisk;
import io.quiver.testkit.SimulatedCrash;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A damaged log together with crashes, drops, a disk that refuses, and chance. {@code
 * -Dquiver.log.rounds=1000} leaves more to chance.
 */
class LogDamageEdgesTest {
  private static final int ROUNDS = Integer.getInteger("quiver.log.rounds", 12);
  private static final Set<String> NOBODY = new TreeSet<>();

  /** The start on a damaged log writes; cut off at any call, the next start finds the same. */
  @ParameterizedTest
  @CsvSource({"PAYLOAD, one, -1", "UUID, two, 1", "HEADER, one, -1", "FIRST_PAGE, one, -1"})
  void aPowerCutAtAnyCallOfTheStartChangesNothing(DamagedLog.Kind kind, String owner, int segment)
      throws IOException {
    DamagedLog log = new DamagedLog(23);
    int count = log.life.disk().list(LogLife.WAL).size();
    Path file = log.segment(Math.floorMod(segment, count));
    Set<String> aside = log.damage(kind, owner, file);
    byte[] damaged = log.life.disk().readAll(file);
    int call = 0;
    for (boolean isCrashed = true; isCrashed; ) {
      call++;
      String what = "%s, call %d".formatted(kind, call);
      LogLife life = log.life.fork(call);
      life.disk().crashAt(call);
      isCrashed = isCrashed(life);
      life.cut();
      life.start();
      life.expectAside(aside, what);
      assertThat(life.disk().readAll(file)).as(what).isEqualTo(damaged);
      life.create("after");
      life.write("after");
      life.cut();
      life.start();
      life.expectAside(aside, what + ", and again");
      life.stop();
    }
    assertThat(call).isGreaterThan(10);
  }

  private static boolean isCrashed(LogLife life) throws IOException {
    try {
      life.start();
      life.create("young");
      life.write("young");
      return false;
    } catch (SimulatedCrash e) {
      return true;
    }
  }

  /** Only the damaged record names it. Once it is dropped, no other may be taken for its owner. */
  @Test
  void theRecordOfADroppedCollectionIsNobodyElses() throws IOException {
    LogLife life = new LogLife(31);
    life.create("one");
    life.create("brief");
    life.write("one");
    life.write("brief");
    life.write("one");
    life.cut();
    LogBytes.Entry only = LogBytes.read(life.disk(), LogLife.WAL).get(1);
    LogBytes.flip(life.disk(), only.file(), only.offset() + 44);
    life.start();
    life.expectAside(new TreeSet<>(List.of("brief")), "damaged");
    life.dropAcknowledged("brief");
    for (int start = 0; start < 3; start++) {
      life.cut();
      life.start();
      life.expectAside(NOBODY, "start " + start);
      assertThat(life.disk().exists(only.file())).as("nothing shortened the log").isTrue();
    }
    life.database().runMaintenance();
    life.cut();
    life.start();
    life.expectAside(NOBODY, "shortened");
    assertThat(life.disk().exists(only.file())).isFalse();
    assertThat(life.disk().list(LogLife.ROOT.resolve(".deleted"))).isEmpty();
  }

  /** It was gone before the damage came; its other records show that its name is one. */
  @Test
  void aRecordOfOneThatWasDroppedLongAgoCostsNobody() throws IOException {
    LogLife life = new LogLife(32);
    life.create("one");
    life.create("gone");
    for (int i = 0; i < 5; i++) {
      life.write("one");
      life.write("gone");
    }
    life.dropAcknowledged("gone");
    life.cut();
    life.start();
    life.disk().syncDirectory(LogLife.ROOT.resolve(".deleted"));
    life.cut();
    assertThat(life.disk().list(LogLife.ROOT.resolve(".deleted"))).isEmpty();
    LogBytes.Entry entry = LogBytes.read(life.disk(), LogLife.WAL).get(3);
    LogBytes.flip(life.disk(), entry.file(), entry.offset() + 44);
    life.start();
    life.expectAside(NOBODY, "dropped before");
    assertThat(life.health("database")).startsWith("DEGRADED");
  }

  /** Nobody needs a record then, and the log says so: also not one that was idle for long. */
  @Test
  void damageOfWhatACleanStopSettledCostsNobody() throws IOException {
    LogLife life = new LogLife(36);
    life.create("one");
    life.create("idle");
    for (int stop = 0; stop < 3; stop++) {
      life.write("one");
      life.write("idle");
      life.write("one");
      life.stop();
      for (LogBytes.Entry entry : LogBytes.read(life.disk(), LogLife.WAL)) {
        LogBytes.flip(life.disk(), entry.file(), entry.offset() + 26); // In the uuid.
      }
      life.start();
      life.expectAside(NOBODY, "stop " + stop);
      life.stop();
      life.start();
      life.expectAside(NOBODY, "stopped again");
    }
  }

  /** What it lost was its first write: no record of it waits for a checkpoint. */
  @Test
  void theLogIsKeptForOneThatHasNothingElseInIt() throws IOException {
    LogLife life = new LogLife(35);
    life.create("one");
    life.create("brief");
    life.write("brief");
    for (int i = 0; i < 150; i++) {
      life.write("one");
    }
    life.cut();
    LogBytes.Entry first = LogBytes.read(life.disk(), LogLife.WAL).getFirst();
    LogBytes.flip(life.disk(), first.file(), first.offset() + 44);
    Set<String> aside = new TreeSet<>(List.of("brief"));
    for (int start = 0; start < 3; start++) {
      life.start();
      life.database().runMaintenance();
      life.expectAside(aside, "start " + start);
      life.write("one");
      life.stop();
    }
    life.start();
    life.dropAcknowledged("brief");
    life.database().runMaintenance();
    assertThat(life.disk().exists(first.file())).isFalse();
    life.expectAside(NOBODY, "dropped");
  }

  /** Whichever call fails at the start: it fails, or all is as it should be; so is the next one. */
  @ParameterizedTest
  @CsvSource({"PAYLOAD, one, true", "HEADER, two, false"})
  void oneCallThatTheDiskRefusesAtTheStartChangesNothing(
      DamagedLog.Kind kind, String owner, boolean isFull) throws IOException {
    DamagedLog log = new DamagedLog(24);
    Path last = log.segment(log.life.disk().list(LogLife.WAL).size() - 1);
    Set<String> aside = log.damage(kind, owner, last);
    byte[] damaged = log.life.disk().readAll(last);
    IOException reason = new IOException(isFull ? "No space left on device" : "Input/output error");
    int served = 0;
    for (int call = 1; call < 40; call++) {
      String what = "%s, call %d".formatted(kind, call);
      LogLife life = log.life.fork(call);
      life.disk().failAt(call, reason);
      if (starts(life)) {
        served++;
        life.expectAside(aside, what);
        writeIfItCan(life);
        life.expectAside(aside, what + ", written");
      }
      life.disk().heal();
      life.cut();
      life.start();
      life.expectAside(aside, what + ", and again");
      life.write("safe");
      assertThat(life.disk().readAll(last)).as(what).isEqualTo(damaged);
      life.stop();
    }
    assertThat(served).isGreaterThan(3);
  }

  private static boolean starts(LogLife life) {
    try {
      life.start();
      return true;
    } catch (IOException | QuiverException e) {
      return false;
    }
  }

  private static void writeIfItCan(LogLife life) {
    try {
      life.write("safe");
    } catch (QuiverException e) {
      assertThat(e.code()).isIn(ErrorCode.READ_ONLY, ErrorCode.STORAGE_FULL, ErrorCode.UNAVAILABLE);
    }
  }

  @Test
  void oneWhoseManifestIsDamagedCanBeDroppedAndMadeAnew() throws IOException {
    LogLife life = new LogLife(33);
    life.create("one");
    life.create("two");
    life.write("one");
    life.write("two");
    life.cut();
    LogBytes.flip(life.disk(), LogLife.ROOT.resolve("two/metadata.json"), 40);
    life.start();
    CollectionName two = new CollectionName("two");
    assertThat(life.database().isSetAside(two)).isTrue();
    assertThat(life.health("vectorstore")).contains("1 collections set aside");
    life.dropAcknowledged("two");
    assertThat(life.database().isSetAside(two)).isFalse();
    assertThatThrownBy(() -> life.database().drop(two))
        .extracting(e -> ((QuiverException) e).code())
        .isEqualTo(ErrorCode.COLLECTION_NOT_FOUND);
    life.expectAside(NOBODY, "dropped");
    life.cut();
    life.start();
    life.expectAside(NOBODY, "dropped and cut");
    life.create("two");
    life.write("two");
    life.database().runMaintenance();
    assertThat(life.disk().list(LogLife.ROOT.resolve(".deleted"))).isEmpty();
    life.cut();
    life.start();
    life.expectAside(NOBODY, "made anew");
  }

  /** Whatever rots, but the one record that has no later one to vouch for it: nothing is wrong. */
  @ParameterizedTest(name = "seed={0}")
  @ValueSource(longs = {1, 2, 3, 5, 8})
  void randomDamageNeverCostsACollectionThatIsServedAWrite(long seed) throws IOException {
    DamagedLog log = new DamagedLog(seed);
    SplittableRandom random = new SplittableRandom(seed);
    Map<Integer, Integer> asides = new TreeMap<>();
    for (int round = 0; round < ROUNDS; round++) {
      LogLife life = log.life.fork(round);
      StringBuilder what = new StringBuilder("seed " + seed + ", round " + round);
      for (int damages = 1 + random.nextInt(3); damages > 0; damages--) {
        what.append(", ").append(damage(life.disk(), log.entries, random));
      }
      life.start();
      Set<String> aside = life.aside();
      asides.merge(aside.size(), 1, Integer::sum);
      life.expectAside(aside, what.toString());
      life.create("young");
      life.write("young");
      life.cut();
      life.start();
      life.expectAside(aside, what + ", and again");
      aside.forEach(life::dropAcknowledged);
      life.cut();
      life.start();
      life.expectAside(NOBODY, what + ", dropped");
      life.stop();
    }
    assertThat(asides).as("%s", asides).hasSizeGreaterThan(1);
  }

  private static String damage(
      FaultyDisk disk, List<LogBytes.Entry> entries, SplittableRandom random) throws IOException {
    List<String> names = disk.list(LogLife.WAL);
    String name = names.get(random.nextInt(names.size()));
    Path file = LogLife.WAL.resolve(name);
    LogBytes.Entry last = entries.getLast();
    int end = file.equals(last.file()) ? last.offset() : disk.readAll(file).length;
    int at = random.nextInt(Math.max(1, end));
    switch (random.nextInt(file.equals(last.file()) ? 2 : 4)) {
      case 0 -> LogBytes.flip(disk, file, at);
      case 1 -> LogBytes.zero(disk, file, at, Math.min(end, at + random.nextInt(5_000)));
      case 2 -> LogBytes.cut(disk, file, at);
      default -> {
        if (!name.equals(names.getFirst())) { // That would be a log that was shortened.
          LogBytes.delete(disk, file);
        }
      }
    }
    return name + " at " + at;
  }
}
