package io.quiver.wal;

import io.quiver.disk.Disk;
import io.quiver.disk.DiskFile;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;

/**
 * The segments of a log, oldest first.
 *
 * <p>Thread safety: everything, from any thread.
 *
 * <p>Invariants: segments come at the end and go at the beginning, so there is never a hole; the
 * last one never goes.
 */
final class Segments {
  private final Disk disk;
  private final NavigableMap<Long, Segment> byFirstLsn = new ConcurrentSkipListMap<>();
  private final Object truncation = new Object();

  Segments(Disk disk, List<Segment> segments) {
    this.disk = disk;
    segments.forEach(this::add);
  }

  void add(Segment segment) {
    byFirstLsn.put(segment.firstLsn(), segment);
  }

  Optional<Segment> first() {
    return Optional.ofNullable(byFirstLsn.firstEntry()).map(Map.Entry::getValue);
  }

  Optional<Segment> last() {
    return Optional.ofNullable(byFirstLsn.lastEntry()).map(Map.Entry::getValue);
  }

  long bytes() {
    return byFirstLsn.values().stream().mapToLong(Segment::bytes).sum();
  }

  /** See {@link Wal#truncateBefore}. */
  void truncateBefore(long lsn, Syncs syncs) throws IOException {
    synchronized (truncation) {
      Optional<Segment> oldest = first();
      while (oldest.isPresent() && isFollowedBy(oldest.get(), lsn)) {
        disk.delete(oldest.get().path());
        syncs.folder(); // One by one: a crash must not leave a hole between segments.
        byFirstLsn.remove(oldest.get().firstLsn());
        oldest = first();
      }
    }
  }

  /** See {@link Wal#replay}. */
  void replay(long afterLsn, RecordHandler handler) throws IOException {
    long readLsn = -1; // Of the last record of the segment before, once one was read.
    for (Segment segment : byFirstLsn.values()) {
      if (isFollowedBy(segment, afterLsn + 1)) {
        continue;
      }
      if (readLsn >= 0 && segment.previousLsn() != readLsn) {
        throw new WalDamagedException(
            segment.path(), 0, Fault.of("the records up to LSN", segment.previousLsn(), readLsn));
      }
      readLsn = replay(segment, afterLsn, handler);
    }
  }

  private long replay(Segment segment, long afterLsn, RecordHandler handler) throws IOException {
    try (DiskFile file = disk.openReadOnly(segment.path());
        SegmentReader reader = new SegmentReader(file, segment.salt(), segment.firstLsn())) {
      while (reader.next()) {
        if (reader.nextLsn() - 1 > afterLsn) {
          reader.deliver(handler);
        }
      }
      if (reader.fault().isPresent()) {
        throw new WalDamagedException(segment.path(), reader.position(), reader.fault().get());
      }
      return reader.nextLsn() - 1;
    }
  }

  /** Whether there is a next segment and it begins at or below {@code lsn}. */
  private boolean isFollowedBy(Segment segment, long lsn) {
    Long next = byFirstLsn.higherKey(segment.firstLsn());
    return next != null && next <= lsn;
  }
}
