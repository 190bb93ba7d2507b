package io.quiver.node;

import io.quiver.bus.Durations;
import io.quiver.bus.Figures;
import io.quiver.bus.Figures.Family;
import io.quiver.bus.Figures.Kind;
import io.quiver.bus.Figures.Sample;
import io.quiver.catalog.Database;
import io.quiver.collection.Collection;
import io.quiver.message.CollectionStats;
import io.quiver.message.Command;
import io.quiver.wal.Wal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/**
 * The figures of a node: queues, log, and each collection's rows, index and memory. What requests
 * took is counted where they are asked. Thread-safe.
 */
final class NodeFigures implements Figures.Source {
  private final Database database;
  private final SearchPool searches;
  private final WriteBudget writes;
  private final Durations syncs;

  /**
   * Reads these.
   *
   * @param syncs what {@link #timed} counts
   */
  NodeFigures(Database database, SearchPool searches, WriteBudget writes, Durations syncs) {
    this.database = database;
    this.searches = searches;
    this.writes = writes;
    this.syncs = syncs;
  }

  /** The same log, whose syncs are timed. */
  static LogWriter timed(LogWriter log, Durations syncs) {
    return new LogWriter() {
      @Override
      public long append(UUID collection, Command command) {
        return log.append(collection, command);
      }

      @Override
      public void sync(boolean force) {
        long startNanos = System.nanoTime();
        log.sync(force);
        if (force) {
          syncs.record(System.nanoTime() - startNanos);
        }
      }
    };
  }

  @Override
  public List<Family> read() {
    List<Family> families = new ArrayList<>();
    queues(families);
    log(families);
    collections(families);
    return families;
  }

  private void queues(List<Family> to) {
    to.add(gauge("quiver_search_queue", "Searches that wait for a thread", searches.queued()));
    to.add(gauge("quiver_search_threads", "Threads that search", searches.threadCount()));
    to.add(gauge("quiver_search_threads_busy", "Threads that search now", searches.busy()));
    to.add(gauge("quiver_log_queue", "Writes that wait for the log", writes.writesWaiting()));
  }

  private void log(List<Family> to) {
    Wal wal = database.log();
    long last = wal.lastLsn();
    to.add(gauge("quiver_log_bytes", "Bytes of the log on disk", wal.bytes()));
    to.add(
        Family.of(
            "quiver_log_records_total", Kind.COUNTER, "Number of the last record", (double) last));
    long unsynced = Math.max(0, last - wal.syncedLsn());
    to.add(gauge("quiver_log_unsynced_records", "Records not yet on stable storage", unsynced));
    to.add(
        new Family(
            "quiver_log_sync_seconds",
            Kind.HISTOGRAM,
            "Writes of a group of records that somebody waits for, with their sync",
            syncs.samples(Map.of())));
  }

  private void collections(List<Family> to) {
    List<Figure> all = database.collections().stream().map(NodeFigures::figure).toList();
    to.add(each(all, "vectors", "Rows", CollectionStats::vectorCount));
    to.add(each(all, "unindexed_rows", "Rows that are scanned", CollectionStats::unindexedRows));
    to.add(
        each(all, "deleted_rows", "Rows that wait for compaction", CollectionStats::deletedRows));
    to.add(each(all, "index_progress", "Part of the rows in the index", NodeFigures::progress));
    to.add(each(all, "log_lag_records", "Records a restart replays at most", NodeFigures::lag));
    to.add(split(all, "memory_bytes", "component", CollectionStats::memoryByComponent));
    to.add(split(all, "disk_bytes", "file", CollectionStats::diskByComponent));
  }

  private record Figure(String name, CollectionStats stats) {}

  private static Figure figure(Collection collection) {
    return new Figure(collection.config().name().value(), collection.stats());
  }

  private static double progress(CollectionStats stats) {
    double rows = stats.vectorCount();
    return rows == 0 ? 1 : Math.max(0, (rows - stats.unindexedRows()) / rows);
  }

  private static double lag(CollectionStats stats) {
    return Math.max(0, stats.appliedLsn() - stats.checkpointLsn());
  }

  private static Family each(
      List<Figure> all, String name, String help, ToDoubleFunction<CollectionStats> value) {
    return new Family(
        "quiver_collection_" + name,
        Kind.GAUGE,
        help,
        all.stream()
            .map(each ->
                new Sample(
                    "", Map.of("collection", each.name()), value.applyAsDouble(each.stats())))
            .toList());
  }

  private static Family split(
      List<Figure> all,
      String name,
      String label,
      Function<CollectionStats, Map<String, Long>> parts) {
    List<Sample> samples = new ArrayList<>();
    for (Figure each : all) {
      parts
          .apply(each.stats())
          .forEach((part, bytes) ->
              samples.add(new Sample("", Map.of("collection", each.name(), label, part), bytes)));
    }
    return new Family("quiver_collection_" + name, Kind.GAUGE, "Bytes by " + label, samples);
  }

  private static Family gauge(String name, String help, long value) {
    return Family.of(name, Kind.GAUGE, help, (double) value);
  }
}
