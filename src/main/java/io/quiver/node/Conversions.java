package io.quiver.node;

import io.quiver.bus.Addresses;
import io.quiver.bus.Codecs;
import io.quiver.bus.Routes;
import io.quiver.catalog.Database;
import io.quiver.collection.Collection;
import io.quiver.core.CollectionName;
import io.quiver.core.Durability;
import io.quiver.core.ErrorCode;
import io.quiver.core.QuiverException;
import io.quiver.disk.Disk;
import io.quiver.disk.OsDisk;
import io.quiver.message.Command;
import io.quiver.message.Failure;
import io.quiver.message.HealthReport.Component;
import io.quiver.message.HealthReport.Status;
import io.quiver.message.LogAck;
import io.quiver.message.LogAppend;
import io.quiver.message.Message;
import io.quiver.migrate.DvecIntake;
import io.quiver.migrate.DvecLog;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Converts what d-vecDB left in the data directory, one collection after another on a thread of its
 * own, while the node serves the others. Until a collection is complete its name is held: no client
 * sees it, and no one else gets it.
 *
 * <p>Thread safety: any thread.
 */
final class Conversions {
  private static final Logger LOG = LoggerFactory.getLogger(Conversions.class);
  private static final DeliveryOptions TO_LOG = Codecs.request(600_000);
  private static final long TOLD_EVERY_NANOS = 5_000_000_000L;

  /** What becomes of one collection. */
  private sealed interface State {
    record Waiting() implements State {}

    record Running(Conversion conversion) implements State {}

    record Failed(String reason) implements State {}

    /** Served, but some records were no vectors. */
    record Incomplete(String told) implements State {}
  }

  private final Vertx vertx;
  private final Database database;
  private final Disk disk;
  private final Placements placements;
  private final DvecIntake.Found found;
  private final Map<Path, DvecLog> logs = new LinkedHashMap<>();
  private final Map<CollectionName, State> states = new ConcurrentHashMap<>();
  private final Map<CollectionName, DvecIntake.Pending> pending = new ConcurrentHashMap<>();
  private final Thread thread;
  private volatile boolean isStopping;
  private volatile Optional<CollectionName> abandoned = Optional.empty();

  Conversions(
      Vertx vertx, Database database, Disk disk, Placements placements, DvecIntake.Found found) {
    this.vertx = vertx;
    this.database = database;
    this.disk = disk;
    this.placements = placements;
    this.found = found;
    this.thread = Thread.ofPlatform().name("quiver-convert").daemon(true).unstarted(this::runAll);
    for (DvecIntake.Pending each : found.pending()) {
      pending.put(each.config().name(), each);
      states.put(each.config().name(), new State.Waiting());
      Routes.of(vertx).hold(each.config().name(), "it is being converted from d-vecDB");
    }
  }

  /** Nothing to convert. */
  static Conversions none(Vertx vertx, Database database, Placements placements) {
    DvecIntake.Found nothing = new DvecIntake.Found(List.of(), List.of());
    return new Conversions(vertx, database, new OsDisk(), placements, nothing);
  }

  /** Begins; returns at once. */
  void start() {
    if (!found.pending().isEmpty()) {
      thread.start();
    }
  }

  /** Ends after the present batch; what is not complete is done again at the next start. */
  void stop() throws InterruptedException {
    isStopping = true;
    if (thread.isAlive()) {
      thread.join();
    }
  }

  /** Whether a name belongs to a collection that is not complete yet, or could not be converted. */
  boolean holds(CollectionName name) {
    return pending.containsKey(name);
  }

  /** Refuses a name that is held. */
  void refuseIfHeld(CollectionName name) {
    if (holds(name)) {
      throw new QuiverException(
          ErrorCode.COLLECTION_ALREADY_EXISTS,
          "Collection already exists: " + name + " (waits to be converted from d-vecDB)",
          Map.of("field", "name", "got", name.value()));
    }
  }

  /**
   * Gives a held collection up for good; its source stays where it is. Waits for the batch that is
   * being written.
   *
   * @return false if the name is not held, or the conversion was complete before it could be ended
   */
  synchronized boolean abandon(CollectionName name) throws IOException {
    DvecIntake.Pending given = pending.get(name);
    if (given == null) {
      return false;
    }
    abandoned = Optional.of(name);
    try {
      awaitNotRunning(name);
      if (!holds(name)) {
        return false;
      }
      given.settle(disk, "deleted before it was converted");
      if (database.find(name).isPresent()) {
        database.drop(name);
      }
      release(name);
      states.remove(name);
      return true;
    } finally {
      abandoned = Optional.empty();
    }
  }

  private void awaitNotRunning(CollectionName name) {
    while (states.get(name) instanceof State.Running && thread.isAlive()) {
      try {
        wait(10);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new QuiverException(ErrorCode.UNAVAILABLE, "the node is stopping", e);
      }
    }
  }

  private void release(CollectionName name) {
    pending.remove(name);
    Routes.of(vertx).release(name);
  }

  private void runAll() {
    for (DvecIntake.Pending each : found.pending()) {
      CollectionName name = each.config().name();
      try {
        if (!isStopping && begin(each)) {
          convert(each);
        }
      } catch (Throwable e) {
        LOG.error("collection {} of d-vecDB could not be converted", name, e);
        states.put(name, new State.Failed(String.valueOf(e.getMessage())));
      }
    }
  }

  /** Returns false if it was given up meanwhile. */
  private synchronized boolean begin(DvecIntake.Pending each) throws IOException {
    CollectionName name = each.config().name();
    if (!holds(name)) {
      return false;
    }
    Conversion conversion =
        new Conversion(database, disk, each.config(), each.folder(), log(each.log()), this::append);
    states.put(name, new State.Running(conversion));
    return true;
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

  private void convert(DvecIntake.Pending each) throws Exception {
    CollectionName name = each.config().name();
    Conversion conversion = ((State.Running) states.get(name)).conversion();
    long[] toldNanos = {System.nanoTime()};
    Optional<Collection> made =
        conversion.run(
            () -> {
              if (System.nanoTime() - toldNanos[0] > TOLD_EVERY_NANOS) {
                toldNanos[0] = System.nanoTime();
                LOG.info(progress(conversion));
              }
              return isStopping || abandoned.equals(Optional.of(name));
            },
            outcome -> each.settle(disk, outcome));
    if (made.isEmpty()) {
      states.put(name, new State.Waiting());
      return;
    }
    finish(conversion, made.get());
  }

  private void finish(Conversion conversion, Collection made) throws Exception {
    String told = conversion.outcome();
    Waiting.await(placements.place(made));
    conversion.problems().forEach(problem -> LOG.warn("refused: {}", problem));
    LOG.info("collection {} of d-vecDB {}", made.name(), told);
    if (conversion.refused() == 0) {
      states.remove(made.name());
    } else {
      states.put(
          made.name(), new State.Incomplete(told + ", e.g. " + conversion.problems().getFirst()));
    }
    release(made.name());
    vertx
        .eventBus()
        .publish(Addresses.events(made.name()), Changes.created(made.name()), Codecs.EVENT);
  }

  /** What an operator should know; empty if nothing came from d-vecDB. */
  Optional<Component> health() {
    List<String> lines = new ArrayList<>();
    for (DvecIntake.Pending each : found.pending()) {
      CollectionName name = each.config().name();
      State state = states.get(name);
      if (state != null) {
        lines.add(line(name, state));
      }
    }
    found.faults().forEach(fault -> lines.add(fault.folder() + ": left alone: " + fault.reason()));
    return lines.isEmpty()
        ? Optional.empty()
        : Optional.of(new Component("imports", Status.DEGRADED, String.join("; ", lines), 0));
  }

  private static String line(CollectionName name, State state) {
    return switch (state) {
      case State.Waiting waiting -> name + ": waits to be converted";
      case State.Running running -> progress(running.conversion());
      case State.Failed failed -> name + ": cannot be converted: " + failed.reason();
      case State.Incomplete incomplete -> name + ": " + incomplete.told();
    };
  }

  private static String progress(Conversion conversion) {
    return conversion.total() < 0
        ? conversion.name() + ": reading what is to be converted"
        : "%s: converting %d of %d vectors"
            .formatted(conversion.name(), conversion.written(), conversion.total());
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
