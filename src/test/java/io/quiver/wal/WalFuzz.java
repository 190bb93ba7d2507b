package io.quiver.wal;

import io.quiver.fuzz.Expect;
import io.quiver.fuzz.FoundFaults;
import io.quiver.fuzz.FuzzTarget;
import io.quiver.fuzz.MemoryFiles;
import io.quiver.testkit.FaultyDisk;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;

/**
 * A log of two segments of any bytes, once as they are and once with checksums that hold. It
 * belongs to two logs, or it opens, gives its records in order, tells what is damaged, and takes
 * more; and the offline check says the same beforehand.
 */
public final class WalFuzz implements FuzzTarget {
  private static final Path FOLDER = Path.of("/wal");
  private static final WalOptions OPTIONS = new WalOptions(2_000, 500);
  private static final UUID COLLECTION = new UUID(7, 7);
  private static final int FIRST_LSN_AT = 32;
  private static final long FIRST_LSN_MAX = 1L << 40;

  @Override
  public void run(byte[] input) throws IOException {
    byte[][] segments = MemoryFiles.split(input, 2);
    check(segments);
    seal(segments[0]);
    seal(segments[1]);
    check(segments);
  }

  private static void check(byte[][] segments) throws IOException {
    FaultyDisk disk = MemoryFiles.disk(FOLDER);
    for (byte[] segment : segments) {
      boolean hasHeader = segment.length >= WalLayout.HEADER_BYTES;
      long lsn = hasHeader ? MemoryFiles.getLong(segment, FIRST_LSN_AT) : 1;
      String name = WalLayout.fileName(Math.clamp(lsn, 1, FIRST_LSN_MAX));
      MemoryFiles.write(disk, FOLDER.resolve(name), segment);
    }
    FoundFaults told = new FoundFaults();
    List<Gap> gaps = new ArrayList<>();
    WalCheck.Summary summary = WalCheck.check(disk, FOLDER, told, gaps::add);
    List<String> records;
    List<Gap> met = new ArrayList<>();
    try (Wal wal = Wal.open(disk, FOLDER, OPTIONS)) {
      records = replay(wal, met);
      Expect.equal(told.faults(), List.of());
      // What a damaged header has no record behind is made anew.
      gaps.removeIf(gap -> gap.segmentLsn() == summary.lastLsn() + 1);
      Expect.equal(places(met), places(gaps));
      Expect.equal((long) records.size(), summary.records());
      Expect.equal(wal.lastLsn(), summary.lastLsn());
      records.addAll(append(wal));
    } catch (ForeignSegmentException e) {
      Expect.that(!told.faults().isEmpty(), e::getMessage);
      return;
    }
    try (Wal wal = Wal.open(disk, FOLDER, OPTIONS)) {
      List<Gap> again = new ArrayList<>();
      Expect.equal(replay(wal, again), records);
      Expect.equal(places(again), places(met));
    }
  }

  /** All but what was found: that tells how long the file is, and opening may have cut it. */
  private static List<String> places(List<Gap> gaps) {
    return gaps.stream()
        .map(gap ->
            "%s %d: %d to %d of %s"
                .formatted(
                    gap.fault().file(),
                    gap.fault().offset(),
                    gap.firstLsn(),
                    gap.lastLsn(),
                    gap.owner()))
        .toList();
  }

  /** Numbers rise, and no record lies in a gap. */
  private static List<String> replay(Wal wal, List<Gap> gaps) throws IOException {
    List<String> records = new ArrayList<>();
    long[] last = {0};
    wal.replay(
        0,
        (lsn, collection, payload) -> {
          Expect.that(lsn > last[0], () -> lsn + " after " + last[0]);
          last[0] = lsn;
          records.add(text(lsn, collection, payload.toArray(ValueLayout.JAVA_BYTE)));
        },
        gap -> {
          Expect.that(gap.firstLsn() > last[0], () -> gap + " after " + last[0]);
          last[0] = Math.max(last[0], gap.lastLsn());
          gaps.add(gap);
        });
    return records;
  }

  private static List<String> append(Wal wal) throws IOException {
    List<String> appended = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      byte[] payload = new byte[20 * i];
      long lsn = wal.append(COLLECTION, MemorySegment.ofArray(payload));
      appended.add(text(lsn, COLLECTION, payload));
    }
    wal.sync(true);
    return appended;
  }

  private static String text(long lsn, UUID collection, byte[] payload) {
    return lsn + " " + collection + " " + HexFormat.of().formatHex(payload);
  }

  /** Makes the checksums of the header and of what stands where records should, those that fit. */
  private static void seal(byte[] segment) {
    if (segment.length < WalLayout.HEADER_BYTES) {
      return;
    }
    MemoryFiles.seal(segment, 0, 60, 60);
    MemorySegment records = MemorySegment.ofArray(segment);
    int salt = WalLayout.salt(records);
    long at = WalLayout.HEADER_BYTES;
    while (at + WalLayout.RECORD_HEADER_BYTES <= segment.length
        && at + WalLayout.recordBytes(WalLayout.length(records, at)) <= segment.length) {
      at = WalLayout.seal(records, at, salt);
    }
  }

  @Override
  public List<byte[]> seeds() throws IOException {
    FaultyDisk disk = MemoryFiles.disk(FOLDER);
    List<byte[]> segments = new ArrayList<>();
    try (Wal wal = Wal.open(disk, FOLDER, new WalOptions(300, 100))) {
      for (int i = 0; i < 5; i++) {
        append(wal);
      }
    }
    for (String name : disk.list(FOLDER)) {
      segments.add(disk.readAll(FOLDER.resolve(name)));
    }
    List<byte[]> seeds = new ArrayList<>();
    for (int i = 1; i < segments.size(); i++) {
      seeds.add(MemoryFiles.join(segments.get(i - 1), segments.get(i)));
    }
    return seeds;
  }
}
