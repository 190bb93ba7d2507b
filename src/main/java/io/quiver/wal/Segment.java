package io.quiver.wal;

import io.quiver.disk.Disk;
import io.quiver.disk.DiskFile;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Optional;
import java.util.UUID;

/** What is known of one file of the log. Immutable but for the size, which the writer publishes. */
final class Segment {
  private final Path path;
  private final long firstLsn;
  private final MemorySegment header;
  private volatile long bytes;

  Segment(Path path, long firstLsn, MemorySegment header, long bytes) {
    this.path = path;
    this.firstLsn = firstLsn;
    this.header = header;
    this.bytes = bytes;
  }

  /**
   * Reads the header of an existing file.
   *
   * @throws WalDamagedException if it is not whole
   */
  static Segment read(Disk disk, Path folder, long firstLsn) throws IOException {
    Path path = folder.resolve(WalLayout.fileName(firstLsn));
    MemorySegment header = MemorySegment.ofArray(new byte[WalLayout.HEADER_BYTES]);
    try (DiskFile file = disk.openReadOnly(path)) {
      long size = file.size();
      if (size < WalLayout.HEADER_BYTES) {
        throw new WalDamagedException(
            path, 0, Fault.of("header of", WalLayout.HEADER_BYTES + " bytes", size + " bytes"));
      }
      file.read(0, header);
      Optional<Fault> fault = WalLayout.headerFault(header, firstLsn);
      if (fault.isPresent()) {
        throw new WalDamagedException(path, 0, fault.get());
      }
      return new Segment(path, firstLsn, header, size);
    }
  }

  Path path() {
    return path;
  }

  long firstLsn() {
    return firstLsn;
  }

  UUID log() {
    return WalLayout.log(header);
  }

  /** LSN of the last record before this segment; lower than one less where numbers were skipped. */
  long previousLsn() {
    return WalLayout.previousLsn(header);
  }

  int salt() {
    return WalLayout.salt(header);
  }

  /** Bytes up to the end of the last group that was written in full. */
  long bytes() {
    return bytes;
  }

  void publishBytes(long size) {
    bytes = size;
  }
}
