package io.quiver.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import io.quiver.disk.FileFault;
import io.quiver.testkit.FaultyDisk;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Damage in the middle of the log: the server starts, those that may lack a write are set aside and
 * named, the others hold what was acknowledged, and writing goes on.
 *
 * <p>Four collections: {@code one} and {@code two} have all their writes in the log alone, {@code
 * safe} is checkpointed behind the damage, {@code late} is made behind it.
 */
class LogDamageTest {
  private static final List<String> EARLY = List.of("one", "two", "safe");
  private static final int PAGE_BYTES = 4096;

  /** What happens to the bytes, to which records, and whether it can be told whose they were. */
  enum Kind {
    PAYLOAD(40, true),
    LENGTH(4, false),
    LSN(8, false),
    SYNCED_LSN(16, true),
    UUID(24, false),
    CRC(0, true),
    PAGE(-1, false),
    FIRST_PAGE(-1, false),
    HEADER(-1, false),
    CUT(-1, false),
    MISSING(-1, false);

    private final int at;
    private final boolean tellsOwner;

    Kind(int at, boolean tellsOwner) {
      this.at = at;
      this.tellsOwner = tellsOwner;
    }

    boolean isOfOneRecord() {
      return at >= 0;
    }
  }

  private LogLife life;
  private final Map<String, UUID> uuids = new TreeMap<>();
  private List<LogBytes.Entry> entries = List.of();
  private long lateLsn; // The last one before "late" was made.

  /** Some 190 writes in several segments, one power cut. */
  private void write(long seed) throws IOException {
    life = new LogLife(seed);
    for (String name : EARLY) {
      uuids.put(name, life.create(name).uuid());
    }
    writeInTurn(50, EARLY);
    life.find("safe").checkpoint();
    lateLsn = life.lastLsn();
    uuids.put("late", life.create("late").uuid());
    writeInTurn(6, List.copyOf(uuids.keySet()));
    while (recordsInLastSegment() < 12) {
      writeInTurn(1, List.copyOf(uuids.keySet()));
    }
    life.cut();
    entries = LogBytes.read(life.disk(), LogLife.WAL);
    assertThat(entries).extracting(LogBytes.Entry::lsn).last().isEqualTo(life.lastLsn());
  }

  private long recordsInLastSegment() throws IOException {
    List<LogBytes.Entry> all = LogBytes.read(life.disk(), LogLife.WAL);
    return all.stream().filter(entry -> entry.file().equals(all.getLast().file())).count();
  }

  private void writeInTurn(int rounds, List<String> names) {
    for (int i = 0; i < rounds; i++) {
      names.forEach(life::write);
    }
  }

  /** The {@code number}th segment. */
  private Path segment(int number) throws IOException {
    return LogLife.WAL.resolve(life.disk().list(LogLife.WAL).get(number));
  }

  private LogBytes.Entry entryOf(String name, Path file) {
    List<LogBytes.Entry> own =
        entries.stream()
            .filter(entry -> entry.file().equals(file))
            .filter(entry -> entry.collection().equals(uuids.get(name)))
            .toList();
    return own.get(own.size() / 2);
  }

  /** Damages the log; returns who must be set aside for it. */
  private TreeSet<String> damage(Kind kind, String owner, Path file) throws IOException {
    FaultyDisk disk = life.disk();
    int size = disk.readAll(file).length;
    LogBytes.Entry entry = entryOf(owner, file);
    if (kind.isOfOneRecord()) {
      LogBytes.flip(disk, file, entry.offset() + kind.at);
      return aside(List.of(entry), kind.tellsOwner);
    }
    int from = 0;
    int to = size;
    switch (kind) {
      case PAGE -> {
        from = PAGE_BYTES;
        to = 2 * PAGE_BYTES;
        LogBytes.zero(disk, file, from, to);
      }
      case FIRST_PAGE -> {
        to = PAGE_BYTES;
        LogBytes.zero(disk, file, from, to);
      }
      case HEADER -> {
        to = LogBytes.HEADER_BYTES;
        LogBytes.zero(disk, file, from, to);
      }
      case CUT -> {
        from = entry.offset() + 50;
        LogBytes.cut(disk, file, from);
      }
      case MISSING -> LogBytes.delete(disk, file);
      case PAYLOAD, LENGTH, LSN, SYNCED_LSN, UUID, CRC -> throw new AssertionError(kind);
    }
    return aside(touched(file, from, to), kind.tellsOwner);
  }

  private List<LogBytes.Entry> touched(Path file, int from, int to) {
    return entries.stream()
        .filter(entry -> entry.file().equals(file))
        .filter(entry -> entry.offset() < to && from < entry.end())
        .toList();
  }

  /** Who may lack one of these records, which are neighbours, as files that were synced have it. */
  private TreeSet<String> aside(List<LogBytes.Entry> lost, boolean isOwnerTold) {
    TreeSet<String> aside = new TreeSet<>();
    if (lost.isEmpty()) {
      return aside;
    }
    for (String name : List.of("one", "two")) {
      if (!isOwnerTold || lost.getFirst().collection().equals(uuids.get(name))) {
        aside.add(name);
      }
    }
    if (lost.getLast().lsn() > lateLsn) {
      for (String name : List.of("late", "safe")) {
        if (!isOwnerTold || lost.getFirst().collection().equals(uuids.get(name))) {
          aside.add(name);
        }
      }
    }
    return aside;
  }

  @ParameterizedTest(name = "{0} of {1}, segment {2}")
  @CsvSource({
    "PAYLOAD, one, 1", "LENGTH, one, 1", "LSN, one, 1", "SYNCED_LSN, one, 1", "UUID, one, 1",
    "CRC, one, 1", "PAYLOAD, safe, 1", "UUID, safe, 1", "PAYLOAD, two, 0", "PAGE, one, 1",
    "FIRST_PAGE, one, 1", "HEADER, one, 1", "HEADER, one, 0", "CUT, two, 1", "MISSING, one, 1",
    "PAYLOAD, one, -1", "LENGTH, late, -1", "LSN, safe, -1", "UUID, one, -1", "CRC, late, -1",
    "SYNCED_LSN, two, -1", "FIRST_PAGE, one, -1", "HEADER, one, -1", "PAGE, one, 2"
  })
  void whoMayLackAWriteIsSetAsideAndTheOthersServe(Kind kind, String owner, int segment)
      throws IOException {
    write(17);
    int count = life.disk().list(LogLife.WAL).size();
    assertThat(count).isGreaterThan(3);
    Path file = segment(Math.floorMod(segment, count));
    TreeSet<String> aside = damage(kind, owner, file);
    liveOn(aside, file, kind + " of " + owner);
    freeByDropping(aside, file, kind + " of " + owner);
  }

  @Test
  void severalDamagesAddUp() throws IOException {
    write(18);
    TreeSet<String> aside = damage(Kind.PAYLOAD, "one", segment(0));
    aside.addAll(damage(Kind.CRC, "one", segment(2)));
    assertThat(aside).containsExactly("one");
    aside.addAll(damage(Kind.CRC, "two", segment(2)));
    aside.addAll(damage(Kind.PAYLOAD, "safe", segment(1)));
    damage(Kind.HEADER, "one", segment(1));
    assertThat(aside).containsExactly("one", "two");
    liveOn(aside, segment(0), "several");
    freeByDropping(aside, segment(0), "several");
  }

  /** Records that lie side by side, each of which still says whose it was. */
  @Test
  void neighboursThatAreDamagedAreToldApart() throws IOException {
    write(19);
    LogBytes.Entry first = entryOf("one", segment(1));
    LogBytes.Entry second =
        entries.stream().filter(entry -> entry.lsn() == first.lsn() + 1).findFirst().orElseThrow();
    LogBytes.flip(life.disk(), first.file(), first.offset() + 41);
    LogBytes.flip(life.disk(), second.file(), second.offset() + 41);
    assertThat(second.collection()).isNotEqualTo(first.collection());
    TreeSet<String> aside = aside(List.of(first), true);
    aside.addAll(aside(List.of(second), true));
    liveOn(aside, segment(1), "neighbours");
  }

  /** Everything the promise says, over five lives: start, crash, start, stop, start. */
  private void liveOn(TreeSet<String> aside, Path file, String what) throws IOException {
    byte[] damaged = life.disk().exists(file) ? life.disk().readAll(file) : new byte[0];
    expectCheckNames(aside, what);
    life.start();
    assertThat(life.health("database")).as(what).startsWith("DEGRADED").contains("; damaged: ");
    life.expectAside(aside, what);
    String young = "young";
    life.create(young);
    for (int i = 0; i < 12; i++) {
      for (String name : uuids.keySet()) {
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
      assertThat(checked()).as("%s: nobody needs it", what).isEmpty();
    } else {
      expectCheckNames(aside, what + ", stopped");
    }
    life.start();
    life.expectAside(aside, what + ", after a stop");
    life.write(young);
    life.expectAside(aside, what);
  }

  /** After the drops the damaged segment goes, and nothing of it is left at the next start. */
  private void freeByDropping(TreeSet<String> aside, Path file, String what) throws IOException {
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
    assertThat(checked()).as(what).isEmpty();
    life.start();
    life.expectAside(new TreeSet<>(), what + ", freed");
    assertThat(life.health("database")).as(what).startsWith("HEALTHY").doesNotContain("damaged");
    assertThat(life.disk().list(LogLife.ROOT.resolve(".deleted"))).as(what).isEmpty();
    life.stop();
  }

  private void expectCheckNames(TreeSet<String> aside, String what) throws IOException {
    TreeSet<String> named = new TreeSet<>();
    List<String> faults = checked();
    for (String fault : faults) {
      assertThat(fault).as(what).contains(LogLife.WAL.toString(), "expected ", "found ", "lost");
      named.add(fault.substring(0, fault.indexOf(':')));
    }
    named.remove("");
    assertThat(faults).as(what).isNotEmpty();
    assertThat(named).as("%s: %s", what, faults).isEqualTo(aside);
  }

  private List<String> checked() throws IOException {
    List<String> faults = new ArrayList<>();
    Check.run(
        life.disk(),
        LogLife.ROOT,
        new Check.Listener() {
          @Override
          public void fault(String collection, FileFault fault, boolean isDerived) {
            faults.add(collection + ": " + fault);
          }

          @Override
          public void note(Path file, String what) {}

          @Override
          public void progress(long bytes) {}
        });
    return faults;
  }
}
