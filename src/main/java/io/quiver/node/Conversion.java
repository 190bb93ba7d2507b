package io.quiver.node;

import io.quiver.catalog.Database;
import io.quiver.collection.Collection;
import io.quiver.collection.PreparedWrite;
import io.quiver.core.CollectionName;
import io.quiver.core.Durability;
import io.quiver.core.ErrorCode;
import io.quiver.core.QuiverException;
import io.quiver.core.VectorId;
import io.quiver.disk.Disk;
import io.quiver.message.CollectionConfig;
import io.quiver.message.Command;
import io.quiver.message.OnError;
import io.quiver.message.Reply;
import io.quiver.message.Row;
import io.quiver.message.WriteAck;
import io.quiver.message.WriteMode;
import io.quiver.message.WriteVectors;
import io.quiver.migrate.DvecLog;
import io.quiver.migrate.DvecRows;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;

/**
 * Writes the vectors of one d-vecDB collection into a collection of ours, by logged commands like
 * those of any client. Nobody else writes to that collection, or sees it, until it is done; if it
 * is done again, the same rows replace themselves.
 *
 * <p>Thread safety: one thread runs it; any thread asks how far it is.
 */
final class Conversion {
  private static final int BATCH_ROWS = 1_000;
  private static final long BATCH_BYTES = 4L << 20;
  private static final int PROBLEMS_MAX = 10;

  /** Puts a command into the log. */
  interface Log {
    /** Returns the command's sequence number when it is on stable storage. */
    long append(UUID collection, Command command) throws Exception;
  }

  /** What to do about a batch that was refused for a reason that may pass. */
  interface Patience {
    /** Gives up at once. */
    Patience NONE = refusal -> false;

    /**
     * Waits.
     *
     * @return whether to try the batch again
     */
    boolean waits(QuiverException refusal);
  }

  /** Notes, durably, that all rows are on stable storage. */
  interface Settling {
    void settle(String outcome) throws IOException;
  }

  private final Database database;
  private final Disk disk;
  private final CollectionConfig config;
  private final Path folder;
  private final DvecLog deletions;
  private final Log log;
  private final Patience patience;
  private final List<String> problems = new ArrayList<>();
  private final AtomicLong written = new AtomicLong();
  private final AtomicLong refused = new AtomicLong();
  private volatile long total = -1;
  private Optional<Row> held = Optional.empty();

  /**
   * A conversion that has not begun.
   *
   * @param folder what d-vecDB wrote; only read
   * @param deletions the log that goes with it
   */
  Conversion(
      Database database,
      Disk disk,
      CollectionConfig config,
      Path folder,
      DvecLog deletions,
      Log log,
      Patience patience) {
    this.database = database;
    this.disk = disk;
    this.config = config;
    this.folder = folder;
    this.deletions = deletions;
    this.log = log;
    this.patience = patience;
  }

  CollectionName name() {
    return config.name();
  }

  /** Rows written so far. */
  long written() {
    return written.get();
  }

  /** Rows there are; −1 while they are counted. */
  long total() {
    return total;
  }

  /** Records that are no vectors of this collection. */
  long refused() {
    return refused.get();
  }

  /**
   * Checks the whole source first, so that one that cannot be understood leaves nothing behind.
   *
   * @param isCancelled asked between batches
   * @param settling called when everything is written, before anybody may see it
   * @return the collection with all rows in it, all on stable storage; empty if it was cancelled
   * @throws IOException if the source cannot be read, naming file and offset
   */
  Optional<Collection> run(BooleanSupplier isCancelled, Settling settling) throws Exception {
    try (DvecRows rows =
        DvecRows.open(disk, folder, config, deletions.deletedOf(config.name().value()))) {
      checkAny(rows);
      total = rows.total();
      refused.set(rows.refused());
      problems.addAll(rows.problems());
      Collection collection = database.find(config.name()).orElseGet(() -> database.create(config));
      while (!isCancelled.getAsBoolean()) {
        if (!writeBatch(rows, collection)) {
          settling.settle(outcome());
          return Optional.of(collection);
        }
      }
      return Optional.empty();
    }
  }

  /**
   * Reads a source and writes nothing.
   *
   * @throws QuiverException INVALID_ARGUMENT if there is no vector of this configuration in it
   */
  static void check(Disk disk, Path source, CollectionConfig config) throws IOException {
    try (DvecRows rows = DvecRows.open(disk, source, config, Set.of())) {
      checkAny(rows);
    }
  }

  private static void checkAny(DvecRows rows) {
    if (rows.refused() > 0 && rows.refused() == rows.records()) {
      throw QuiverException.invalid(
          "dimension",
          "that of the vectors there",
          "no vector of " + rows.records() + ", e.g. " + rows.problems().getFirst());
    }
  }

  /** How it ended, in words. */
  String outcome() {
    return "converted: %d vectors, %d records refused".formatted(written(), refused());
  }

  /** The first problems, with file and offset; when it has run. */
  List<String> problems() {
    return List.copyOf(problems);
  }

  /** Returns false when all rows are written. */
  private boolean writeBatch(DvecRows rows, Collection collection) throws Exception {
    List<Row> batch = new ArrayList<>();
    Set<VectorId> ids = new HashSet<>();
    long bytes = 0;
    Optional<Row> row = held.isPresent() ? held : rows.next();
    held = Optional.empty();
    while (row.isPresent()) {
      if (!ids.add(row.get().id())) {
        held = row; // The later record of an id goes into a later batch, and so wins.
        break;
      }
      batch.add(row.get());
      bytes += (long) row.get().vector().dimension() * Float.BYTES + row.get().metadata().bytes();
      if (batch.size() == BATCH_ROWS || bytes >= BATCH_BYTES) {
        break;
      }
      row = rows.next();
    }
    if (batch.isEmpty()) {
      return false;
    }
    writePatiently(collection, batch);
    written.addAndGet(batch.size());
    return true;
  }

  private void writePatiently(Collection collection, List<Row> batch) throws Exception {
    while (true) {
      try {
        write(collection, batch);
        return;
      } catch (QuiverException e) {
        if (!mayPass(e.code()) || !patience.waits(e)) {
          throw e;
        }
      }
    }
  }

  /** What ends without a restart. A batch whose outcome is unknown may be written twice. */
  private static boolean mayPass(ErrorCode code) {
    return code == ErrorCode.STORAGE_FULL
        || code == ErrorCode.OVERLOADED
        || code == ErrorCode.UNAVAILABLE;
  }

  private void write(Collection collection, List<Row> batch) throws Exception {
    PreparedWrite prepared =
        collection.prepare(
            new WriteVectors(
                config.name(), WriteMode.UPSERT, batch, OnError.CONTINUE, Durability.FSYNC));
    long lsn = 0;
    if (prepared.command().isPresent()) {
      Command command = prepared.command().get();
      try {
        lsn = log.append(collection.uuid(), command);
      } catch (Throwable e) {
        collection.abandon(prepared);
        throw e;
      }
      collection.apply(lsn, command);
    }
    Reply reply = prepared.reply(lsn);
    if (reply instanceof WriteAck ack) {
      refused.addAndGet(ack.refused().size());
      ack.refused().stream()
          .limit(Math.max(0, PROBLEMS_MAX - problems.size()))
          .forEach(each -> problems.add(folder + ": " + each.id() + ": " + each.message()));
    }
  }
}
