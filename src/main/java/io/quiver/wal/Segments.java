package io.quiver.wal;

import io.quiver.disk.Disk;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
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
  private final long openedLsn;
  private final NavigableMap<Long, Segment> byFirstLsn = new ConcurrentSkipListMap<>();
  private final Object truncation = new Object();

  /**
   * The segments that opening found.
   *
   * @param openedLsn of the last record in them
   */
  Segments(Disk disk, List<Segment> segments, long openedLsn) {
    this.disk = disk;
    this.openedLsn = openedLsn;
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

  /** The first that does not begin before {@code lsn}. */
  Optional<Segment> from(long lsn) {
    return Optional.ofNullable(byFirstLsn.ceilingEntry(lsn)).map(Map.Entry::getValue);
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
  void replay(long afterLsn, RecordHandler records, GapHandler gaps) throws IOException {
    for (Segment segment : byFirstLsn.values()) {
      if (!isFollowedBy(segment, afterLsn + 1)) {
        walk(
            segment,
            gaps,
            reader -> {
              if (reader.nextLsn() - 1 > afterLsn) {
                reader.deliver(records);
              }
            });
      }
    }
  }

  /** See {@link Wal#survey}. */
  Survey survey() throws IOException {
    Set<UUID> found = new HashSet<>();
    long settledLsn = 0;
    for (Segment segment : byFirstLsn.values()) {
      long settled = walk(segment, gap -> {}, reader -> found.add(reader.collection()));
      settledLsn = Math.max(settledLsn, settled);
    }
    return new Survey(found, settledLsn);
  }

  private interface Step {
    void run(SegmentReader reader) throws IOException;
  }

  /** Returns up to which LSN it says that all is settled. */
  private long walk(Segment segment, GapHandler gaps, Step step) throws IOException {
    Optional<Segment> next =
        Optional.ofNullable(byFirstLsn.higherEntry(segment.firstLsn())).map(Map.Entry::getValue);
    long lastLsn = next.map(each -> Headers.lastLsnBefore(each, segment)).orElse(openedLsn);
    try (SegmentWalk walk = new SegmentWalk(disk, segment, lastLsn, true, gaps)) {
      while (walk.next()) {
        step.run(walk.reader());
      }
      walk.end(lastLsn, next.orElse(segment).path());
      return walk.reader().settledLsn();
    }
  }

  /** Whether there is a next segment and it begins at or below {@code lsn}. */
  private boolean isFollowedBy(Segment segment, long lsn) {
    Long next = byFirstLsn.higherKey(segment.firstLsn());
    return next != null && next <= lsn;
  }
}
