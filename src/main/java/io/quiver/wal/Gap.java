package io.quiver.wal;

import io.quiver.disk.FileFault;
import java.util.Optional;
import java.util.UUID;

/**
 * A place where the log is not what was written, and the records that are lost by it.
 *
 * @param fault where; what should stand there, what does
 * @param segmentLsn first LSN of the segment that lacks them, as in its name
 * @param firstLsn the first record that is lost
 * @param lastLsn the last one; one less than {@code firstLsn} if no record is lost
 * @param owner whose record it was, of one that still says so; unchecked, as its checksum is wrong
 */
public record Gap(
    FileFault fault, long segmentLsn, long firstLsn, long lastLsn, Optional<UUID> owner) {
  public Gap {
    if (lastLsn < firstLsn - 1 || (owner.isPresent() && lastLsn != firstLsn)) {
      throw new IllegalArgumentException(
          "gap of records %d to %d of %s".formatted(firstLsn, lastLsn, owner));
    }
  }

  /** Whether damage cost no record: a header that could be made good, a note that a stop left. */
  public boolean isEmpty() {
    return lastLsn < firstLsn;
  }

  /** Which records are lost, for people. */
  public String lost() {
    if (isEmpty()) {
      return "no log record is lost";
    }
    return firstLsn == lastLsn
        ? "log record %d is lost".formatted(firstLsn)
        : "log records %d to %d are lost".formatted(firstLsn, lastLsn);
  }

  @Override
  public String toString() {
    return fault + "; " + lost();
  }
}
