package io.quiver.wal;

import io.quiver.disk.Disk;
import io.quiver.disk.DiskFile;
import io.quiver.disk.FileFault;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * What opening a log finds at its end and puts right. When it returns, all that is whole is on
 * stable storage, and nothing stands behind it but damage, which is left as it is. Why a bad record
 * is a torn tail or damage: docs/formats/wal.md.
 *
 * @param log its uuid, if some header is whole
 * @param segments by first LSN
 * @param nextLsn LSN of the next record
 * @param provenLsn LSN up to which the log itself says that it was synced
 * @param isLastDamaged the last segment may not be written any more
 */
record Recovery(
    Optional<UUID> log,
    List<Segment> segments,
    long nextLsn,
    long provenLsn,
    Optional<TornTail> tornTail,
    boolean isLastDamaged) {
  static Recovery run(Disk disk, Path folder) throws IOException {
    Headers headers = Headers.read(disk, folder);
    for (FileFault fault : headers.foreign()) {
      throw new ForeignSegmentException(fault);
    }
    if (headers.segments().isEmpty()) {
      deleteHalfMade(disk, folder, headers);
      return new Recovery(headers.log(), headers.segments(), 1, 0, Optional.empty(), false);
    }
    Segment last = headers.segments().getLast();
    try (SegmentWalk walk =
        new SegmentWalk(disk, last, Long.MAX_VALUE, headers.isLastForced(), gap -> {})) {
      return settle(disk, folder, headers, walk);
    }
  }

  private static Recovery settle(Disk disk, Path folder, Headers headers, SegmentWalk walk)
      throws IOException {
    Segment last = headers.segments().getLast();
    SegmentReader reader = walk.reader();
    long unprovenFrom = readToEnd(last, walk);
    Optional<TornTail> tornTail = walk.tornTail();
    boolean endsInDamage = walk.endsInDamage();
    boolean isDamaged = endsInDamage || walk.isDamaged();
    long nextLsn = headers.lastLsn(reader.nextLsn() - 1, endsInDamage) + 1;
    if (!isDamaged || headers.halfMade().filter(next -> next.firstLsn() == nextLsn).isEmpty()) {
      deleteHalfMade(disk, folder, headers); // Else it shows where the damaged one ends.
    }
    try (DiskFile file = disk.open(last.path())) {
      if (!endsInDamage) {
        file.truncate(reader.position());
        last.publishBytes(reader.position());
      }
      // A killed process leaves what only the operating system has. Even a mark may be such.
      writeAnew(file, unprovenFrom, reader.position());
      file.force();
    }
    disk.syncDirectory(folder);
    return new Recovery(
        headers.log(), headers.segments(), nextLsn, reader.provenLsn(), tornTail, isDamaged);
  }

  private record Place(long offset, long lsn) {}

  /** Returns where that begins of which the log does not say itself that it was synced. */
  private static long readToEnd(Segment segment, SegmentWalk walk) throws IOException {
    SegmentReader reader = walk.reader();
    ArrayDeque<Place> unproven = new ArrayDeque<>(); // Where the latest records begin.
    while (walk.next()) {
      unproven.add(new Place(reader.startedAt(), reader.nextLsn() - 1));
      while (!unproven.isEmpty() && unproven.getFirst().lsn() <= reader.provenLsn()) {
        unproven.remove();
      }
    }
    if (!segment.isReadable()) {
      return reader.position();
    }
    if (reader.provenLsn() < segment.firstLsn()) {
      return 0;
    }
    return unproven.isEmpty() ? reader.position() : unproven.getFirst().offset();
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

  /** Once nothing in front of it is damaged: it is what shows that the segment was forced. */
  private static void deleteHalfMade(Disk disk, Path folder, Headers headers) throws IOException {
    if (headers.halfMade().isPresent()) {
      disk.delete(headers.halfMade().get().path());
      disk.syncDirectory(folder);
    }
  }
}
