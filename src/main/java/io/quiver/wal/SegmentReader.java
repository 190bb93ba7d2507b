package io.quiver.wal;

import io.quiver.disk.DiskFile;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;

/**
 * Reads the records of one segment in order; stops before one that is not whole, and can go on
 * behind it. Reads through a window of native memory instead of a mapping, so that a bad disk is an
 * {@link IOException}. One thread.
 */
final class SegmentReader implements AutoCloseable {
  private static final long WINDOW_BYTES = 1 << 20;

  private final DiskFile file;
  private long size;
  private final int salt;
  private final long lastLsnMax;
  private final Arena arena = Arena.ofConfined();
  private long windowBytes = WINDOW_BYTES;
  private MemorySegment buffer = MemorySegment.NULL;
  private MemorySegment window = MemorySegment.NULL;
  private long windowFrom;

  private long position = WalLayout.HEADER_BYTES;
  private long nextLsn;
  private long provenLsn;
  private long settledLsn;
  private long recordAt;
  private long startedAt;
  private Optional<Fault> fault = Optional.empty();

  /**
   * A reader that stands before the first record.
   *
   * @param nextLsn LSN of the first record
   * @param lastLsnMax what looks like a record with a higher LSN is none
   */
  SegmentReader(DiskFile file, int salt, long nextLsn, long lastLsnMax) throws IOException {
    this.file = file;
    this.size = file.size();
    this.salt = salt;
    this.nextLsn = nextLsn;
    this.lastLsnMax = lastLsnMax;
  }

  /**
   * Begins before a later record.
   *
   * @param end where it stops, in bytes from the start of the file
   */
  void beginAt(long from, long lsn, long end) {
    position = from;
    nextLsn = lsn;
    size = end;
  }

  /** Reads no more than this at once, unless a record is longer. */
  void window(long bytes) {
    windowBytes = bytes;
  }

  /** Moves to the next record; false at the end of what is whole. */
  boolean next() throws IOException {
    startedAt = position;
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
      if (collection().equals(WalLayout.SETTLED)) {
        settledLsn = nextLsn - 1;
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

  /** Where the last {@link #next()} began: at the present record, or at marks before it. */
  long startedAt() {
    return startedAt;
  }

  /** LSN of the record after the present one. */
  long nextLsn() {
    return nextLsn;
  }

  /** Highest LSN of which a whole record or mark says that it was on stable storage. */
  long provenLsn() {
    return provenLsn;
  }

  /** No record up to this LSN is needed, as the last mark that tells has it; 0 if none does. */
  long settledLsn() {
    return settledLsn;
  }

  /** Why {@link #next()} stopped before the end of the file. */
  Optional<Fault> fault() {
    return fault;
  }

  /** Whose the present record is. */
  UUID collection() {
    return WalLayout.collection(window, recordAt);
  }

  /** Hands over the present record. */
  void deliver(RecordHandler handler) throws IOException {
    handler.onRecord(
        WalLayout.lsn(window, recordAt), collection(), WalLayout.payload(window, recordAt));
  }

  /**
   * Whether some whole record behind the bad one shows that the bad one was on stable storage when
   * it was written itself: then the bad one is damage; if none does, it was never synced.
   */
  boolean isFaultProvenDamage() throws IOException {
    return find(this::isProof).isPresent();
  }

  /** The record that should have come next can only stand further on behind a mark, now broken. */
  private boolean isProof(long lsn, long syncedLsn) {
    return lsn == nextLsn || (syncedLsn >= nextLsn && (lsn > nextLsn || lsn == WalLayout.MARK_LSN));
  }

  /**
   * Moves from the bad record to the next record or mark that is whole; {@link #next} reads it.
   *
   * @return false if there is none: then nothing changed
   */
  boolean skip() throws IOException {
    OptionalLong found = find((lsn, syncedLsn) -> true);
    if (found.isEmpty()) {
      return false;
    }
    position = found.getAsLong();
    nextLsn = lastLsnBefore(lsnAt(position), syncedLsnAt(position)) + 1;
    fault = Optional.empty();
    return true;
  }

  private interface Wanted {
    boolean isWanted(long lsn, long syncedLsn);
  }

  /** Where behind the bad record there is a whole one. */
  private OptionalLong find(Wanted wanted) throws IOException {
    for (long at = position + WalLayout.ALIGNMENT;
        at + WalLayout.RECORD_HEADER_BYTES <= size;
        at += WalLayout.ALIGNMENT) {
      long lsn = lsnAt(at);
      long syncedLsn = syncedLsnAt(at);
      if (isPlausible(at, lastLsnBefore(lsn, syncedLsn))
          && wanted.isWanted(lsn, syncedLsn)
          && check(at, lsn).isEmpty()) {
        return OptionalLong.of(at);
      }
    }
    return OptionalLong.empty();
  }

  /** A mark says that all before it is synced. */
  private static long lastLsnBefore(long lsn, long syncedLsn) {
    return lsn == WalLayout.MARK_LSN ? syncedLsn : lsn - 1;
  }

  /** The numbers in a segment have no gaps: what was in between must fit in between. */
  private boolean isPlausible(long at, long lastLsnBefore) {
    return lastLsnBefore >= nextLsn - 1
        && lastLsnBefore - nextLsn < (at - position) / WalLayout.RECORD_HEADER_BYTES
        && lastLsnBefore <= lastLsnMax;
  }

  /**
   * Whose the records are that are not whole, as far as all else in them is right: numbers and
   * lengths lead from one to the next and exactly to the end.
   *
   * @param from where the first begins
   * @param to where the last ends
   * @return one for each, or none
   */
  List<UUID> owners(long from, long firstLsn, long to, long lastLsn) throws IOException {
    List<UUID> owners = new ArrayList<>();
    long at = from;
    for (long lsn = firstLsn; lsn <= lastLsn; lsn++) {
      if (at + WalLayout.RECORD_HEADER_BYTES > to || lsnAt(at) != lsn) {
        return List.of();
      }
      owners.add(WalLayout.collection(window, at(at)));
      at += WalLayout.recordBytes(WalLayout.length(window, at(at)));
    }
    return at == to ? owners : List.of();
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
    long lsn = lsnAt(offset);
    if (lsn != wantedLsn && lsn != WalLayout.MARK_LSN) {
      return Optional.of(Fault.of("LSN", wantedLsn, lsn));
    }
    if (lsn > lastLsnMax) {
      return Optional.of(Fault.of("the end of the records at LSN", lastLsnMax, lsn));
    }
    long bytes = WalLayout.recordBytes(WalLayout.length(window, at(offset)));
    if (bytes > rest) {
      return Optional.of(Fault.of("record of", bytes + " bytes", rest + " bytes"));
    }
    load(offset, bytes);
    return WalLayout.recordFault(window, at(offset), salt);
  }

  private long lsnAt(long offset) throws IOException {
    load(offset, WalLayout.RECORD_HEADER_BYTES);
    return WalLayout.lsn(window, at(offset));
  }

  private long syncedLsnAt(long offset) throws IOException {
    load(offset, WalLayout.RECORD_HEADER_BYTES);
    return WalLayout.syncedLsn(window, at(offset));
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
    long wanted = Math.min(size - offset, Math.max(bytes, windowBytes));
    if (buffer.byteSize() < wanted) {
      buffer = arena.allocate(wanted, WalLayout.ALIGNMENT);
    }
    window = buffer.asSlice(0, wanted);
    windowFrom = offset;
    file.read(offset, window);
  }
}
