package io.quiver.wal;

import static org.assertj.core.api.Assertions.assertThat;

import io.quiver.disk.OsDisk;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WalOnRealFilesTest {
  private static final UUID COLLECTION = new UUID(1, 2);

  @TempDir private Path folder;

  /** Three runs of a log, one of them not closed, with segments of 64 KiB. */
  @Test
  void whatWasSyncedIsReplayedAfterEveryRestart() throws IOException {
    SplittableRandom random = new SplittableRandom(11);
    WalOptions options = new WalOptions(64 << 10, 16 << 10);
    List<byte[]> sent = new ArrayList<>();
    for (int run = 0; run < 3; run++) {
      Wal wal = Wal.open(new OsDisk(), folder.resolve("wal"), options);
      assertThat(wal.tornTail()).isEmpty();
      assertThat(replayed(wal)).containsExactlyElementsOf(sent);
      for (int i = 0; i < 200; i++) {
        byte[] payload = new byte[random.nextInt(3_000)];
        random.nextBytes(payload);
        sent.add(payload);
        assertThat(wal.append(COLLECTION, MemorySegment.ofArray(payload))).isEqualTo(sent.size());
        if (i % 10 == 9) {
          wal.sync(i % 20 == 9);
        }
      }
      assertThat(wal.lastLsn()).isEqualTo(sent.size());
      if (run != 1) {
        wal.close();
      }
    }
    try (Wal wal = Wal.open(new OsDisk(), folder.resolve("wal"), options)) {
      assertThat(replayed(wal)).containsExactlyElementsOf(sent);
      assertThat(new OsDisk().list(folder.resolve("wal"))).hasSizeGreaterThan(5);
      long before = wal.bytes();
      wal.truncateBefore(500);
      assertThat(wal.bytes()).isLessThan(before);
      assertThat(wal.firstLsn()).isBetween(400L, 500L);
    }
  }

  private static List<byte[]> replayed(Wal wal) throws IOException {
    List<byte[]> payloads = new ArrayList<>();
    wal.replay(
        0,
        (lsn, collection, payload) -> {
          assertThat(lsn).isEqualTo(payloads.size() + 1);
          assertThat(collection).isEqualTo(COLLECTION);
          payloads.add(payload.toArray(ValueLayout.JAVA_BYTE));
        },
        Replayed.NO_GAPS);
    return payloads;
  }
}
