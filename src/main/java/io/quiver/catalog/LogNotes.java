package io.quiver.catalog;

import io.quiver.wal.TornTail;
import io.quiver.wal.Wal;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What opening the log found that an operator should know for as long as the node runs.
 *
 * @param torn an end that a crash left incomplete and that was cut off
 * @param lost why records must be missing that were once acknowledged
 */
record LogNotes(Optional<String> torn, Optional<String> lost) {
  static final LogNotes NONE = new LogNotes(Optional.empty(), Optional.empty());

  /** After replay, before any number is left out. */
  static LogNotes of(Wal wal, long checkpointedLsn) {
    return new LogNotes(
        wal.tornTail().map(TornTail::toString),
        wal.lastLsn() < checkpointedLsn
            ? Optional.of(
                ("the log ends at LSN %d, before the last checkpoint at LSN %d: its end was lost,"
                        + " and with it what was written to other collections since theirs")
                    .formatted(wal.lastLsn(), checkpointedLsn))
            : Optional.empty());
  }

  /** The same in one line that follows others; empty if there is nothing to know. */
  String text() {
    return Stream.concat(torn.stream(), lost.stream())
        .map(note -> "; " + note)
        .collect(Collectors.joining());
  }
}
