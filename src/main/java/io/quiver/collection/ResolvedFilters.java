package io.quiver.collection;

import io.quiver.core.OrdinalSet;
import io.quiver.filter.Filter;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/**
 * What the last filters of a shard came to, for those who ask the same again before something is
 * written. Thread-safe.
 */
final class ResolvedFilters {
  private static final int KEPT = 8;

  private record Entry(Filter filter, OrdinalSet rows) {}

  /** The one that was asked for last comes first. All are of one view. */
  private final Deque<Entry> entries = new ArrayDeque<>();

  private long lsn = -1;
  private int count = -1;

  synchronized Optional<OrdinalSet> find(Filter filter, ReadView view) {
    if (view.lsn() != lsn || view.count() != count) {
      return Optional.empty();
    }
    for (Entry entry : entries) {
      if (entry.filter().equals(filter)) {
        entries.remove(entry);
        entries.addFirst(entry);
        return Optional.of(entry.rows());
      }
    }
    return Optional.empty();
  }

  synchronized void keep(Filter filter, ReadView view, OrdinalSet rows) {
    if (view.lsn() < lsn) {
      return;
    }
    if (view.lsn() != lsn || view.count() != count) {
      entries.clear();
      lsn = view.lsn();
      count = view.count();
    }
    entries.addFirst(new Entry(filter, rows));
    if (entries.size() > KEPT) {
      entries.removeLast();
    }
  }
}
