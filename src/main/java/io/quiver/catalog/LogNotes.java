package io.quiver.catalog;

import io.quiver.message.HealthReport.Status;
import io.quiver.wal.Gap;
import io.quiver.wal.TornTail;
import io.quiver.wal.Wal;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What opening the log found that an operator should know for as long as the node runs.
 *
 * @param torn an end that a crash left incomplete and that was cut off
 * @param lost why records must be missing that were once acknowledged
 * @param gaps where the log is damaged; told until these segments are gone
 */
record LogNotes(Optional<String> torn, Optional<String> lost, List<Gap> gaps) {
  static final LogNotes NONE = new LogNotes(Optional.empty(), Optional.empty(), List.of());

  private static final int GAPS_TOLD_MAX = 8;

  LogNotes {
    gaps = List.copyOf(gaps);
  }

  /** After replay, before any number is left out. */
  static LogNotes of(Wal wal, long checkpointedLsn, List<Gap> gaps) {
    return new LogNotes(
        wal.tornTail().map(TornTail::toString),
        wal.lastLsn() < checkpointedLsn
            ? Optional.of(
                ("the log ends at LSN %d, before the last checkpoint at LSN %d: its end was lost,"
                        + " and with it what was written to other collections since theirs")
                    .formatted(wal.lastLsn(), checkpointedLsn))
            : Optional.empty(),
        gaps);
  }

  Status status(Wal wal) {
    return lost.isPresent() || gaps.stream().anyMatch(wal::isKept)
        ? Status.DEGRADED
        : Status.HEALTHY;
  }

  /** The same in one line that follows others; empty if there is nothing to know. */
  String text(Wal wal) {
    List<Gap> kept = gaps.stream().filter(wal::isKept).toList();
    Stream<String> damage = kept.stream().limit(GAPS_TOLD_MAX).map(gap -> "damaged: " + gap);
    Stream<String> more =
        Stream.of("damaged in %d more places".formatted(kept.size() - GAPS_TOLD_MAX))
            .filter(text -> kept.size() > GAPS_TOLD_MAX);
    return Stream.of(torn.stream(), lost.stream(), damage, more)
        .flatMap(notes -> notes)
        .map(note -> "; " + note)
        .collect(Collectors.joining());
  }
}
