package io.quiver.collection;

import io.quiver.core.Deadline;
import io.quiver.core.Limits;
import io.quiver.core.VectorId;
import io.quiver.filter.RowTest;
import io.quiver.message.Row;
import io.quiver.message.ScrollRows;
import io.quiver.message.ScrolledRows;
import io.quiver.message.VersionedRows;
import io.quiver.vectors.IdTable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One page of a scroll: shard by shard, in each by the place of the id in its id table, and ids of
 * the same place by their text. Only the id decides that, so an update, a compaction, a restart or
 * a growing table changes nothing, and a page costs what its rows cost. Used once, by one thread.
 */
final class ScrollPage {
  private static final long BYTES_MAX = Limits.ANSWER_COMPONENTS_MAX * Float.BYTES;

  /** Rows looked at between two looks at the clock, if a filter lets few of them pass. */
  private static final int BLOCK_ROWS = 1_024;

  private final ScrollRows asked;
  private final Deadline deadline;
  private final RowTest test;
  private final List<Row> rows = new ArrayList<>();
  private final List<Long> versions = new ArrayList<>();
  private long bytes;
  private boolean full;

  ScrollPage(ScrollRows asked, Deadline deadline) {
    this.asked = asked;
    this.deadline = deadline;
    this.test = RowTest.of(asked.filter());
  }

  /** An id in its place. */
  private record Entry(int place, VectorId id, int ordinal) {
    int compareTo(Entry other) {
      int order = Integer.compareUnsigned(place, other.place);
      return order == 0 ? id.value().compareTo(other.id.value()) : order;
    }
  }

  /** Adds rows of a shard until the page is full. */
  void read(Generation held, Optional<VectorId> after) throws IOException {
    int place = after.map(IdTable::place).orElse(0);
    Optional<VectorId> last = after;
    boolean more = true;
    while (more && !full) {
      deadline.check();
      int missing = asked.limit() - rows.size() + 1; // One more tells whether the page is the last.
      int wanted = asked.isFiltered() ? Math.max(missing, BLOCK_ROWS) : missing;
      List<Entry> entries = entries(held, place, wanted, last);
      add(held, entries);
      more = asked.isFiltered() && !entries.isEmpty();
      if (more) {
        place = entries.getLast().place();
        last = Optional.of(entries.getLast().id());
      }
    }
  }

  /** Entries from a place on, in the order of pages; at least so many if there are. */
  private static List<Entry> entries(
      Generation held, int place, int countMin, Optional<VectorId> after) throws IOException {
    List<Entry> entries = new ArrayList<>();
    for (long slot : Shard.slotsFrom(held, place, countMin)) {
      int ordinal = IdTable.ordinalOf(slot);
      Entry entry = new Entry(IdTable.placeOf(slot), held.rows.id(ordinal), ordinal);
      boolean isBehind = entry.place() != place || after.isEmpty() || isBehind(entry, after.get());
      if (isBehind) {
        entries.add(entry);
      }
    }
    entries.sort(Entry::compareTo);
    return entries;
  }

  private void add(Generation held, List<Entry> entries) throws IOException {
    for (Entry entry : entries) {
      if (asked.isFiltered() && !RowFilter.matches(test, held.rows, entry.ordinal())) {
        continue;
      }
      if (rows.size() == asked.limit() || bytes > BYTES_MAX) {
        full = true;
        return;
      }
      Row row = held.rows.row(entry.ordinal(), asked.withVectors(), asked.withMetadata());
      rows.add(row);
      versions.add(held.versions.of(entry.ordinal()));
      bytes += row.metadata().bytes() + (long) row.vector().dimension() * Float.BYTES;
    }
  }

  private static boolean isBehind(Entry entry, VectorId id) {
    return entry.id().value().compareTo(id.value()) > 0;
  }

  /** Whether there is a row that did not fit. */
  boolean isFull() {
    return full;
  }

  /** The same with versions. */
  VersionedRows versioned() {
    return new VersionedRows(rows, versions, whole().next());
  }

  ScrolledRows whole() {
    return new ScrolledRows(rows, full ? Optional.of(rows.getLast().id()) : Optional.empty());
  }
}
