package io.quiver.wal;

import io.quiver.disk.DiskFile;
import java.io.Closeable;
import java.io.IOException;
import java.lang.foreign.MemorySegment;

/** The last segment: the only one that is written. Belongs to the writer. */
final class ActiveSegment implements Closeable {
  private final Segment segment;
  private final DiskFile file;
  private long written; // Where the next write goes: parts of the present group may lie before it.
  private boolean isDirty; // Something was written or cut that was not forced since.
  private boolean isTouched; // The present group was, or was tried to be, written.
  private boolean isRollbackPending;

  ActiveSegment(Segment segment, DiskFile file) {
    this.segment = segment;
    this.file = file;
    this.written = segment.bytes();
  }

  int salt() {
    return segment.salt();
  }

  boolean hasRecords() {
    return segment.bytes() > WalLayout.HEADER_BYTES;
  }

  boolean isGroupUntouched() {
    return !isTouched;
  }

  /** Size once the present group has {@code more} bytes more. */
  long sizeWith(long more) {
    return written + more;
  }

  void write(MemorySegment records) throws IOException {
    isTouched = true;
    isDirty = true;
    file.write(written, records);
    written += records.byteSize();
  }

  /** The present group is in the file as a whole. */
  void acceptGroup() {
    segment.publishBytes(written);
    isTouched = false;
  }

  /** The present group must go; {@link #rollback} does it. */
  void dropGroup() {
    isRollbackPending |= isTouched;
    isTouched = false;
  }

  boolean isRollbackPending() {
    return isRollbackPending;
  }

  /** Cuts off what was dropped; true if that is not durable before {@link #force}. */
  boolean rollback() throws IOException {
    boolean isLonger = file.size() > segment.bytes();
    if (isLonger) {
      file.truncate(segment.bytes());
      isDirty = true;
    }
    written = segment.bytes();
    isRollbackPending = false;
    return isLonger;
  }

  void force() throws IOException {
    if (isDirty) {
      file.force();
      isDirty = false;
    }
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
