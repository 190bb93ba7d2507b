package io.quiver.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import io.quiver.disk.FileFault;
import io.quiver.testkit.FaultyDisk;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;

/**
 * A data directory after a power cut, whose log is damaged in ways that are known. Who must be set
 * aside for it is worked out from the bytes before.
 *
 * <p>Four collections: {@code one} and {@code two} have all their writes in the log alone, {@code
 * safe} is checkpointed behind the first segments, {@code late} is made there.
 */
final class DamagedLog {
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

  final LogLife life;
  final Map<String, UUID> uuids = new TreeMap<>();
  final List<LogBytes.Entry> entries;
  private final long lateLsn; // The last one before "late" was made.

  /** Some 190 writes in several segments, one power cut. */
  DamagedLog(long seed) throws IOException {
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
  Path segment(int number) throws IOException {
    return LogLife.WAL.resolve(life.disk().list(LogLife.WAL).get(number));
  }

  LogBytes.Entry entryOf(String name, Path file) {
    List<LogBytes.Entry> own =
        entries.stream()
            .filter(entry -> entry.file().equals(file))
            .filter(entry -> entry.collection().equals(uuids.get(name)))
            .toList();
    return own.get(own.size() / 2);
  }

  /** Damages the log; returns who must be set aside for it. */
  Set<String> damage(Kind kind, String owner, Path file) throws IOException {
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
  Set<String> aside(List<LogBytes.Entry> lost, boolean isOwnerTold) {
    Set<String> aside = new TreeSet<>();
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

  /** The offline check finds damage of the log, and names exactly these for it. */
  void expectCheckNames(Set<String> aside, String what) throws IOException {
    Set<String> named = new TreeSet<>();
    List<String> faults = checked();
    for (String fault : faults) {
      assertThat(fault).as(what).contains(LogLife.WAL.toString(), "expected ", "found ", "lost");
      named.add(fault.substring(0, fault.indexOf(':')));
    }
    named.remove("");
    assertThat(faults).as(what).isNotEmpty();
    assertThat(named).as("%s: %s", what, faults).isEqualTo(aside);
  }

  /** What the offline check tells. */
  List<String> checked() throws IOException {
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
