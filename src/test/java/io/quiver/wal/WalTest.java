package io.quiver.wal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.quiver.core.QuiverException;
import io.quiver.disk.DiskFile;
import io.quiver.testkit.FaultyDisk;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class WalTest {
  private static final Path FOLDER = Path.of("/wal");
  private static final UUID COLLECTION = new UUID(3, 4);
  private static final WalOptions SMALL = new WalOptions(1_000, 500);

  private final FaultyDisk disk = new FaultyDisk(5);

  /** Of two records the first may be whole in the file, and nothing takes it out again. */
  @Test
  void aGroupThatCouldNotBeCutOffIsNotCalledSettled() throws IOException {
    int unsettled = 0;
    for (int seed = 0; seed < 20; seed++) {
      FaultyDisk bad = new FaultyDisk(seed);
      try (Wal wal = Wal.open(bad, FOLDER, WalOptions.DEFAULT)) {
        append(wal, "the segment is made");
        wal.sync(true);
        append(wal, "first");
        append(wal, "second");
        bad.fail(
            new FaultyDisk.Fault(
                0,
                2,
                EnumSet.of(FaultyDisk.Call.WRITE, FaultyDisk.Call.OTHER),
                new IOException("Input/output error")));
        WalException refused = catchThrowableOfType(WalException.class, () -> wal.sync(true));
        unsettled += refused.kind() == WalException.Kind.UNSETTLED ? 1 : 0;
        append(wal, "third");
        wal.sync(true);
        assertThat(wal.lastLsn()).isEqualTo(2);
      }
    }
    assertThat(unsettled).isBetween(15, 20);
  }

  @Test
  void aGroupOfManyRecordsIsOneWriteAndOneForce() throws IOException {
    try (Wal wal = open(WalOptions.DEFAULT)) {
      append(wal, "the segment is made");
      wal.sync(true);
      long before = disk.calls();
      for (int i = 0; i < 10_000; i++) {
        append(wal, "record " + i);
      }
      assertThat(disk.calls()).as("nothing is written before the sync").isEqualTo(before);
      wal.sync(true);
      assertThat(disk.calls() - before).isEqualTo(2);
      wal.sync(true);
      assertThat(disk.calls() - before).as("nothing to write, nothing to force").isEqualTo(2);
    }
  }

  @Test
  void aForceAfterAnUnforcedSyncCoversItsRecords() throws IOException {
    Wal wal = open(SMALL);
    append(wal, "with the operating system");
    wal.sync(false);
    wal.sync(true);
    for (int seed = 0; seed < 20; seed++) {
      assertThat(replayed(disk.afterCrash(seed))).containsExactly("with the operating system");
    }
  }

  @Test
  void aFullDiskDropsTheGroupAndItsNumbersAreGivenAgain() throws IOException {
    Wal wal = open(SMALL);
    append(wal, "kept");
    wal.sync(true);
    append(wal, "dropped");
    append(wal, "dropped too");
    disk.failAll(FaultyDisk.Call.WRITE, new IOException("No space left on device"));
    assertThatThrownBy(() -> wal.sync(true))
        .isInstanceOfSatisfying(
            WalException.class, e -> assertThat(e.kind()).isEqualTo(WalException.Kind.WRITE_FAILED))
        .hasMessage("log write failed, records 2 to 3 are dropped: No space left on device");
    assertThat(wal.lastLsn()).isEqualTo(1);
    for (int seed = 0; seed < 50; seed++) {
      assertThat(replayed(disk.afterCrash(seed))).as("seed=%d", seed).containsExactly("kept");
    }
    disk.heal();
    assertThat(append(wal, "after")).isEqualTo(2);
    wal.sync(true);
    wal.close();
    assertThat(replayed(disk)).containsExactly("kept", "after");
  }

  /** The disk refuses the write and the cut after it; the next write must cut first. */
  @Test
  void aGroupThatCouldNotBeCutOffIsCutOffLater() throws IOException {
    Wal wal = open(SMALL);
    append(wal, "kept");
    wal.sync(true);
    String dropped = "dropped ".repeat(40);
    append(wal, dropped);
    long call = disk.calls();
    disk.failAll(FaultyDisk.Call.WRITE, new IOException("No space left on device"));
    disk.failAt(call + 2, new IOException("No space left on device"));
    assertThatThrownBy(() -> wal.sync(true)).hasMessageContaining("are dropped");
    disk.heal();
    append(wal, "x");
    wal.sync(true);
    wal.close();
    assertThat(replayed(disk)).containsExactly("kept", "x");
  }

  /** The group is larger than its memory, so its first half is written before the sync. */
  @Test
  void aGroupThatSpilledIsDroppedAsAWhole() throws IOException {
    Wal wal = open(new WalOptions(1 << 20, 500));
    append(wal, "kept");
    wal.sync(true);
    disk.failAt(disk.calls() + 3, new IOException("No space left on device"));
    for (int i = 0; i < 100; i++) {
      append(wal, "dropped " + i);
    }
    assertThatThrownBy(() -> wal.sync(false)).hasMessageContaining("records 2 to 101 are dropped");
    assertThat(append(wal, "after")).isEqualTo(2);
    wal.sync(true);
    for (int seed = 0; seed < 20; seed++) {
      assertThat(replayed(disk.afterCrash(seed))).containsExactly("kept", "after");
    }
  }

  @Test
  void aFailedForceIsForEver() throws IOException {
    Wal wal = open(SMALL);
    append(wal, "kept");
    wal.sync(true);
    append(wal, "unknown");
    disk.failAll(FaultyDisk.Call.FORCE, new IOException("Input/output error"));
    assertThatThrownBy(() -> wal.sync(true)).hasMessageContaining("Input/output error");
    disk.heal();
    long calls = disk.calls();
    for (int i = 0; i < 3; i++) {
      assertThatThrownBy(() -> append(wal, "refused"))
          .isInstanceOfSatisfying(
              WalException.class,
              e -> assertThat(e.kind()).isEqualTo(WalException.Kind.SYNC_FAILED))
          .hasMessageContaining("nothing is logged until a restart: Input/output error");
      assertThatThrownBy(() -> wal.sync(true)).hasMessageContaining("Input/output error");
    }
    wal.close();
    assertThat(disk.calls()).as("not tried again").isEqualTo(calls);
    assertThat(wal.failure()).isPresent();
    for (int seed = 0; seed < 20; seed++) {
      assertThat(replayed(disk.afterCrash(seed))).startsWith("kept");
    }
  }

  @Test
  void segmentsRollAndGoWhenAllTheirRecordsAreBelow() throws IOException {
    try (Wal wal = open(SMALL)) {
      for (int i = 1; i <= 40; i++) {
        append(wal, "record " + i);
        wal.sync(true);
      }
      List<String> names = disk.list(FOLDER);
      assertThat(names).hasSizeGreaterThan(2).startsWith("00000000000000000001.wal");
      assertThat(wal.bytes()).isEqualTo(sizeOnDisk());

      long second = Long.parseLong(names.get(1).substring(0, 20));
      wal.truncateBefore(second - 1);
      assertThat(wal.firstLsn()).as("record %d is needed", second - 1).isEqualTo(1);
      wal.truncateBefore(second);
      assertThat(wal.firstLsn()).isEqualTo(second);
      wal.truncateBefore(Long.MAX_VALUE);
      assertThat(disk.list(FOLDER)).as("the last segment stays").hasSize(1);
      assertThat(append(wal, "next")).isEqualTo(41);
      wal.sync(true);
    }
    assertThat(replayed(disk)).endsWith("record 40", "next");
  }

  @Test
  void aRecordLargerThanASegmentGetsItsOwn() throws IOException {
    String large = "L".repeat(10_000);
    try (Wal wal = open(SMALL)) {
      for (String payload : List.of("before", large, "after")) {
        append(wal, payload);
        wal.sync(true);
      }
    }
    assertThat(disk.list(FOLDER)).hasSize(3);
    assertThat(replayed(disk)).containsExactly("before", large, "after");
  }

  @Test
  void replayBeginsAfterTheGivenNumber() throws IOException {
    try (Wal wal = open(SMALL)) {
      for (int i = 1; i <= 50; i++) {
        append(wal, "" + i);
        wal.sync(i % 3 == 0);
      }
    }
    try (Wal wal = open(SMALL)) {
      for (int after : new int[] {0, 1, 17, 49, 50, 99}) {
        List<Long> lsns = new ArrayList<>();
        wal.replay(
            after,
            (lsn, collection, payload) -> {
              assertThat(collection).isEqualTo(COLLECTION);
              assertThat(text(payload)).isEqualTo("" + lsn);
              lsns.add(lsn);
            },
            Replayed.NO_GAPS);
        assertThat(lsns).hasSize(Math.max(0, 50 - after)).isSorted().doesNotHaveDuplicates();
      }
    }
  }

  /** The folder was lost, yet checkpoints know numbers up to 99. */
  @Test
  void numbersGoOnAboveWhatCheckpointsKnow() throws IOException {
    try (Wal wal = open(SMALL)) {
      wal.nextLsnAtLeast(100);
      assertThat(wal.lastLsn()).isEqualTo(99);
      assertThat(append(wal, "a hundred")).isEqualTo(100);
      wal.sync(true);
      wal.nextLsnAtLeast(50);
      assertThat(append(wal, "and one")).isEqualTo(101);
      wal.sync(true);
      wal.nextLsnAtLeast(200);
      assertThat(append(wal, "two hundred")).isEqualTo(200);
      wal.sync(true);
    }
    try (Wal wal = open(SMALL)) {
      assertThat(wal.firstLsn()).isEqualTo(100);
      assertThat(wal.lastLsn()).isEqualTo(200);
    }
    assertThat(replayed(disk)).containsExactly("a hundred", "and one", "two hundred");
  }

  @Test
  void unknownFilesInTheFolderAreLeftAlone() throws IOException {
    disk.createDirectories(FOLDER);
    for (String name : List.of("README", ".1.wal", "1.wal", "99999999999999999999.wal")) {
      disk.open(FOLDER.resolve(name)).close();
    }
    try (Wal wal = open(SMALL)) {
      append(wal, "x");
      wal.sync(true);
    }
    assertThat(replayed(disk)).containsExactly("x");
    assertThat(disk.list(FOLDER)).hasSize(5);
  }

  @Test
  @SuppressWarnings("restricted") // A segment of that size that nobody reads.
  void aRecordOverTheLimitIsRefusedAndTheLogLives() throws IOException {
    try (Wal wal = open(SMALL)) {
      MemorySegment huge = MemorySegment.NULL.reinterpret(Wal.PAYLOAD_BYTES_MAX + 1);
      assertThatThrownBy(() -> wal.append(COLLECTION, huge))
          .isInstanceOf(QuiverException.class)
          .hasMessageContaining("log record too large");
      assertThat(append(wal, "x")).isEqualTo(1);
    }
  }

  @Test
  void recordsThatWereNeverSyncedAreNotInAClosedLog() throws IOException {
    Wal wal = open(new WalOptions(1 << 20, 200));
    append(wal, "kept");
    wal.sync(true);
    for (int i = 0; i < 20; i++) {
      append(wal, "spilled but not synced");
    }
    wal.close();
    assertThat(replayed(disk)).containsExactly("kept");
  }

  private Wal open(WalOptions options) throws IOException {
    return Wal.open(disk, FOLDER, options);
  }

  private long sizeOnDisk() throws IOException {
    long bytes = 0;
    for (String name : disk.list(FOLDER)) {
      try (DiskFile file = disk.openReadOnly(FOLDER.resolve(name))) {
        bytes += file.size();
      }
    }
    return bytes;
  }

  private static long append(Wal wal, String payload) throws IOException {
    return wal.append(COLLECTION, MemorySegment.ofArray(payload.getBytes(UTF_8)));
  }

  private static List<String> replayed(FaultyDisk disk) throws IOException {
    try (Wal wal = Wal.open(disk, FOLDER, SMALL)) {
      List<String> payloads = new ArrayList<>();
      wal.replay(0, (lsn, collection, payload) -> payloads.add(text(payload)), Replayed.NO_GAPS);
      return payloads;
    }
  }

  private static String text(MemorySegment payload) {
    return new String(payload.toArray(ValueLayout.JAVA_BYTE), UTF_8);
  }
}
