package io.quiver.wal;

import static org.assertj.core.api.Assertions.assertThat;

import io.quiver.testkit.FaultyDisk;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Map;
import java.util.NavigableMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.LongStream;

/**
 * One seeded history of a log and a map of what it must still know. Small segments and groups, so
 * that a short history rolls, spills and truncates.
 */
final class WalHistory {
  static final Path FOLDER = Path.of("/wal");
  static final WalOptions OPTIONS = new WalOptions(3_000, 1_500);
  private static final UUID COLLECTION = new UUID(7, 7);

  /** What was sent and neither dropped nor truncated, by LSN. */
  private final NavigableMap<Long, String> sent = new TreeMap<>();

  private long forcedLsn;
  private long writtenLsn;
  private long keptFromLsn = 1;

  /** Opens the log, continues the history for some steps and closes it. */
  void run(FaultyDisk disk, SplittableRandom random, int steps) throws IOException {
    Wal wal = Wal.open(disk, FOLDER, OPTIONS);
    for (int step = 0; step < steps; step++) {
      switch (random.nextInt(12)) {
        case 0, 1, 2, 3, 4 -> append(wal, random);
        case 5, 6, 7 -> sync(wal, true);
        case 8, 9 -> sync(wal, false);
        case 10 -> truncate(wal, random);
        default -> {
          if (random.nextInt(3) == 0) {
            IOException reason = new IOException("No space left on device");
            disk.failAllAfter(random.nextInt(3), FaultyDisk.Call.WRITE, reason);
            append(wal, random);
            sync(wal, false);
            disk.heal();
          } else {
            sync(wal, true);
            wal.close();
            wal = Wal.open(disk, FOLDER, OPTIONS);
          }
        }
      }
    }
    sync(wal, true);
    wal.close();
  }

  /**
   * Opens the log after a crash: all that was acknowledged is there, nothing that was not sent, no
   * hole. What is there is acknowledged from now on. The log is left open, as if it went on.
   */
  void verify(FaultyDisk disk, boolean wasPowerCut) throws IOException {
    Wal wal = Wal.open(disk, FOLDER, OPTIONS);
    NavigableMap<Long, String> recovered = replay(wal);
    long first = wal.firstLsn();
    assertThat(wal.lastLsn()).isGreaterThanOrEqualTo(wasPowerCut ? forcedLsn : writtenLsn);
    assertThat(first).isLessThanOrEqualTo(Math.max(keptFromLsn, 1));
    assertThat(recovered.keySet())
        .containsExactlyElementsOf(LongStream.rangeClosed(first, wal.lastLsn()).boxed().toList());
    recovered.forEach((lsn, payload) -> assertThat(payload).isEqualTo(sent.get(lsn)));
    sent.keySet().removeIf(lsn -> lsn > wal.lastLsn());
    forcedLsn = wal.lastLsn();
    writtenLsn = wal.lastLsn();
  }

  static NavigableMap<Long, String> replay(Wal wal) throws IOException {
    NavigableMap<Long, String> records = new TreeMap<>();
    wal.replay(
        0,
        (lsn, collection, payload) -> {
          assertThat(collection).isEqualTo(COLLECTION);
          records.put(lsn, HexFormat.of().formatHex(payload.toArray(ValueLayout.JAVA_BYTE)));
        },
        Replayed.NO_GAPS);
    return records;
  }

  private void append(Wal wal, SplittableRandom random) throws IOException {
    for (int count = random.nextInt(1, 6); count > 0; count--) {
      byte[] payload = new byte[random.nextInt(8) == 0 ? 4_000 : random.nextInt(400)];
      random.nextBytes(payload);
      // Before the call: a spill inside it may write the record before it has a number.
      sent.put(lastSentLsn() + 1, HexFormat.of().formatHex(payload));
      assertThat(wal.append(COLLECTION, MemorySegment.ofArray(payload))).isEqualTo(lastSentLsn());
    }
  }

  private long lastSentLsn() {
    return sent.isEmpty() ? writtenLsn : sent.lastKey();
  }

  private void sync(Wal wal, boolean force) throws IOException {
    try {
      wal.sync(force);
      writtenLsn = lastSentLsn();
      forcedLsn = force ? writtenLsn : forcedLsn;
    } catch (WalException e) {
      assertThat(e.kind()).isEqualTo(WalException.Kind.WRITE_FAILED);
      sent.tailMap(writtenLsn, false).clear();
    }
    assertThat(wal.lastLsn()).isEqualTo(writtenLsn);
  }

  private void truncate(Wal wal, SplittableRandom random) throws IOException {
    keptFromLsn = Math.max(keptFromLsn, random.nextLong(writtenLsn + 1));
    wal.truncateBefore(keptFromLsn);
    for (Map.Entry<Long, String> kept : sent.tailMap(keptFromLsn, true).entrySet()) {
      if (kept.getKey() <= writtenLsn) {
        assertThat(wal.firstLsn()).isLessThanOrEqualTo(kept.getKey());
      }
    }
  }
}
