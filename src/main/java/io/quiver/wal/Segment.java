package io.quiver.wal;

import io.quiver.disk.Disk;
import io.quiver.disk.DiskFile;
import io.quiver.disk.FileFault;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** What is known of one file of the log. Immutable but for the size, which the writer publishes. */
final class Segment {
  private final Path path;
  private final long firstLsn;
  private final MemorySegment header;
  private final int salt;
  private final boolean isReadable;
  private volatile long bytes;

  private Segment(
      Path path, long firstLsn, MemorySegment header, long bytes, int salt, boolean isReadable) {
    this.path = path;
    this.firstLsn = firstLsn;
    this.header = header;
    this.bytes = bytes;
    this.salt = salt;
    this.isReadable = isReadable;
  }

  /** A file that was just made and holds its header. */
  static Segment made(Path path, long firstLsn, MemorySegment header) {
    return new Segment(
        path, firstLsn, header, WalLayout.HEADER_BYTES, WalLayout.salt(header), true);
  }

  /** Reads the header of an existing file, whole or not; what is not there counts as zeros. */
  static Segment read(Disk disk, Path folder, long firstLsn) throws IOException {
    Path path = folder.resolve(WalLayout.fileName(firstLsn));
    MemorySegment header = MemorySegment.ofArray(new byte[WalLayout.HEADER_BYTES]);
    try (DiskFile file = disk.openReadOnly(path)) {
      long size = file.size();
      file.read(0, header.asSlice(0, Math.min(size, WalLayout.HEADER_BYTES)));
      Segment segment = new Segment(path, firstLsn, header, size, WalLayout.salt(header), true);
      return segment.headerFault().isEmpty() ? segment : segment.readableIf(disk, Optional.empty());
    }
  }

  /**
   * The same segment, whose header is damaged, if need be with another salt: one under which some
   * record in it is whole.
   *
   * @param log of the other segments
   */
  Segment readableIf(Disk disk, Optional<UUID> log) throws IOException {
    for (int candidate : saltsLeft(log)) {
      try (DiskFile file = disk.openReadOnly(path);
          SegmentReader reader = new SegmentReader(file, candidate, firstLsn, Long.MAX_VALUE)) {
        if (reader.next() || reader.skip()) {
          return new Segment(path, firstLsn, header, bytes, candidate, true);
        }
      }
    }
    return new Segment(path, firstLsn, header, bytes, salt, false);
  }

  /**
   * The salts that a damaged header leaves possible: of what it must have said, of what it says, or
   * the one that it says. Never one that a client could know, as that of zeros: bytes in a payload
   * would pass for records.
   */
  private List<Integer> saltsLeft(Optional<UUID> log) {
    List<Integer> salts = new ArrayList<>();
    log.ifPresent(uuid -> salts.add(expectedSalt(uuid)));
    if (WalLayout.beginsAsHeader(header)) {
      salts.add(WalLayout.salt(header));
      salts.add(WalLayout.headerCrc(header));
    } else if (expectedSalt(log()) == WalLayout.salt(header)) {
      salts.add(WalLayout.salt(header));
    }
    return salts;
  }

  private int expectedSalt(UUID log) {
    return WalLayout.salt(WalLayout.header(log, firstLsn, firstLsn - 1));
  }

  Path path() {
    return path;
  }

  long firstLsn() {
    return firstLsn;
  }

  /** Meaningless if the header is damaged. */
  UUID log() {
    return WalLayout.log(header);
  }

  /**
   * LSN of the last record before this segment; lower than one less where numbers were skipped.
   * Meaningless if the header is damaged.
   */
  long previousLsn() {
    return WalLayout.previousLsn(header);
  }

  int salt() {
    return salt;
  }

  /** Bytes up to the end of the last group that was written in full. */
  long bytes() {
    return bytes;
  }

  void publishBytes(long size) {
    bytes = size;
  }

  /** What is wrong with the header. */
  Optional<Fault> headerFault() {
    return bytes < WalLayout.HEADER_BYTES
        ? Optional.of(Fault.of("header of", WalLayout.HEADER_BYTES + " bytes", bytes + " bytes"))
        : WalLayout.headerFault(header, firstLsn);
  }

  /** Why a whole header cannot be that of a segment of this log. */
  Optional<FileFault> foreign(UUID ours) {
    Optional<Fault> other =
        WalLayout.otherVersion(header)
            .or(() ->
                headerFault().isPresent() || log().equals(ours)
                    ? Optional.empty()
                    : Optional.of(Fault.of("log", ours, log())));
    return other.map(fault -> new FileFault(path, 0, fault.expected(), fault.found()));
  }

  /** False if nothing in it is whole but perhaps, without records, the header. */
  boolean isReadable() {
    return isReadable;
  }

  /** More records than that cannot have been in it; at least one. */
  long recordsMax() {
    return Math.max(1, (bytes - WalLayout.HEADER_BYTES) / WalLayout.RECORD_HEADER_BYTES);
  }
}
