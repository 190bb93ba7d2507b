package io.quiver.wal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.quiver.disk.DiskFile;
import io.quiver.testkit.FaultyDisk;
import io.quiver.testkit.SimulatedCrash;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Files that are not what was written. The layout is written down here once more, in numbers. */
class WalDamageTest {
  private static final Path FOLDER = Path.of("/wal");
  private static final Path FIRST = FOLDER.resolve("00000000000000000001.wal");
  private static final UUID COLLECTION = new UUID(3, 4);
  private static final WalOptions ONE_SEGMENT = new WalOptions(1 << 20, 1 << 16);
  private static final int HEADER_BYTES = 64;

  private final FaultyDisk disk = new FaultyDisk(9);
  private final SplittableRandom random = new SplittableRandom(9);

  /** A crash may cut the log at any byte: exactly the records that end before the cut come back. */
  @Test
  void everyCutKeepsExactlyTheWholeRecords() throws IOException {
    List<byte[]> written = new ArrayList<>();
    TreeMap<Integer, Integer> wholeAt = new TreeMap<>();
    int end = HEADER_BYTES;
    wholeAt.put(0, 0);
    Wal wal = open(ONE_SEGMENT);
    for (int i = 0; i < 30; i++) {
      byte[] payload = new byte[random.nextInt(100)];
      random.nextBytes(payload);
      written.add(payload);
      wal.append(COLLECTION, MemorySegment.ofArray(payload));
      end += (40 + payload.length + 7) / 8 * 8;
      wholeAt.put(end, written.size());
    }
    wal.sync(false);
    byte[] log = disk.readAll(FIRST);
    assertThat(log).hasSize(end);
    for (int cut = 0; cut <= log.length; cut++) {
      FaultyDisk other = diskWith(FIRST, Arrays.copyOf(log, cut));
      int whole = wholeAt.floorEntry(cut).getValue();
      assertThat(replayed(other))
          .as("cut=%d", cut)
          .containsExactlyElementsOf(written.subList(0, whole));
      try (Wal again = Wal.open(other, FOLDER, ONE_SEGMENT)) {
        assertThat(again.tornTail()).as("was cut off before").isEmpty();
        assertThat(again.append(COLLECTION, MemorySegment.ofArray(new byte[3])))
            .isEqualTo(whole + 1);
      }
    }
  }

  @Test
  void aTornTailIsReportedWithItsPlace() throws IOException {
    Wal wal = open(ONE_SEGMENT);
    append(wal, "whole");
    wal.sync(false);
    int end = disk.readAll(FIRST).length;
    append(wal, "torn");
    wal.sync(false);
    byte[] log = disk.readAll(FIRST);
    try (Wal again =
        Wal.open(diskWith(FIRST, Arrays.copyOf(log, log.length - 1)), FOLDER, ONE_SEGMENT)) {
      assertThat(again.tornTail())
          .hasValueSatisfying(torn -> {
            assertThat(torn.file()).isEqualTo(FIRST);
            assertThat(torn.offset()).isEqualTo(end);
            assertThat(torn.bytes()).isEqualTo(log.length - 1 - end);
            assertThat(torn.expected()).isEqualTo("record of 48 bytes");
            assertThat(torn.found()).isEqualTo("47 bytes");
          });
    }
  }

  /** A new segment is begun only once the one before is forced: nothing in that can be torn. */
  @Test
  void aBadRecordBeforeAHalfMadeSegmentIsDamageAndStaysSo() throws IOException {
    Wal wal = open(ONE_SEGMENT);
    append(wal, "first");
    wal.sync(true);
    append(wal, "last");
    wal.sync(true);
    byte[] log = disk.readAll(FIRST);
    log[log.length - 1] ^= 1;
    FaultyDisk rotten = diskWith(FIRST, log);
    Path halfMade = FOLDER.resolve("00000000000000000003.wal");
    overwrite(rotten, halfMade, new byte[HEADER_BYTES]);
    rotten.syncDirectory(FOLDER);
    rotten.syncDirectory(FOLDER.getParent());
    for (int call = 1; call < 12; call++) {
      FaultyDisk interrupted = rotten.afterCrash(call);
      interrupted.crashAt(call);
      try {
        Wal.open(interrupted, FOLDER, ONE_SEGMENT).close();
      } catch (SimulatedCrash e) {
        Replayed replayed = Replayed.of(interrupted.afterCrash(call), FOLDER, ONE_SEGMENT);
        assertThat(replayed.records()).as("cut at call %d", call).containsOnlyKeys(1L);
        assertThat(replayed.gaps()).as("cut at call %d", call).hasSize(1);
      }
    }
    for (int attempt = 1; attempt <= 2; attempt++) {
      try (Wal again = Wal.open(rotten, FOLDER, ONE_SEGMENT)) {
        Replayed replayed = Replayed.of(again);
        assertThat(replayed.records()).as("attempt %d", attempt).containsOnlyKeys(1L);
        assertThat(replayed.gaps())
            .singleElement()
            .hasToString(
                new Gap(replayed.gaps().getFirst().fault(), 1, 2, 2, Optional.of(COLLECTION))
                    .toString());
        assertThat(again.tornTail()).isEmpty();
        assertThat(again.lastLsn()).isEqualTo(2);
      }
      assertThat(rotten.readAll(FIRST)).isEqualTo(log);
    }
  }

  /** One bit of every byte of a closed log of several segments, one at a time. */
  @Test
  void everyFlippedBitInSyncedRecordsCostsThatRecordAloneAndIsReportedWithFileAndOffset()
      throws IOException {
    Map<Long, String> written = new TreeMap<>();
    try (Wal wal = open(new WalOptions(600, 1 << 16))) {
      for (int i = 1; i <= 20; i++) {
        written.put((long) i, "record " + i + "x".repeat(random.nextInt(30)));
        append(wal, written.get((long) i));
        wal.sync(true);
      }
    }
    List<String> names = disk.list(FOLDER);
    assertThat(names).hasSizeGreaterThan(2);
    for (String name : names) {
      Path path = FOLDER.resolve(name);
      byte[] log = disk.readAll(path);
      boolean isLast = name.equals(names.getLast());
      int closingMark = isLast ? 40 : 0; // Without it everything is there still.
      long lsn = Long.parseLong(name.substring(0, 20)) - 1;
      int begin = 0; // Of the record with that LSN.
      int end = HEADER_BYTES;
      for (int at = 0; at < log.length - closingMark; at++) {
        boolean isHeader = at < HEADER_BYTES;
        if (at == end) {
          lsn++;
          begin = end;
          end += recordBytes(written.get(lsn));
        }
        FaultyDisk damaged = disk.afterCrash(at); // A copy: everything in it was synced.
        log[at] ^= (byte) (1 << random.nextInt(8));
        overwrite(damaged, path, log);
        Map<Long, String> wanted = new TreeMap<>(written);
        if (!isHeader) {
          wanted.remove(lsn);
        }
        String what = "%s byte %d".formatted(name, at);
        Gap gap = expectOneGap(damaged, wanted, what);
        assertThat(gap.fault().file()).as(what).isEqualTo(path);
        assertThat(gap.fault().offset()).as(what).isEqualTo(begin);
        assertThat(gap.isEmpty()).as(what).isEqualTo(isHeader);
        if (!isHeader) {
          assertThat(gap.firstLsn()).as(what).isEqualTo(lsn).isEqualTo(gap.lastLsn());
        }
        assertThat(damaged.readAll(path)).as(what).isEqualTo(log);
        System.arraycopy(disk.readAll(path), 0, log, 0, log.length);
      }
    }
  }

  private static int recordBytes(String payload) {
    return (40 + payload.length() + 7) / 8 * 8;
  }

  /**
   * What the log gives and tells, at once, after it went on, and after a power cut in that; what
   * goes on has the numbers behind all that there were.
   */
  private static Gap expectOneGap(FaultyDisk damaged, Map<Long, String> wanted, String what)
      throws IOException {
    Map<Long, String> later = new TreeMap<>(wanted);
    List<Gap> first = List.of();
    FaultyDisk present = damaged;
    for (int life = 0; life < 3; life++) {
      Wal wal = Wal.open(present, FOLDER, ONE_SEGMENT);
      Replayed replayed = Replayed.of(wal);
      assertThat(replayed.records()).as("%s life %d", what, life).isEqualTo(later);
      assertThat(replayed.gaps()).as("%s life %d", what, life).hasSize(1);
      first = first.isEmpty() ? replayed.gaps() : first;
      assertThat(replayed.gaps()).as("%s life %d", what, life).isEqualTo(first);
      assertThat(wal.tornTail()).as(what).isEmpty();
      append(wal, "life " + life);
      wal.sync(true);
      assertThat(wal.lastLsn()).as(what).isEqualTo(21 + life);
      later.put(wal.lastLsn(), "life " + life);
      if (life == 0) {
        wal.close();
      } else {
        present = present.afterCrash(life);
      }
    }
    return first.getFirst();
  }

  /** A later record knows how far the log was synced; the last group has nobody to vouch for it. */
  @Test
  void aFlippedBitIsATornTailOnlyWhereNothingWasSynced() throws IOException {
    Wal wal = open(ONE_SEGMENT);
    append(wal, "synced");
    wal.sync(true);
    int unsyncedFrom = disk.readAll(FIRST).length;
    append(wal, "unsynced");
    append(wal, "unsynced too");
    wal.sync(false);
    byte[] log = disk.readAll(FIRST);
    for (int at = HEADER_BYTES; at < log.length; at++) {
      byte[] flipped = log.clone();
      flipped[at] ^= 4;
      FaultyDisk other = diskWith(FIRST, flipped);
      if (at < unsyncedFrom) {
        Replayed damaged = Replayed.of(other, FOLDER, ONE_SEGMENT);
        assertThat(damaged.records()).as("byte %d", at).containsOnlyKeys(2L, 3L);
        assertThat(damaged.gaps()).as("byte %d", at).hasSize(1);
      } else {
        assertThat(replayed(other)).as("byte %d", at).hasSizeBetween(1, 2);
      }
    }
  }

  /** After a clean stop the log goes on behind the mark; then the mark must be whole as well. */
  @Test
  void aBrokenMarkInTheMiddleIsDamage() throws IOException {
    Wal wal = open(ONE_SEGMENT);
    append(wal, "before the stop");
    wal.sync(true);
    int markAt = disk.readAll(FIRST).length;
    wal.close();
    Wal again = open(ONE_SEGMENT);
    append(again, "after the stop");
    again.sync(true);
    byte[] log = disk.readAll(FIRST);
    for (int at = markAt; at < markAt + 40; at++) {
      byte[] flipped = log.clone();
      flipped[at] ^= 1;
      FaultyDisk other = diskWith(FIRST, flipped);
      Replayed damaged = Replayed.of(other, FOLDER, ONE_SEGMENT);
      assertThat(damaged.records()).as("byte %d", at).containsOnlyKeys(1L, 2L);
      assertThat(damaged.gaps())
          .as("byte %d", at)
          .singleElement()
          .satisfies(gap -> {
            assertThat(gap.fault().offset()).isEqualTo(markAt);
            assertThat(gap.isEmpty()).as("nothing is lost").isTrue();
          });
    }
  }

  @Test
  void aMissingSegmentIsDamageUnlessNothingInItIsNeeded() throws IOException {
    try (Wal wal = open(new WalOptions(300, 1 << 16))) {
      for (int i = 0; i < 30; i++) {
        append(wal, "record " + i);
        wal.sync(true);
      }
    }
    List<String> names = disk.list(FOLDER);
    disk.delete(FOLDER.resolve(names.get(2)));
    long second = Long.parseLong(names.get(2).substring(0, 20));
    long third = Long.parseLong(names.get(3).substring(0, 20));
    try (Wal wal = open(ONE_SEGMENT)) {
      Replayed replayed = Replayed.of(wal);
      assertThat(replayed.records().keySet())
          .containsExactlyElementsOf(
              LongStream.rangeClosed(1, 30)
                  .filter(lsn -> lsn < second || lsn >= third)
                  .boxed()
                  .toList());
      assertThat(replayed.gaps())
          .singleElement()
          .satisfies(gap -> {
            assertThat(gap.firstLsn()).isEqualTo(second);
            assertThat(gap.lastLsn()).isEqualTo(third - 1);
            assertThat(gap.owner()).isEmpty();
            assertThat(gap.toString())
                .contains(names.get(3), "expected records up to LSN " + (third - 1));
          });
      List<Long> lsns = new ArrayList<>();
      wal.replay(third - 1, (lsn, collection, payload) -> lsns.add(lsn), Replayed.NO_GAPS);
      assertThat(lsns).startsWith(third).endsWith(30L);
    }
  }

  private Wal open(WalOptions options) throws IOException {
    return Wal.open(disk, FOLDER, options);
  }

  private static void append(Wal wal, String payload) throws IOException {
    wal.append(COLLECTION, MemorySegment.ofArray(payload.getBytes(UTF_8)));
  }

  private static List<byte[]> replayed(FaultyDisk disk) throws IOException {
    try (Wal wal = Wal.open(disk, FOLDER, ONE_SEGMENT)) {
      List<byte[]> payloads = new ArrayList<>();
      wal.replay(
          0,
          (lsn, collection, payload) -> payloads.add(payload.toArray(ValueLayout.JAVA_BYTE)),
          Replayed.NO_GAPS);
      return payloads;
    }
  }

  private static FaultyDisk diskWith(Path path, byte[] bytes) throws IOException {
    FaultyDisk disk = new FaultyDisk(1);
    disk.createDirectories(path.getParent());
    overwrite(disk, path, bytes);
    return disk;
  }

  private static void overwrite(FaultyDisk disk, Path path, byte[] bytes) throws IOException {
    try (DiskFile file = disk.open(path)) {
      file.truncate(0);
      file.write(0, MemorySegment.ofArray(bytes));
      file.force();
    }
  }
}
