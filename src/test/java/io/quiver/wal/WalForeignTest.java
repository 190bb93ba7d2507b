package io.quiver.wal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quiver.disk.DiskFile;
import io.quiver.testkit.FaultyDisk;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;

/** Bytes that are not this log's: another log's, another version's, or made by a client. */
class WalForeignTest {
  private static final Path FOLDER = Path.of("/wal");
  private static final Path FIRST = FOLDER.resolve("00000000000000000001.wal");
  private static final UUID COLLECTION = new UUID(3, 4);
  private static final WalOptions ONE_SEGMENT = new WalOptions(1 << 20, 1 << 16);
  private static final int HEADER_BYTES = 64;

  private final FaultyDisk disk = new FaultyDisk(9);

  @Test
  void aSegmentOfAnotherLogIsRefused() throws IOException {
    try (Wal wal = open(ONE_SEGMENT)) {
      append(wal, "ours");
      wal.sync(true);
    }
    FaultyDisk foreign = new FaultyDisk(2);
    try (Wal wal = Wal.open(foreign, FOLDER, ONE_SEGMENT)) {
      wal.nextLsnAtLeast(2);
      append(wal, "theirs");
      wal.sync(true);
    }
    Path second = FOLDER.resolve("00000000000000000002.wal");
    overwrite(disk, second, foreign.readAll(second));
    assertThatThrownBy(() -> open(ONE_SEGMENT))
        .isInstanceOf(ForeignSegmentException.class)
        .hasMessageContaining(second.toString());
  }

  /**
   * A client writes bytes that look like the next record, with the right checksum but for what only
   * the log knows. Torn off by a crash, they must neither be taken for a record nor for damage.
   */
  @Test
  void aRecordInsideAPayloadIsNotTakenForOne() throws IOException {
    Wal wal = open(ONE_SEGMENT);
    append(wal, "first");
    wal.sync(false);
    MemorySegment fake = MemorySegment.ofArray(new byte[WalLayout.RECORD_HEADER_BYTES]);
    WalLayout.putRecord(fake, 0, 3, 2, COLLECTION, MemorySegment.ofArray(new byte[0]));
    WalLayout.seal(fake, 0, 0);
    wal.append(COLLECTION, fake);
    wal.sync(false);
    byte[] log = disk.readAll(FIRST);
    log[log.length - fake.toArray(ValueLayout.JAVA_BYTE).length - 1] ^= 1;
    assertThat(replayed(diskWith(FIRST, log))).hasSize(1);
  }

  /** The salt of a header that is all zeros is known to everybody, whichever way it is had. */
  @Test
  void aRecordInsideAPayloadIsNotTakenForOneEitherWhenTheHeaderIsLost() throws IOException {
    MemorySegment zeros = MemorySegment.ofArray(new byte[HEADER_BYTES]);
    MemorySegment ofNobody = WalLayout.header(new UUID(0, 0), 1, 0);
    for (int salt : new int[] {0, WalLayout.headerCrc(zeros), WalLayout.headerCrc(ofNobody), -1}) {
      FaultyDisk one = new FaultyDisk(5);
      try (Wal wal = Wal.open(one, FOLDER, ONE_SEGMENT)) {
        for (int lsn = 1; lsn <= 5; lsn++) {
          MemorySegment fake = MemorySegment.ofArray(new byte[WalLayout.RECORD_HEADER_BYTES]);
          WalLayout.putRecord(fake, 0, lsn, 1, COLLECTION, MemorySegment.ofArray(new byte[0]));
          WalLayout.seal(fake, 0, salt);
          wal.append(COLLECTION, fake);
          wal.sync(true);
        }
      }
      byte[] log = one.readAll(FIRST);
      Arrays.fill(log, 0, HEADER_BYTES, (byte) 0);
      Replayed replayed = Replayed.of(diskWith(FIRST, log), FOLDER, ONE_SEGMENT);
      assertThat(replayed.records()).as("salt %d", salt).isEmpty();
      assertThat(replayed.gaps())
          .as("salt %d", salt)
          .singleElement()
          .satisfies(gap -> {
            assertThat(gap.firstLsn()).isEqualTo(1);
            assertThat(gap.lastLsn()).isGreaterThanOrEqualTo(5);
            assertThat(gap.fault().offset()).isZero();
          });
    }
  }

  /** A whole header that says so is not rot: an older Quiver must leave the folder alone. */
  @Test
  void aLogOfAnotherVersionIsRefusedAndNotTouched() throws IOException {
    try (Wal wal = open(ONE_SEGMENT)) {
      append(wal, "of the future");
      wal.sync(true);
    }
    byte[] log = disk.readAll(FIRST);
    log[8] = 2;
    CRC32C crc = new CRC32C();
    crc.update(log, 0, 60);
    for (int i = 0; i < 4; i++) {
      log[60 + i] = (byte) (crc.getValue() >> (8 * i));
    }
    overwrite(disk, FIRST, log);
    assertThatThrownBy(() -> open(ONE_SEGMENT))
        .isInstanceOf(ForeignSegmentException.class)
        .hasMessageContainingAll(FIRST.toString(), "expected version 1, found 2");
    assertThat(disk.readAll(FIRST)).isEqualTo(log);
    assertThat(disk.list(FOLDER)).hasSize(1);
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
