package io.quiver.sim;

import io.quiver.catalog.Database;
import io.quiver.catalog.DatabaseOptions;
import io.quiver.catalog.Surroundings;
import io.quiver.collection.Collection;
import io.quiver.collection.PreparedWrite;
import io.quiver.collection.Tuning;
import io.quiver.core.CollectionName;
import io.quiver.core.Durability;
import io.quiver.core.QuiverException;
import io.quiver.message.CollectionConfig;
import io.quiver.message.HealthReport.Component;
import io.quiver.message.HealthReport.Status;
import io.quiver.message.IndexParams;
import io.quiver.testkit.FaultyDisk;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * Plays a history on a database and on the model side by side, and remembers every state that a
 * crash may leave behind: {@link #candidates} begins with the last state that was acknowledged as
 * synced and ends with the one that was being made.
 */
final class Run {
  static final Path ROOT = Path.of("/data");

  /** Tiny sizes, so that segments roll, graphs are built and shards compacted all the time. */
  static final DatabaseOptions OPTIONS = new DatabaseOptions(2_000, 600, 0, new Tuning(8, 6));

  static final IndexParams INDEX = new IndexParams(4, 16, 32, 4);

  private final FaultyDisk disk;
  private final Surroundings surroundings;
  private final Set<Event> events = EnumSet.noneOf(Event.class);
  private final List<Model> candidates = new ArrayList<>();

  /** Tables of which nobody could say whether a restart finds them. */
  private final Map<String, Model.Table> ghosts = new TreeMap<>();

  private List<Model> afterKill;
  private List<Model> live = List.of();
  private Optional<QuiverException> refusal = Optional.empty();
  private Optional<Database> database = Optional.empty();

  /**
   * A run that finds {@code start}.
   *
   * @param number of runs on this disk before; names made in one are not made in another
   */
  Run(FaultyDisk disk, Model start, int number) {
    this.disk = disk;
    this.surroundings = surroundings(number);
    this.afterKill = List.of(start);
    candidates.add(start);
  }

  /** Time and names that are the same in every run; no scrub is due. */
  static Surroundings surroundings(int number) {
    return surroundings(number, () -> 0);
  }

  static Surroundings surroundings(int number, LongSupplier nanos) {
    SplittableRandom names = new SplittableRandom(number);
    AtomicLong millis = new AtomicLong(1_700_000_000_000L);
    return new Surroundings(
        millis::incrementAndGet, nanos, () -> new UUID(names.nextLong(), names.nextLong()));
  }

  /** What recovery found is what the next writes begin with. */
  void begin(Model found) {
    candidates.set(0, found);
    afterKill = List.of(found);
  }

  /** States that recovery may find after a power cut, oldest first. */
  List<Model> candidates() {
    return candidates;
  }

  /** The same when only the process was killed: what was acknowledged is there in any case. */
  List<Model> afterKill() {
    return afterKill;
  }

  Set<Event> events() {
    return events;
  }

  void open() throws IOException {
    database = Optional.of(Database.open(disk, ROOT, OPTIONS, surroundings));
  }

  Database database() {
    return database.orElseThrow();
  }

  void halt() {
    database.ifPresent(Database::halt);
  }

  void play(List<History.Step> steps) throws IOException {
    for (History.Step step : steps) {
      play(step);
    }
  }

  /** The same, and notes which files come and go. */
  void playAndObserve(List<History.Step> steps) throws IOException {
    Observer observer = new Observer(disk, events);
    for (History.Step step : steps) {
      play(step);
      observer.look(database());
    }
  }

  /**
   * Plays a step that may be refused.
   *
   * @return false if a restart failed: there is no database any more
   */
  boolean attempt(History.Step step) throws IOException {
    List<Model> before = List.copyOf(candidates);
    refusal = Optional.empty();
    try {
      play(step);
      live = step instanceof History.Step.Restart ? before : List.of(candidates.getLast());
      return true;
    } catch (QuiverException refused) {
      refusal = Optional.of(refused);
      live = new ArrayList<>(List.of(before.getLast()));
      boolean isTable = step instanceof History.Step.Create || step instanceof History.Step.Drop;
      boolean mayBeLogged = "unknown".equals(refused.details().get("outcome"));
      if (isTable) {
        live.add(candidates.getLast());
        if (mayBeLogged) {
          haunt(step, before.getLast());
        }
      }
      if (!mayBeLogged && !isTable) {
        candidates.clear();
        candidates.addAll(before);
      }
      return true;
    } catch (IOException failed) {
      if (step instanceof History.Step.Restart) {
        return false;
      }
      throw failed;
    }
  }

  private void haunt(History.Step step, Model before) {
    if (step instanceof History.Step.Create create) {
      ghosts.put(create.name(), candidates.getLast().tables().get(create.name()));
    } else if (step instanceof History.Step.Drop drop) {
      ghosts.put(drop.name(), before.tables().get(drop.name()));
    }
  }

  /** What the candidates would be if a restart found no ghost. */
  Model withoutGhosts(Model found) {
    Model real = found;
    for (String name : ghosts.keySet()) {
      boolean isExpected = candidates.stream().anyMatch(each -> each.tables().containsKey(name));
      if (!isExpected && ghosts.get(name).equals(found.tables().get(name))) {
        real = real.without(name);
      }
    }
    return real;
  }

  /** Why the last step of {@link #attempt} was refused, if it was. */
  Optional<QuiverException> refusal() {
    return refusal;
  }

  /** What reads may show after {@link #attempt}. */
  List<Model> live() {
    return live;
  }

  /**
   * What they did show: the next step goes on from there. A refused write may come back at a
   * restart if nobody could tell whether it got into the log.
   */
  void pin(Model found) {
    candidates.remove(found);
    candidates.add(found);
  }

  private void play(History.Step step) throws IOException {
    Model now = candidates.getLast();
    switch (step) {
      case History.Step.Create create -> {
        if (!now.tables().containsKey(create.name())) {
          create(create, now);
        }
      }
      case History.Step.Drop drop -> {
        if (now.tables().containsKey(drop.name())) {
          change(now.without(drop.name()), () -> database().drop(new CollectionName(drop.name())));
          events.add(Event.DROP);
        }
      }
      case History.Step.Put put -> {
        if (now.tables().containsKey(put.name())) {
          put(put, now);
        }
      }
      case History.Step.Delete delete -> {
        if (now.tables().containsKey(delete.name())) {
          delete(delete, now);
        }
      }
      case History.Step.Clear clear -> {
        if (now.tables().containsKey(clear.name())) {
          clear(clear, now);
        }
      }
      case History.Step.Maintain() -> database().runMaintenance();
      case History.Step.Restart() -> {
        boolean isLogWhole =
            database().health().stream()
                .noneMatch(each -> each.status() == Status.UNHEALTHY && isLog(each));
        database().close();
        if (isLogWhole) {
          acknowledged(Durability.FSYNC);
        }
        open();
        events.add(Event.RESTART);
      }
    }
  }

  private static boolean isLog(Component component) {
    return component.name().equals("database");
  }

  private void create(History.Step.Create create, Model now) {
    CollectionConfig config = create.config(INDEX);
    change(now.with(create.name(), Model.Table.of(config)), () -> database().create(config));
    ghosts.remove(create.name());
    events.add(Event.CREATE);
  }

  /** Durable when it is done, and not in the log. */
  private void change(Model next, Runnable work) {
    List<Model> after = grafted(next);
    afterKill = List.of(candidates.getLast(), next);
    candidates.addAll(after);
    work.run();
    candidates.removeIf(model -> !after.contains(model));
    afterKill = List.of(next);
  }

  private void put(History.Step.Put put, Model now) {
    Collection collection = collection(put.name());
    Model.Table table = now.tables().get(put.name());
    Taken taken = Taken.of(collection, table, put);
    if (taken.isRefused()) {
      events.add(Event.BATCH_REFUSED);
    }
    if (taken.rejected() > 0) {
      events.add(Event.ROWS_REFUSED);
    }
    if (taken.isLogged()) {
      commit(
          collection,
          taken.prepared().orElseThrow(),
          put.durability(),
          now.with(put.name(), taken.after()));
      events.add(
          switch (put.mode()) {
            case INSERT -> Event.INSERT;
            case UPSERT -> Event.UPSERT;
            case UPDATE -> Event.UPDATE;
          });
    }
  }

  private void delete(History.Step.Delete delete, Model now) {
    Collection collection = collection(delete.name());
    Taken taken = Taken.of(collection, now.tables().get(delete.name()), delete);
    if (taken.isLogged()) {
      commit(
          collection,
          taken.prepared().orElseThrow(),
          delete.durability(),
          now.with(delete.name(), taken.after()));
      events.add(Event.DELETE);
    }
  }

  private void clear(History.Step.Clear clear, Model now) {
    Collection collection = collection(clear.name());
    Taken taken = Taken.of(collection, now.tables().get(clear.name()), clear);
    if (taken.isLogged()) {
      commit(
          collection,
          taken.prepared().orElseThrow(),
          clear.durability(),
          now.with(clear.name(), taken.after()));
      events.add(Event.CLEAR);
    }
  }

  private void commit(
      Collection collection, PreparedWrite prepared, Durability durability, Model next) {
    afterKill = List.of(candidates.getLast(), next);
    candidates.add(next);
    long lsn;
    try {
      lsn = database().append(collection.uuid(), prepared.command().orElseThrow());
      database().sync(durability == Durability.FSYNC);
    } catch (QuiverException refused) {
      collection.abandon(prepared);
      throw refused;
    }
    acknowledged(durability);
    collection.apply(lsn, prepared.command().orElseThrow());
  }

  private Collection collection(String name) {
    return database().find(new CollectionName(name)).orElseThrow();
  }

  /** Everything so far survives a kill and, if it was forced, a power cut. */
  private void acknowledged(Durability durability) {
    Model last = candidates.getLast();
    afterKill = List.of(last);
    if (durability == Durability.FSYNC) {
      candidates.clear();
      candidates.add(last);
    } else {
      events.add(Event.ACKNOWLEDGED_BY_OS);
    }
  }

  /**
   * Creating and dropping do not go through the log: they are durable at once, but writes that were
   * acknowledged by the operating system only may still go, so every earlier state is kept with the
   * step applied to it.
   */
  private List<Model> grafted(Model last) {
    return candidates.stream().map(earlier -> graft(earlier, last)).toList();
  }

  /** The earlier rows in the tables that exist now. */
  private static Model graft(Model earlier, Model last) {
    Model grafted = last;
    for (String name : last.tables().keySet()) {
      if (earlier.tables().containsKey(name)) {
        grafted = grafted.with(name, earlier.tables().get(name));
      }
    }
    return grafted;
  }
}
