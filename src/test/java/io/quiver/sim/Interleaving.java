package io.quiver.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.quiver.catalog.Database;
import io.quiver.collection.HeldShard;
import io.quiver.core.CollectionName;
import io.quiver.core.ErrorCode;
import io.quiver.core.QuiverException;
import io.quiver.message.GetVectors;
import io.quiver.message.Hit;
import io.quiver.message.Row;
import io.quiver.message.ScrubInfo;
import io.quiver.testkit.FaultyDisk;
import io.quiver.testkit.HookedDisk;
import io.quiver.testkit.SeededScheduler;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * All the actors of a node on one database, in the order that a seed says, until the power goes or
 * everything is done: clients, a writer per collection, the log writer, index slices, maintenance,
 * creates and drops, searches. Each I/O call and each wait for a lock is a place where another
 * actor may go on. What a reader sees is held against the writes that were applied then, what a
 * recovery finds against the log.
 */
final class Interleaving {
  private static final int CLIENTS = 3;
  private static final int WRITES = 10;
  private static final int CHANGES = 3;

  /** About as many calls as there are: a good third of the seeds is done before it crashes. */
  private static final int CALLS = 420;

  private static final Set<ErrorCode> GONE =
      EnumSet.of(ErrorCode.COLLECTION_NOT_FOUND, ErrorCode.UNAVAILABLE);

  private final long seed;
  private final SplittableRandom random;
  private final FaultyDisk disk;
  private final SeededScheduler scheduler;
  private final Ledger ledger = new Ledger();
  private final List<Thread> busy = new ArrayList<>();
  private final Database database;
  private final LogActor log;
  private final Set<Event> events = EnumSet.noneOf(Event.class);
  private final Observer observer;
  private int reads;
  private int rounds;
  private long scrubs;

  private Interleaving(long seed) throws IOException {
    this.seed = seed;
    this.random = new SplittableRandom(seed);
    this.disk = new FaultyDisk(seed);
    this.scheduler = new SeededScheduler(random.nextLong());
    this.database =
        Database.open(
            new HookedDisk(disk, call -> SeededScheduler.pause(1)),
            Run.ROOT,
            Run.OPTIONS,
            Run.surroundings(0, time(seed)));
    this.observer = new Observer(disk, events);
    this.log = new LogActor(database, ledger, random.split());
  }

  /** In a tenth of the schedules each round of maintenance comes a day after the one before. */
  private static LongSupplier time(long seed) {
    AtomicLong nanos = new AtomicLong();
    return () -> seed % 10 == 4 ? nanos.addAndGet(TimeUnit.DAYS.toNanos(1)) : 0;
  }

  /**
   * What came of a seed.
   *
   * @param trace a hash of whose turn it was, and of what was found
   * @param scrubs how often everything on disk was read
   */
  record Outcome(
      long trace,
      long steps,
      long calls,
      int reads,
      int rounds,
      long scrubs,
      boolean isCrashed,
      Set<Event> events) {}

  static Outcome play(long seed) throws Throwable {
    Interleaving one = new Interleaving(seed);
    try {
      return one.play();
    } catch (Throwable e) {
      throw new AssertionError(
          "seed=%d: mvn test -Dtest=InterleavingTest -Dquiver.sim.seed=%d".formatted(seed, seed),
          e);
    }
  }

  private Outcome play() throws Throwable {
    long crashAt = disk.calls() + 1 + random.nextInt(CALLS);
    disk.crashAt(crashAt);
    start("log", log);
    for (int client = 0; client < CLIENTS; client++) {
      SplittableRandom mine = random.split();
      busy.add(start("client " + client, () -> write(mine)));
    }
    SplittableRandom changes = random.split();
    busy.add(start("catalog", () -> change(changes)));
    start("end", this::end);
    SplittableRandom indexing = random.split();
    background("index", indexing, 12, () -> database.runIndexSlice());
    background("maintenance", random.split(), 40, this::maintain);
    SplittableRandom searching = random.split();
    background("search", searching, 24, () -> search(searching));
    SplittableRandom getting = random.split();
    background("get", getting, 24, () -> get(getting));
    SplittableRandom holding = random.split();
    background("slow search", holding, 6, () -> searchSlowly(holding));
    scheduler.run();
    boolean isCrashed = disk.calls() >= crashAt;
    Model found = recover();
    long trace = scheduler.trace() * 31 + found.toString().hashCode();
    return new Outcome(
        trace, scheduler.steps(), disk.calls(), reads, rounds, scrubs, isCrashed, events);
  }

  private Thread start(String name, SeededScheduler.Body body) {
    return scheduler.start(name, body);
  }

  private void background(
      String name, SplittableRandom mine, int turnsMax, SeededScheduler.Body work) {
    start(
        name,
        () -> {
          while (!scheduler.isStopping()) {
            work.run();
            SeededScheduler.pause(1 + mine.nextInt(turnsMax));
          }
        });
  }

  private void write(SplittableRandom mine) throws Exception {
    History source = new History(mine.nextLong(), true);
    List<CompletableFuture<Void>> waiting = new ArrayList<>();
    for (int i = 0; i < WRITES; i++) {
      SeededScheduler.pause(mine.nextInt(6));
      Optional<Life> life = ledger.anyServed(mine);
      if (life.isPresent()) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        History.Step step =
            mine.nextInt(4) == 0
                ? source.deleteOrClear(life.get().name)
                : source.put(life.get().name);
        life.get().mailbox.add(new CollectionActor.Write(step, done));
        waiting.add(done);
      }
      if (mine.nextInt(3) > 0) {
        waitFor(waiting);
      }
    }
    waitFor(waiting);
  }

  private static void waitFor(List<CompletableFuture<Void>> waiting) throws Exception {
    for (CompletableFuture<Void> each : waiting) {
      each.get();
    }
    waiting.clear();
  }

  /** Makes both collections, then drops and makes them again. */
  private void change(SplittableRandom mine) throws Exception {
    History source = new History(mine.nextLong(), true);
    create(source.create("c0"));
    create(source.create("c1"));
    for (int i = 0; i < CHANGES; i++) {
      SeededScheduler.pause(mine.nextInt(200));
      String name = "c" + mine.nextInt(2);
      Optional<Life> present = ledger.served(name);
      if (present.isPresent()) {
        drop(present.get());
      } else {
        create(source.create(name));
      }
    }
  }

  private void create(History.Step.Create create) {
    Life life = new Life(create.name(), Model.Table.of(create.config(Run.INDEX)));
    ledger.changing(create.name(), Optional.empty(), Optional.of(life));
    life.begins(database.create(create.config(Run.INDEX)));
    ledger.changed(create.name(), Optional.of(life));
    start("writer of " + create.name(), new CollectionActor(life, log));
  }

  private void drop(Life life) throws Exception {
    life.leaves();
    CompletableFuture<Void> stopped = new CompletableFuture<>();
    life.mailbox.add(new CollectionActor.Stop(stopped));
    stopped.get();
    ledger.changing(life.name, Optional.of(life), Optional.empty());
    database.drop(new CollectionName(life.name));
    ledger.changed(life.name, Optional.empty());
    events.add(Event.DROP);
  }

  private void maintain() throws IOException {
    database.runMaintenanceRound();
    observer.look(database);
    rounds++;
    ScrubInfo scrub = database.scrub();
    scrubs = scrub.passes();
    if (scrub.damaged() + scrub.unread() > 0) {
      throw new AssertionError("nothing is damaged, but " + database.health());
    }
  }

  private void search(SplittableRandom mine) {
    Optional<Life> present = ledger.anyServed(mine);
    if (present.isPresent()) {
      Life life = present.get();
      boolean exact = mine.nextInt(3) > 0;
      int from = life.applied();
      try {
        List<Hit> hits = Verifier.search(life.collection(), exact);
        boolean isOneMoment = life.empty.shards() == 1 || life.applied() == from;
        expectOne(life, from, hits, exact, isOneMoment);
      } catch (QuiverException e) {
        refuseUnlessLeaving(life, e);
      }
    }
  }

  private void searchSlowly(SplittableRandom mine) throws IOException {
    Optional<Life> present = ledger.anyServed(mine);
    if (present.isPresent()) {
      Life life = present.get();
      boolean exact = mine.nextBoolean();
      int from = life.applied();
      try (HeldShard held = HeldShard.of(life.collection(), 0)) {
        SeededScheduler.pause(mine.nextInt(60));
        List<Hit> hits = held.search(Verifier.request(life.collection(), exact)).hits();
        expectOne(life, from, hits, exact, life.empty.shards() == 1);
      } catch (QuiverException e) {
        refuseUnlessLeaving(life, e);
      }
    }
  }

  /** The hits are right for a moment between then and now; each by itself, if of many moments. */
  private void expectOne(Life life, int from, List<Hit> hits, boolean exact, boolean isOneMoment) {
    reads++;
    List<Life.Version> seen = life.between(from, life.applied());
    if (!isOneMoment) {
      for (Hit hit : hits) {
        Row row = new Row(hit.id(), hit.vector(), hit.metadata());
        assertThat(seen).anyMatch(each -> row.equals(each.table.rows().get(hit.id().value())));
      }
      return;
    }
    AssertionError last = null;
    for (Life.Version version : seen) {
      try {
        Verifier.check(hits, version.table, exact);
        return;
      } catch (AssertionError e) {
        last = e;
      }
    }
    throw last;
  }

  private void get(SplittableRandom mine) {
    Optional<Life> present = ledger.anyServed(mine);
    if (present.isPresent()) {
      Life life = present.get();
      int from = life.applied();
      try {
        Map<String, Row> rows = new TreeMap<>();
        GetVectors all =
            new GetVectors(new CollectionName(life.name), Verifier.ALL_IDS, true, true);
        life.collection().get(all).rows().forEach(row -> rows.put(row.id().value(), row));
        reads++;
        assertThat(life.between(from, life.applied())).anyMatch(v -> v.table.rows().equals(rows));
      } catch (QuiverException e) {
        refuseUnlessLeaving(life, e);
      }
    }
  }

  private static void refuseUnlessLeaving(Life life, QuiverException e) {
    if (!life.isLeaving() || !GONE.contains(e.code())) {
      throw e;
    }
  }

  /** Waits for the clients; then all others end. */
  private void end() throws Exception {
    for (Thread each : busy) {
      each.join();
    }
    scheduler.stop();
  }

  private Model recover() throws IOException {
    database.halt();
    boolean isKill = random.nextInt(4) == 0;
    FaultyDisk left = isKill ? disk.afterKill(seed) : disk.afterCrash(seed);
    try (Database after = Database.open(left, Run.ROOT, Run.OPTIONS, Run.surroundings(1))) {
      Model found = Verifier.read(after);
      ledger.checkRecovered(found, isKill);
      Verifier.search(after, found);
      after.runMaintenance();
      assertThat(Verifier.read(after)).as("maintenance changes nothing").isEqualTo(found);
      Verifier.search(after, found);
      return found;
    }
  }
}
