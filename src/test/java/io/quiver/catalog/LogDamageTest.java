package io.quiver.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Damage in the middle of the log: the server starts, those that may lack a write are set aside and
 * named, the others hold what was acknowledged, and writing goes on.
 */
class LogDamageTest {
  private DamagedLog log;
  private LogLife life;

  private void begin(long seed) throws IOException {
    log = new DamagedLog(seed);
    life = log.life;
  }

  @ParameterizedTest(name = "{0} of {1}, segment {2}")
  @CsvSource({
    "PAYLOAD, one, 1", "LENGTH, one, 1", "LSN, one, 1", "SYNCED_LSN, one, 1", "UUID, one, 1",
    "CRC, one, 1", "PAYLOAD, safe, 1", "UUID, safe, 1", "PAYLOAD, two, 0", "PAGE, one, 1",
    "FIRST_PAGE, one, 1", "HEADER, one, 1", "HEADER, one, 0", "CUT, two, 1", "MISSING, one, 1",
    "PAYLOAD, one, -1", "LENGTH, late, -1", "LSN, safe, -1", "UUID, one, -1", "CRC, late, -1",
    "SYNCED_LSN, two, -1", "FIRST_PAGE, one, -1", "HEADER, one, -1", "PAGE, one, 2"
  })
  void whoMayLackAWriteIsSetAsideAndTheOthersServe(DamagedLog.Kind kind, String owner, int segment)
      throws IOException {
    begin(17);
    int count = life.disk().list(LogLife.WAL).size();
    assertThat(count).isGreaterThan(3);
    Path file = log.segment(Math.floorMod(segment, count));
    Set<String> aside = log.damage(kind, owner, file);
    liveOn(aside, file, kind + " of " + owner);
    freeByDropping(aside, file, kind + " of " + owner);
  }

  @Test
  void severalDamagesAddUp() throws IOException {
    begin(18);
    Set<String> aside = log.damage(DamagedLog.Kind.PAYLOAD, "one", log.segment(0));
    aside.addAll(log.damage(DamagedLog.Kind.CRC, "one", log.segment(2)));
    assertThat(aside).containsExactly("one");
    aside.addAll(log.damage(DamagedLog.Kind.CRC, "two", log.segment(2)));
    aside.addAll(log.damage(DamagedLog.Kind.PAYLOAD, "safe", log.segment(1)));
    log.damage(DamagedLog.Kind.HEADER, "one", log.segment(1));
    assertThat(aside).containsExactly("one", "two");
    liveOn(aside, log.segment(0), "several");
    freeByDropping(aside, log.segment(0), "several");
  }

  /** Records that lie side by side, each of which still says whose it was. */
  @Test
  void neighboursThatAreDamagedAreToldApart() throws IOException {
    begin(19);
    LogBytes.Entry first = log.entryOf("one", log.segment(1));
    LogBytes.Entry second =
        log.entries.stream()
            .filter(entry -> entry.lsn() == first.lsn() + 1)
            .findFirst()
            .orElseThrow();
    LogBytes.flip(life.disk(), first.file(), first.offset() + 41);
    LogBytes.flip(life.disk(), second.file(), second.offset() + 41);
    assertThat(second.collection()).isNotEqualTo(first.collection());
    Set<String> aside = log.aside(List.of(first), true);
    aside.addAll(log.aside(List.of(second), true));
    liveOn(aside, log.segment(1), "neighbours");
  }

  /** Everything the promise says, over five lives: start, crash, start, stop, start. */
  private void liveOn(Set<String> aside, Path file, String what) throws IOException {
    byte[] damaged = life.disk().exists(file) ? life.disk().readAll(file) : new byte[0];
    log.expectCheckNames(aside, what);
    life.start();
    assertThat(life.health("database")).as(what).startsWith("DEGRADED").contains("; damaged: ");
    life.expectAside(aside, what);
    String young = "young";
    life.create(young);
    for (int i = 0; i < 12; i++) {
      for (String name : log.uuids.keySet()) {
        if (!aside.contains(name)) {
          life.write(name);
        }
      }
      life.write(young);
    }
    life.expectAside(aside, what + ", written");
    life.cut();
    life.start();
    life.expectAside(aside, what + ", after a crash");
    life.write(young);
    life.database().runMaintenance();
    life.expectAside(aside, what + ", after maintenance");
    if (!aside.isEmpty()) {
      assertThat(life.disk().exists(file) ? life.disk().readAll(file) : new byte[0])
          .as("%s: what is damaged stays as it is", what)
          .isEqualTo(damaged);
    }
    life.stop();
    if (aside.isEmpty()) {
      assertThat(log.checked()).as("%s: nobody needs it", what).isEmpty();
    } else {
      log.expectCheckNames(aside, what + ", stopped");
    }
    life.start();
    life.expectAside(aside, what + ", after a stop");
    life.write(young);
    life.expectAside(aside, what);
  }

  /** After the drops the damaged segment goes, and nothing of it is left at the next start. */
  private void freeByDropping(Set<String> aside, Path file, String what) throws IOException {
    aside.forEach(life::dropAcknowledged);
    life.expectAside(new TreeSet<>(), what + ", dropped");
    life.cut();
    life.start();
    life.expectAside(new TreeSet<>(), what + ", dropped and cut");
    life.database().runMaintenance();
    assertThat(life.disk().exists(file)).as(what).isFalse();
    assertThat(life.health("database")).as(what).startsWith("HEALTHY");
    life.write("young");
    life.cut();
    assertThat(log.checked()).as(what).isEmpty();
    life.start();
    life.expectAside(new TreeSet<>(), what + ", freed");
    assertThat(life.health("database")).as(what).startsWith("HEALTHY").doesNotContain("damaged");
    assertThat(life.disk().list(LogLife.ROOT.resolve(".deleted"))).as(what).isEmpty();
    life.stop();
  }
}
