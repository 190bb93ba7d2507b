package io.quiver.wal;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.quiver.disk.Disk;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What a replay hands over: payloads as text by LSN, and where the log is damaged. */
record Replayed(Map<Long, String> records, List<Gap> gaps) {
  static final GapHandler NO_GAPS =
      gap -> {
        throw new AssertionError(gap);
      };

  static Replayed of(Wal wal) throws IOException {
    Replayed replayed = new Replayed(new TreeMap<>(), new ArrayList<>());
    wal.replay(
        0,
        (lsn, collection, payload) ->
            replayed.records.put(lsn, new String(payload.toArray(ValueLayout.JAVA_BYTE), UTF_8)),
        replayed.gaps::add);
    return replayed;
  }

  /** Opens, replays and closes it. */
  static Replayed of(Disk disk, Path folder, WalOptions options) throws IOException {
    try (Wal wal = Wal.open(disk, folder, options)) {
      return of(wal);
    }
  }
}
