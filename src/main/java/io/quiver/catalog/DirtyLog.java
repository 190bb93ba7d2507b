package io.quiver.catalog;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Which log records no checkpoint covers yet, by collection: what the log must keep, and whose
 * checkpoint would free most.
 *
 * <p>Thread safety: any thread.
 */
final class DirtyLog {
  /**
   * The records of one collection that its files lack.
   *
   * @param firstLsn oldest record that is needed
   * @param lastLsn newest record of the collection
   * @param bytes payload bytes since the last checkpoint
   * @param sinceNanos when the last record came
   */
  record Entry(long firstLsn, long lastLsn, long bytes, long sinceNanos) {}

  private final Map<UUID, Entry> entries = new ConcurrentHashMap<>();

  void appended(UUID collection, long lsn, long bytes) {
    long now = System.nanoTime();
    entries.merge(
        collection,
        new Entry(lsn, lsn, bytes, now),
        (old, one) -> new Entry(old.firstLsn, lsn, old.bytes + bytes, now));
  }

  void checkpointed(UUID collection, long lsn) {
    entries.computeIfPresent(
        collection,
        (uuid, entry) ->
            entry.lastLsn <= lsn
                ? null
                : new Entry(Math.max(entry.firstLsn, lsn + 1), entry.lastLsn, 0, entry.sinceNanos));
  }

  void forget(UUID collection) {
    entries.remove(collection);
  }

  /** The collections with records in the log, as they are now, oldest record first. */
  List<Map.Entry<UUID, Entry>> oldestFirst() {
    return entries.entrySet().stream()
        .map(entry -> Map.entry(entry.getKey(), entry.getValue()))
        .sorted(Comparator.comparingLong(entry -> entry.getValue().firstLsn()))
        .toList();
  }

  /** The oldest record that is needed, or {@code otherwise} if none is. */
  long firstNeeded(long otherwise) {
    return entries.values().stream().mapToLong(Entry::firstLsn).min().orElse(otherwise);
  }
}
