package io.quiver.wal;

import io.quiver.disk.Disk;
import io.quiver.disk.FileFault;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;

/**
 * The segments of a folder, and where each must end.
 *
 * @param segments by first LSN; their headers may be damaged
 * @param halfMade the file behind them, if a crash came before its header was synced: it never had
 *     a record
 */
record Headers(List<Segment> segments, Optional<Segment> halfMade) {
  static Headers read(Disk disk, Path folder) throws IOException {
    long[] firstLsns =
        disk.list(folder).stream()
            .map(WalLayout::firstLsnOf)
            .filter(OptionalLong::isPresent)
            .mapToLong(OptionalLong::getAsLong)
            .sorted()
            .toArray();
    List<Segment> segments = new ArrayList<>();
    for (long firstLsn : firstLsns) {
      segments.add(Segment.read(disk, folder, firstLsn));
    }
    Optional<Segment> halfMade = Optional.empty();
    if (!segments.isEmpty() && isHalfMade(segments.getLast())) {
      halfMade = Optional.of(segments.removeLast());
    }
    Optional<UUID> log = log(segments);
    for (int i = 0; i < segments.size(); i++) {
      if (!segments.get(i).isReadable()) {
        segments.set(i, segments.get(i).readableIf(disk, log));
      }
    }
    return new Headers(segments, halfMade);
  }

  /** Records are only written once the header is on stable storage. */
  private static boolean isHalfMade(Segment last) {
    return last.headerFault().isPresent() && last.bytes() <= WalLayout.HEADER_BYTES;
  }

  /** The uuid of the log, if some header is whole. */
  Optional<UUID> log() {
    return log(segments);
  }

  private static Optional<UUID> log(List<Segment> segments) {
    return segments.stream()
        .filter(segment -> segment.headerFault().isEmpty())
        .findFirst()
        .map(Segment::log);
  }

  /** Segments that no log may be built on. */
  List<FileFault> foreign() {
    UUID ours = log().orElse(WalLayout.NO_COLLECTION);
    return segments.stream().flatMap(segment -> segment.foreign(ours).stream()).toList();
  }

  /** Whether nothing in the last segment can be a tail that a crash tore. */
  boolean isLastForced() {
    return halfMade.isPresent() || !segments.getLast().isReadable();
  }

  /**
   * LSN of the last record that there was in the last segment.
   *
   * @param readLsn of the last one that is whole
   * @param isDamaged whether more than whole records is behind that
   */
  long lastLsn(long readLsn, boolean isDamaged) {
    if (!isDamaged) {
      return readLsn;
    }
    Segment last = segments.getLast();
    long bound =
        halfMade.map(Segment::firstLsn).orElseGet(() -> last.firstLsn() + last.recordsMax()) - 1;
    return Math.max(readLsn, bound);
  }

  /** LSN of the last record that there was in a segment, as the one behind it has it. */
  static long lastLsnBefore(Segment next, Segment segment) {
    boolean isKnown = next.headerFault().isEmpty() && next.previousLsn() >= segment.firstLsn() - 1;
    return isKnown ? next.previousLsn() : next.firstLsn() - 1;
  }
}
