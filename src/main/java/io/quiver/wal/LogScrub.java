package io.quiver.wal;

import io.quiver.disk.Disk;
import io.quiver.disk.DiskFile;
import io.quiver.disk.FileFault;
import io.quiver.disk.Findings;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Reads all segments of a log in use once, a piece at a time, beside the writer: the last one up to
 * the end of the last group that was written in full. Holds no file between two pieces.
 *
 * <p>Thread safety: the thread that calls {@link Wal#truncateBefore}.
 */
public final class LogScrub {
  /** What is read too much at the end of a step. */
  private static final long WINDOW_BYTES = 64 << 10;

  private final Disk disk;
  private final Path folder;
  private final Segments segments;
  private final long lastFirstLsn;

  /** The present segment begins here, or behind it if that one was deleted meanwhile. */
  private long firstLsn;

  /** How far the present segment was read; 0 = not begun. */
  private long position;

  private long nextLsn;

  /** What came later is left to the next time. */
  private long endBytes;

  LogScrub(Disk disk, Path folder, Segments segments) {
    this.disk = disk;
    this.folder = folder;
    this.segments = segments;
    this.lastFirstLsn = segments.last().map(Segment::firstLsn).orElse(-1L);
  }

  public boolean isDone() {
    return present().isEmpty();
  }

  private Optional<Segment> present() {
    return segments.from(firstLsn).filter(segment -> segment.firstLsn() <= lastFirstLsn);
  }

  /** Bytes still to be read, about. */
  public long remainingBytes() {
    long bytes = -position;
    Optional<Segment> each = present();
    while (each.isPresent() && each.get().firstLsn() <= lastFirstLsn) {
      bytes += each.get().bytes();
      each = segments.from(each.get().firstLsn() + 1);
    }
    return Math.max(0, bytes);
  }

  /**
   * Reads on in one segment. What stands behind a damaged record is not read.
   *
   * @param bytes after which to stop, behind a record
   * @throws IOException if the disk refuses to read
   */
  public void read(long bytes, Findings findings) throws IOException {
    Optional<Segment> segment = present();
    if (segment.isEmpty()) {
      return;
    }
    try {
      read(segment.get(), bytes, findings);
    } catch (NoSuchFileException e) {
      findings.fault(new FileFault(segment.get().path(), 0, "a segment", "no such file"));
      skip();
    }
  }

  /** Goes on with the next segment. */
  public void skip() {
    firstLsn = present().map(Segment::firstLsn).orElse(firstLsn) + 1;
    position = 0;
  }

  private void read(Segment segment, long bytes, Findings findings) throws IOException {
    Optional<Fault> fault = Optional.empty();
    if (segment.firstLsn() != firstLsn || position == 0) {
      firstLsn = segment.firstLsn();
      position = WalLayout.HEADER_BYTES;
      nextLsn = firstLsn;
      endBytes = segment.bytes();
      fault = Segment.read(disk, folder, firstLsn).headerFault();
      findings.read(WalLayout.HEADER_BYTES);
    }
    if (fault.isPresent()) {
      tell(segment, 0, fault.get(), findings);
    } else {
      records(segment, bytes, findings);
    }
  }

  private void records(Segment segment, long bytes, Findings findings) throws IOException {
    long from = position;
    try (DiskFile file = disk.openReadOnly(segment.path());
        SegmentReader reader = new SegmentReader(file, segment.salt(), nextLsn, Long.MAX_VALUE)) {
      if (reader.size() < endBytes) {
        Fault fault = Fault.of("segment of", endBytes + " bytes", reader.size() + " bytes");
        tell(segment, reader.size(), fault, findings);
        return;
      }
      reader.beginAt(from, nextLsn, endBytes);
      reader.window(WINDOW_BYTES);
      boolean isWhole = true;
      while (isWhole && reader.position() - from < bytes) {
        isWhole = reader.next();
      }
      findings.read(reader.position() - from);
      position = reader.position();
      nextLsn = reader.nextLsn();
      if (reader.fault().isPresent()) {
        tell(segment, position, reader.fault().get(), findings);
      } else if (position >= endBytes) {
        skip();
      }
    }
  }

  private void tell(Segment segment, long offset, Fault fault, Findings findings) {
    findings.fault(new FileFault(segment.path(), offset, fault.expected(), fault.found()));
    skip();
  }
}
