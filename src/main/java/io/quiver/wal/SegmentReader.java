package io.quiver.wal;

import io.quiver.disk.DiskFile;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Optional;

/**
 * Reads the records of one segment in order, and stops before the first that is not whole. Reads
 * through a window of native memory instead of a mapping, so that a bad disk is an {@link
 * IOException}. One thread.
 */
final class SegmentReader implements AutoCloseable {
  private static final long WINDOW_BYTES = 1 << 20;

  private final DiskFile file;
  private final long size;
  private final int salt;
  private final Arena arena = Arena.ofConfined();
  private MemorySegment buffer = MemorySegment.NULL;
  private MemorySegment window = MemorySegment.NULL;
  private long windowFrom;

  private long position = WalLayout.HEADER_BYTES;
  private long nextLsn;
  private long provenLsn;
  private long recordAt;
  private Optional<Fault> fault = Optional.empty();

  /**
   * A reader that stands before the first record.
   *
   * @param nextLsn LSN of the first record
   */
  SegmentReader(DiskFile file, int salt, long nextLsn) throws IOException {
    this.file = file;
    this.size = file.size();
    this.salt = salt;
    this.nextLsn = nextLsn;
  }

  /** Moves to the next record; false at the end of what is whole. */
  boolean next() throws IOException {
    while (position < size) {
      fault = check(position, nextLsn);
      if (fault.isPresent()) {
        return false;
      }
      recordAt = at(position);
      position += WalLayout.recordBytes(WalLayout.length(window, recordAt));
      provenLsn = Math.max(provenLsn, WalLayout.syncedLsn(window, recordAt));
      if (WalLayout.lsn(window, recordAt) != WalLayout.MARK_LSN) {
        nextLsn++;
        return true;
      }
    }
    return false;
  }

  /** Where the whole records end, in bytes from the start of the file. */
  long position() {
    return position;
  }

  long size() {
    return size;
  }

  /** LSN of the record after the present one. */
  long nextLsn() {
    return nextLsn;
  }

  /** Highest LSN of which a whole record or mark says that it was on stable storage. */
  long provenLsn() {
    return provenLsn;
  }

  /** Why {@link #next()} stopped before the end of the file. */
  Optional<Fault> fault() {
    return fault;
  }

  /** Hands over the present record. */
  void deliver(RecordHandler handler) throws IOException {
    handler.onRecord(
        WalLayout.lsn(window, recordAt),
        WalLayout.collection(window, recordAt),
        WalLayout.payload(window, recordAt));
  }

  /**
   * Whether some whole record behind the bad one shows that the bad one was on stable storage when
   * it was written itself: then the bad one is damage; if none does, it was never synced.
   */
  boolean isFaultProvenDamage() throws IOException {
    for (long at = position + WalLayout.ALIGNMENT;
        at + WalLayout.RECORD_HEADER_BYTES <= size;
        at += WalLayout.ALIGNMENT) {
      load(at, WalLayout.RECORD_HEADER_BYTES);
      long lsn = WalLayout.lsn(window, at(at));
      if (isProof(lsn, WalLayout.syncedLsn(window, at(at))) && check(at, lsn).isEmpty()) {
        return true;
      }
    }
    return false;
  }

  /** The record that should have come next can only stand further on behind a mark, now broken. */
  private boolean isProof(long lsn, long syncedLsn) {
    return lsn == nextLsn || (syncedLsn >= nextLsn && (lsn > nextLsn || lsn == WalLayout.MARK_LSN));
  }

  @Override
  public void close() {
    arena.close();
  }

  private Optional<Fault> check(long offset, long wantedLsn) throws IOException {
    long rest = size - offset;
    if (rest < WalLayout.RECORD_HEADER_BYTES) {
      return Optional.of(
          Fault.of("record header of", WalLayout.RECORD_HEADER_BYTES + " bytes", rest + " bytes"));
    }
    load(offset, WalLayout.RECORD_HEADER_BYTES);
    long lsn = WalLayout.lsn(window, at(offset));
    if (lsn != wantedLsn && lsn != WalLayout.MARK_LSN) {
      return Optional.of(Fault.of("LSN", wantedLsn, lsn));
    }
    long bytes = WalLayout.recordBytes(WalLayout.length(window, at(offset)));
    if (bytes > rest) {
      return Optional.of(Fault.of("record of", bytes + " bytes", rest + " bytes"));
    }
    load(offset, bytes);
    return WalLayout.recordFault(window, at(offset), salt);
  }

  /** The place of a file offset in the window. */
  private long at(long offset) {
    return offset - windowFrom;
  }

  /** Makes the window hold {@code [offset, offset + bytes)}, which is inside the file. */
  private void load(long offset, long bytes) throws IOException {
    if (offset >= windowFrom && offset + bytes <= windowFrom + window.byteSize()) {
      return;
    }
    long wanted = Math.min(size - offset, Math.max(bytes, WINDOW_BYTES));
    if (buffer.byteSize() < wanted) {
      buffer = arena.allocate(wanted, WalLayout.ALIGNMENT);
    }
    window = buffer.asSlice(0, wanted);
    windowFrom = offset;
    file.read(offset, window);
  }
}
