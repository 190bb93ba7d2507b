package io.quiver.wal;

import io.quiver.disk.Disk;
import io.quiver.disk.DiskFile;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What opening a log finds and puts right. When it returns, the files hold whole records only and
 * all of them are on stable storage. Why a bad record is a torn tail or damage:
 * docs/formats/wal.md.
 *
 * @param segments by first LSN
 * @param nextLsn LSN of the next record
 * @param provenLsn LSN up to which the log itself says that it was synced
 */
record Recovery(List<Segment> segments, long nextLsn, long provenLsn, Optional<TornTail> tornTail) {
  static Recovery run(Disk disk, Path folder) throws IOException {
    Headers headers = readHeaders(disk, folder);
    if (headers.segments().isEmpty()) {
      headers.deleteHalfMade(disk, folder);
      return new Recovery(headers.segments(), 1, 0, Optional.empty());
    }
    Segment last = headers.segments().getLast();
    try (DiskFile file = disk.open(last.path());
        SegmentReader reader = new SegmentReader(file, last.salt(), last.firstLsn())) {
      long unprovenFrom = readToEnd(last, reader);
      Optional<TornTail> tornTail = tornTail(last, reader, headers.halfMade().isPresent());
      headers.deleteHalfMade(disk, folder);
      file.truncate(reader.position());
      // A killed process leaves what only the operating system has. Even a mark may be such.
      writeAnew(file, unprovenFrom, reader.position());
      file.force();
      disk.syncDirectory(folder);
      last.publishBytes(reader.position());
      return new Recovery(headers.segments(), reader.nextLsn(), reader.provenLsn(), tornTail);
    }
  }

  /** Returns where that begins of which the log does not say itself that it was synced. */
  private static long readToEnd(Segment segment, SegmentReader reader) throws IOException {
    ArrayDeque<Long> unproven = new ArrayDeque<>(); // Where the latest records begin.
    for (long at = reader.position(); reader.next(); at = reader.position()) {
      unproven.add(at);
      while (!unproven.isEmpty() && reader.nextLsn() - unproven.size() <= reader.provenLsn()) {
        unproven.remove();
      }
    }
    if (reader.provenLsn() < segment.firstLsn()) {
      return 0;
    }
    return unproven.isEmpty() ? reader.position() : unproven.getFirst();
  }

  /**
   * Writes bytes where they stand already: if a sync of them failed, they may be in memory only,
   * and only what is written anew is tried again by the next sync.
   */
  private static void writeAnew(DiskFile file, long from, long to) throws IOException {
    MemorySegment buffer = MemorySegment.ofArray(new byte[(int) Math.min(to - from, 1 << 20)]);
    for (long at = from; at < to; at += buffer.byteSize()) {
      MemorySegment part = buffer.asSlice(0, Math.min(buffer.byteSize(), to - at));
      file.read(at, part);
      file.write(at, part);
    }
  }

  /**
   * The segments that have a header.
   *
   * @param halfMade the file behind them, if a crash came before its header was synced: it never
   *     had a record
   */
  private record Headers(List<Segment> segments, Optional<Path> halfMade) {
    /** Only once nothing is damaged: it is what shows that the segment before it was forced. */
    void deleteHalfMade(Disk disk, Path folder) throws IOException {
      if (halfMade.isPresent()) {
        disk.delete(halfMade.get());
        disk.syncDirectory(folder);
      }
    }
  }

  private static Optional<TornTail> tornTail(
      Segment last, SegmentReader reader, boolean wasForcedAsAWhole) throws IOException {
    if (reader.fault().isEmpty()) {
      return Optional.empty();
    }
    Fault fault = reader.fault().get();
    if (wasForcedAsAWhole || reader.isFaultProvenDamage()) {
      throw new WalDamagedException(last.path(), reader.position(), fault);
    }
    return Optional.of(
        new TornTail(
            last.path(),
            reader.position(),
            reader.size() - reader.position(),
            fault.expected(),
            fault.found()));
  }

  private static Headers readHeaders(Disk disk, Path folder) throws IOException {
    long[] firstLsns =
        disk.list(folder).stream()
            .map(WalLayout::firstLsnOf)
            .filter(OptionalLong::isPresent)
            .mapToLong(OptionalLong::getAsLong)
            .sorted()
            .toArray();
    List<Segment> segments = new ArrayList<>();
    for (int i = 0; i < firstLsns.length; i++) {
      boolean isLast = i == firstLsns.length - 1;
      if (isLast && isHalfMade(disk, folder, firstLsns[i])) {
        Path halfMade = folder.resolve(WalLayout.fileName(firstLsns[i]));
        return new Headers(segments, Optional.of(halfMade));
      }
      segments.add(Segment.read(disk, folder, firstLsns[i]));
      expectSameLog(segments.getFirst(), segments.getLast());
    }
    return new Headers(segments, Optional.empty());
  }

  private static boolean isHalfMade(Disk disk, Path folder, long firstLsn) throws IOException {
    try {
      Segment.read(disk, folder, firstLsn);
      return false;
    } catch (WalDamagedException e) {
      try (DiskFile file = disk.openReadOnly(folder.resolve(WalLayout.fileName(firstLsn)))) {
        if (file.size() > WalLayout.HEADER_BYTES) {
          throw e; // Records were only written once the header was on stable storage.
        }
      }
      return true;
    }
  }

  private static void expectSameLog(Segment first, Segment other) throws WalDamagedException {
    if (!other.log().equals(first.log())) {
      throw new WalDamagedException(other.path(), 0, Fault.of("log", first.log(), other.log()));
    }
  }
}
