package io.quiver.wal;

import io.quiver.disk.Disk;
import io.quiver.disk.DiskFile;
import io.quiver.disk.FileFault;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Reads one segment from end to end, also past damage, of which it tells. One thread. */
final class SegmentWalk implements Closeable {
  private final Segment segment;
  private final boolean isForced;
  private final GapHandler gaps;
  private final DiskFile file;
  private final SegmentReader reader;
  private boolean isHeaderTold;
  private boolean isDamaged;

  /**
   * A walk that stands before the first record.
   *
   * @param lastLsnMax of the last record that may be in it
   * @param isForced whether the segment was on stable storage as a whole, so that what is not whole
   *     is damage; else it may be a tail that a crash tore
   * @param gaps is told of damage as it is met
   */
  SegmentWalk(Disk disk, Segment segment, long lastLsnMax, boolean isForced, GapHandler gaps)
      throws IOException {
    this.segment = segment;
    this.isForced = isForced;
    this.gaps = gaps;
    this.file = disk.openReadOnly(segment.path());
    this.reader = new SegmentReader(file, segment.salt(), segment.firstLsn(), lastLsnMax);
  }

  SegmentReader reader() {
    return reader;
  }

  /** Moves to the next whole record; false at the end, or before a torn tail. */
  boolean next() throws IOException {
    if (!segment.isReadable()) {
      return false;
    }
    if (!isHeaderTold && segment.headerFault().isPresent()) {
      tellHeader(segment.firstLsn() - 1);
    }
    isHeaderTold = true;
    while (!reader.next()) {
      if (reader.fault().isEmpty() || isTorn() || !skip()) {
        return false;
      }
    }
    return true;
  }

  /** Tells that the header is damaged, and that no record up to {@code lastLsn} can be read. */
  private void tellHeader(long lastLsn) throws IOException {
    FileFault fault = at(0, segment.headerFault().orElseThrow());
    tell(fault, segment.firstLsn(), lastLsn, List.of());
  }

  private boolean isTorn() throws IOException {
    return !isForced && !reader.isFaultProvenDamage();
  }

  private boolean skip() throws IOException {
    FileFault fault = at(reader.position(), reader.fault().orElseThrow());
    long firstLsn = reader.nextLsn();
    if (!reader.skip()) {
      return false;
    }
    long lastLsn = reader.nextLsn() - 1;
    tell(
        fault,
        firstLsn,
        lastLsn,
        reader.owners(fault.offset(), firstLsn, reader.position(), lastLsn));
    return true;
  }

  /** The tail that a crash tore, of a segment that was not forced; once {@link #next} is false. */
  Optional<TornTail> tornTail() {
    return isForced
        ? Optional.empty()
        : reader
            .fault()
            .map(fault ->
                new TornTail(
                    segment.path(),
                    reader.position(),
                    reader.size() - reader.position(),
                    fault.expected(),
                    fault.found()));
  }

  /** Whether more than whole records is there, and not a torn tail; once {@link #next} is false. */
  boolean endsInDamage() {
    return !segment.isReadable() || (isForced && reader.fault().isPresent());
  }

  /**
   * Tells what is missing at the end of a segment that was forced, once {@link #next} is false.
   *
   * @param lastLsn of the last record that there was
   * @param witness the file that says so
   */
  void end(long lastLsn, Path witness) throws IOException {
    long readLsn = reader.nextLsn() - 1;
    if (!segment.isReadable()) {
      tellHeader(Math.max(lastLsn, readLsn));
    } else if (reader.fault().isPresent()) {
      long from = reader.position();
      long last = Math.max(lastLsn, readLsn);
      List<UUID> owners = reader.owners(from, readLsn + 1, reader.size(), last);
      tell(at(from, reader.fault().get()), readLsn + 1, last, owners);
    } else if (readLsn < lastLsn) {
      Fault fault = Fault.of("records up to LSN", lastLsn, readLsn);
      FileFault at = new FileFault(witness, 0, fault.expected(), fault.found());
      tell(at, readLsn + 1, lastLsn, List.of());
    }
  }

  /** Whether anything was told. */
  boolean isDamaged() {
    return isDamaged;
  }

  private FileFault at(long offset, Fault fault) {
    return new FileFault(segment.path(), offset, fault.expected(), fault.found());
  }

  private void tell(FileFault fault, long firstLsn, long lastLsn, List<UUID> owners)
      throws IOException {
    isDamaged = true;
    if (owners.isEmpty()) {
      gaps.onGap(new Gap(fault, segment.firstLsn(), firstLsn, lastLsn, Optional.empty()));
    }
    for (int i = 0; i < owners.size(); i++) {
      long lsn = firstLsn + i;
      gaps.onGap(new Gap(fault, segment.firstLsn(), lsn, lsn, Optional.of(owners.get(i))));
    }
  }

  @Override
  public void close() throws IOException {
    reader.close();
    file.close();
  }
}
