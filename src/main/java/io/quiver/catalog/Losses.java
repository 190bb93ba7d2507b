package io.quiver.catalog;

import io.quiver.disk.FileFault;
import io.quiver.wal.Gap;
import io.quiver.wal.Survey;
import java.util.Set;
import java.util.UUID;

/** Whose acknowledged writes damage of the log may have cost. */
final class Losses {
  private Losses() {}

  /**
   * Whether a collection may lack a write. A record that still names its collection is that one's
   * alone; but only a uuid that somebody has, or had, is a name, for it may be what is damaged.
   * Else every collection may be hit whose files still need one of these records.
   *
   * @param checkpointLsn the files of the collection need no record up to this one
   * @param log what is whole of it
   * @param known uuids that are surely names, beside those in the log
   */
  static boolean hits(Gap gap, UUID collection, long checkpointLsn, Survey log, Set<UUID> known) {
    return !gap.isEmpty()
        && Math.max(checkpointLsn, log.settledLsn()) < gap.lastLsn()
        && gap.owner()
            .filter(owner -> known.contains(owner) || log.collections().contains(owner))
            .map(collection::equals)
            .orElse(true);
  }

  /** The place, and which records are lost by it. */
  static FileFault told(Gap gap) {
    FileFault fault = gap.fault();
    return new FileFault(
        fault.file(),
        fault.offset(),
        fault.expected(),
        "%s; %s".formatted(fault.found(), gap.lost()));
  }
}
