package io.quiver.node;

import io.quiver.bus.Addresses;
import io.quiver.bus.Codecs;
import io.quiver.bus.Replies;
import io.quiver.bus.Routes;
import io.quiver.catalog.Database;
import io.quiver.catalog.Surroundings;
import io.quiver.collection.Collection;
import io.quiver.core.CollectionName;
import io.quiver.core.Durability;
import io.quiver.core.ErrorCode;
import io.quiver.core.QuiverException;
import io.quiver.disk.Disk;
import io.quiver.message.CollectionInfo;
import io.quiver.message.Command;
import io.quiver.message.Failure;
import io.quiver.message.HealthReport.Component;
import io.quiver.message.ImportCollection;
import io.quiver.message.LogAck;
import io.quiver.message.LogAppend;
import io.quiver.message.Message;
import io.quiver.message.Reply;
import io.quiver.migrate.DvecIntake;
import io.quiver.migrate.DvecLog;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes collections of what d-vecDB left, one after another on a thread of its own, while the node
 * serves the others: what lay in the data directory at the start, and what clients ask for. Until a
 * collection is complete its name is held: no client sees it, and no one else gets it.
 *
 * <p>Thread safety: any thread.
 */
final class Conversions {
  private static final Logger LOG = LoggerFactory.getLogger(Conversions.class);
  private static final DeliveryOptions TO_LOG = Codecs.request(600_000);
  private static final long TOLD_EVERY_NANOS = 5_000_000_000L;
  private static final int QUEUED_MAX = 1_024;

  private final Vertx vertx;
  private final Database database;
  private final Disk disk;
  private final Placements placements;
  private final DvecIntake.Found found;
  private final ImportRoots roots;
  private final WorkPool thread;
  private final Map<Path, DvecLog> logs = new HashMap<>();
  private final ConversionStates states;

  /** What is held; of a request that is not checked yet, nothing is on disk. */
  private final Map<CollectionName, Optional<DvecIntake.Pending>> held = new ConcurrentHashMap<>();

  private volatile boolean isStopping;
  private volatile Optional<CollectionName> abandoned = Optional.empty();

  Conversions(
      Vertx vertx,
      Database database,
      Disk disk,
      Placements placements,
      DvecIntake.Found found,
      ImportRoots roots) {
    this.vertx = vertx;
    this.database = database;
    this.disk = disk;
    this.placements = placements;
    this.found = found;
    this.roots = roots;
    this.thread = new WorkPool("quiver-convert", 1, QUEUED_MAX + found.pending().size());
    this.states = new ConversionStates(found.faults());
    found.pending().forEach(each -> hold(each.config().name(), Optional.of(each)));
  }

  /** Begins; returns at once. */
  void start() {
    found.pending().forEach(each -> thread.execute(() -> convertFound(each)));
  }

  /** Ends after the present batch; what is not complete is done again at the next start. */
  void stop() throws InterruptedException {
    isStopping = true;
    thread.close();
  }

  /** What an operator should know; empty if there is nothing. */
  Optional<Component> health() {
    return states.health();
  }

  /** Whether a name belongs to a collection that is not complete yet, or could not be converted. */
  boolean holds(CollectionName name) {
    return held.containsKey(name);
  }

  /** Refuses a name that is held. */
  void refuseIfHeld(CollectionName name) {
    if (holds(name)) {
      throw taken(name, " (waits to be converted from d-vecDB)");
    }
  }

  /** Refuses a request to a collection of which only a part is there. */
  void refuseIfIncomplete(CollectionName name) {
    if (holds(name)) {
      throw Routes.of(vertx).missing(name);
    }
  }

  private static QuiverException taken(CollectionName name, String why) {
    return new QuiverException(
        ErrorCode.COLLECTION_ALREADY_EXISTS,
        "Collection already exists: " + name + why,
        Map.of("field", "name", "got", name.value()));
  }

  private void hold(CollectionName name, Optional<DvecIntake.Pending> pending) {
    held.put(name, pending);
    states.waits(name);
    Routes.of(vertx).hold(name, "it is being converted from d-vecDB");
  }

  private void release(CollectionName name) {
    held.remove(name);
    Routes.of(vertx).release(name);
  }

  /**
   * Gives a held collection up for good; its source stays where it is. Waits for the batch that is
   * being written.
   *
   * @return false if the name is not held, or the conversion was complete before it could be ended
   */
  synchronized boolean abandon(CollectionName name) throws IOException {
    if (!holds(name)) {
      return false;
    }
    abandoned = Optional.of(name);
    try {
      awaitNotRunning(name);
      if (!holds(name)) {
        return false;
      }
      Optional<DvecIntake.Pending> given = held.get(name);
      if (given.isPresent()) {
        given.get().settle(disk, "deleted before it was converted");
      }
      if (database.find(name).isPresent()) {
        database.drop(name);
      }
      release(name);
      states.forget(name);
      return true;
    } finally {
      abandoned = Optional.empty();
    }
  }

  private void awaitNotRunning(CollectionName name) {
    while (states.isRunning(name)) {
      try {
        wait(10);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new QuiverException(ErrorCode.UNAVAILABLE, "the node is stopping", e);
      }
    }
  }

  private void convertFound(DvecIntake.Pending each) {
    CollectionName name = each.config().name();
    try {
      convert(each, new Backoff(name));
    } catch (Throwable e) {
      LOG.error("collection {} of d-vecDB could not be converted", name, e);
      failed(name, e);
    }
  }

  /**
   * On the thread of catalog changes: refuses what cannot be at once, and answers when the
   * collection is complete.
   */
  void importOrphan(io.vertx.core.eventbus.Message<?> request, ImportCollection load) {
    CollectionName name = load.config().name();
    try {
      refuseIfHeld(name);
      if (database.find(name).isPresent() || database.isSetAside(name)) {
        throw taken(name, "");
      }
      if (!database.aliases().resolve(name).equals(name)) {
        throw taken(name, " (an alias)");
      }
      Path source = roots.folder(load.orphanedPath());
      boolean hasVectors = roots.hasFile(source, "vectors.bin", load.orphanedPath());
      boolean hasIndex = roots.hasFile(source, "index.bin", load.orphanedPath());
      boolean isOurs = !DvecIntake.isImportable(disk, source);
      if (isOurs || !(hasVectors || hasIndex)) {
        throw QuiverException.invalid(
            "orphaned_path", "a folder with d-vecDB's vectors.bin or index.bin", source);
      }
      Path folder = roots.data().resolve(name.value());
      if (!source.equals(folder) && disk.exists(folder)) {
        throw taken(name, ": a folder of this name is in the way");
      }
      hold(name, Optional.empty());
      thread.answer(request, () -> importChecked(load, source));
    } catch (Throwable e) {
      Replies.send(request, Replies.failure(e));
    }
  }

  private Reply importChecked(ImportCollection load, Path source) throws Exception {
    CollectionName name = load.config().name();
    try {
      Conversion.check(disk, source, load.config());
    } catch (IOException e) {
      giveBack(name);
      throw QuiverException.invalid("orphaned_path", "vectors of d-vecDB", e.getMessage());
    } catch (Throwable e) {
      giveBack(name);
      throw e;
    }
    try {
      DvecIntake.Pending pending =
          DvecIntake.request(
              disk, roots.data(), Surroundings.REAL.nowMillis(), load.config(), source);
      if (!isStillWanted(pending)) {
        pending.settle(disk, "deleted before it was converted");
        throw brokenOff(name);
      }
      Collection made =
          convert(pending, Conversion.Patience.NONE).orElseThrow(() -> brokenOff(name));
      return new CollectionInfo(made.config(), made.stats()).with(Database.manifestInfo(made));
    } catch (Throwable e) {
      failed(name, e);
      throw e;
    }
  }

  /** Whether nobody has abandoned it while it was checked; from here on there is one to settle. */
  private synchronized boolean isStillWanted(DvecIntake.Pending pending) {
    return held.replace(pending.config().name(), Optional.of(pending)) != null;
  }

  /** What was abandoned meanwhile is nothing that an operator should know. */
  private synchronized void failed(CollectionName name, Throwable cause) {
    if (holds(name)) {
      states.failed(name, cause);
    }
  }

  private static QuiverException brokenOff(CollectionName name) {
    return new QuiverException(ErrorCode.UNAVAILABLE, "the import of " + name + " was broken off");
  }

  private void giveBack(CollectionName name) {
    release(name);
    states.forget(name);
  }

  /** Returns empty if it was given up, or the node stops. */
  private Optional<Collection> convert(DvecIntake.Pending each, Conversion.Patience patience)
      throws Exception {
    CollectionName name = each.config().name();
    Conversion conversion;
    synchronized (this) {
      if (isStopping || !holds(name)) {
        return Optional.empty();
      }
      conversion =
          new Conversion(
              database,
              disk,
              each.config(),
              each.source(),
              log(each.log()),
              this::append,
              patience);
      states.runs(conversion);
    }
    long[] toldNanos = {System.nanoTime()};
    Optional<Collection> made =
        conversion.run(
            () -> {
              if (System.nanoTime() - toldNanos[0] > TOLD_EVERY_NANOS) {
                toldNanos[0] = System.nanoTime();
                LOG.info(ConversionStates.progress(conversion));
              }
              states.goesOn(conversion);
              return isCancelled(name);
            },
            outcome -> each.settle(disk, outcome));
    if (made.isEmpty()) {
      states.waits(name);
    } else {
      finish(conversion, made.get());
    }
    return made;
  }

  /** Waits 1 s, then 2 s, up to 64 s: nobody is kept waiting by it. */
  private final class Backoff implements Conversion.Patience {
    private final CollectionName name;
    private long seconds = 1;

    private Backoff(CollectionName name) {
      this.name = name;
    }

    @Override
    public boolean waits(QuiverException refusal) {
      LOG.warn("{}: tries again in {} s: {}", name, seconds, refusal.getMessage());
      states.holdsUp(name, refusal);
      synchronized (Conversions.this) {
        long untilNanos = System.nanoTime() + seconds * 1_000_000_000L;
        while (!isCancelled(name) && System.nanoTime() < untilNanos) {
          try {
            Conversions.this.wait(100);
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
          }
        }
      }
      seconds = Math.min(64, 2 * seconds);
      return !isCancelled(name);
    }
  }

  private boolean isCancelled(CollectionName name) {
    return isStopping || abandoned.equals(Optional.of(name));
  }

  private void finish(Conversion conversion, Collection made) throws Exception {
    Waiting.await(placements.place(made));
    conversion.problems().forEach(problem -> LOG.warn("refused: {}", problem));
    LOG.info("collection {} of d-vecDB {}", made.name(), conversion.outcome());
    release(made.name());
    states.done(conversion);
    vertx
        .eventBus()
        .publish(Addresses.events(made.name()), Changes.created(made.name()), Codecs.EVENT);
  }

  private DvecLog log(Optional<Path> path) throws IOException {
    if (path.isEmpty()) {
      return DvecLog.NONE;
    }
    DvecLog known = logs.get(path.get());
    if (known == null) {
      known = DvecLog.read(disk, path.get());
      logs.put(path.get(), known);
      known.problems().forEach(problem -> LOG.warn("log of d-vecDB: {}", problem));
    }
    return known;
  }

  private long append(UUID collection, Command command) throws Exception {
    LogAppend append = new LogAppend(collection, command, Durability.FSYNC);
    Message reply =
        Waiting.await(
            vertx
                .eventBus()
                .<Message>request(Addresses.LOG, append, TO_LOG)
                .map(io.vertx.core.eventbus.Message::body));
    return switch (reply) {
      case LogAck ack -> ack.lsn();
      case Failure failure -> throw failure.toException();
      case Message other -> throw new IllegalStateException("the log answered " + other);
    };
  }
}
