package io.quiver.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.quiver.catalog.Database;
import io.quiver.catalog.KeptCollection;
import io.quiver.catalog.Surroundings;
import io.quiver.collection.Collection;
import io.quiver.collection.PreparedWrite;
import io.quiver.core.CollectionName;
import io.quiver.core.Durability;
import io.quiver.core.Metric;
import io.quiver.core.QuiverException;
import io.quiver.message.CollectionConfig;
import io.quiver.message.SnapshotInfo;
import io.quiver.message.SnapshotName;
import io.quiver.message.WriteVectors;
import io.quiver.snapshot.Snapshots;
import io.quiver.testkit.FaultyDisk;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;

/** Plays seeded steps of making, dropping and restoring on a database and on {@link Kept}. */
final class RecoveryRun {
  private static final List<String> NAMES = List.of("a", "b_1", "c");
  private static final int SECOND_MILLIS = 1_000;

  private final FaultyDisk disk;
  private final Surroundings surroundings;
  private final SplittableRandom random;
  private final History rows;
  private Database database;
  private Snapshots snapshots;
  private Kept last;
  private Optional<Kept> next = Optional.empty();
  private final List<String> played = new ArrayList<>();

  /** A run that finds {@code start}; {@code number} tells runs on the same disk apart. */
  RecoveryRun(FaultyDisk disk, Kept start, long seed, int number) {
    this.disk = disk;
    this.last = start;
    this.random = new SplittableRandom(seed);
    this.rows = new History(seed, false);
    SplittableRandom names = new SplittableRandom(number);
    AtomicLong millis = new AtomicLong(1_700_000_000_000L + number * 50_000_000L);
    this.surroundings =
        new Surroundings(
            () -> millis.addAndGet(SECOND_MILLIS),
            () -> new UUID(names.nextLong(), names.nextLong()));
  }

  void open() throws IOException {
    database = Database.open(disk, Run.ROOT, Run.OPTIONS, surroundings);
    snapshots = new Snapshots(database);
  }

  /** What recovery found is what the next steps begin with. */
  void begin(Kept found) {
    last = found;
  }

  Database database() {
    return database;
  }

  void halt() {
    if (database != null) {
      database.halt();
    }
  }

  /** States that may be found now: the last that was acknowledged, and the one under way. */
  List<Kept> candidates() {
    List<Kept> candidates = new ArrayList<>(List.of(last));
    next.ifPresent(candidates::add);
    return candidates;
  }

  List<String> played() {
    return played;
  }

  void play(int steps) throws IOException {
    for (int i = 0; i < steps; i++) {
      step();
    }
  }

  private void step() throws IOException {
    int dice = random.nextInt(100);
    String name = NAMES.get(random.nextInt(NAMES.size()));
    if (random.nextInt(3) == 0 && snapshotStep(name, dice)) {
      return;
    }
    boolean isServed = last.served().tables().containsKey(name);
    if (!isServed && dice < 60) {
      create(name);
    } else if (isServed && dice < 45) {
      put(name);
    } else if (isServed && dice < 65) {
      attempt("drop", last.dropped(name), () -> database.drop(new CollectionName(name)));
    } else if (isServed && dice < 70) {
      attempt("hardDelete", last.gone(name), () -> database.hardDelete(new CollectionName(name)));
    } else if (!isServed && !last.deleted().isEmpty()) {
      restore(random.nextInt(last.deleted().size()), name);
    } else if (dice < 73 && last.deleted().size() < 2) { // Of several, a crash leaves some.
      attempt(
          "cleanup", last.cleaned(), () -> database.recovery().cleanup(Optional.of(Duration.ZERO)));
    } else if (dice < 90) {
      database.runMaintenance();
    } else {
      database.close();
      open();
    }
  }

  /** Returns false if there is nothing to do it with. */
  private boolean snapshotStep(String name, int dice) {
    CollectionName collection = new CollectionName(name);
    boolean isServed = last.served().tables().containsKey(name);
    if (dice < 50 && isServed) {
      attempt("take", last.snapshotted(name), () -> snapshots.take(collection));
      return true;
    }
    List<Kept.Deleted> there = last.snapshotsOf(name);
    if (there.isEmpty()) {
      return false;
    }
    int index = random.nextInt(there.size());
    SnapshotName snapshot = snapshots.list(collection).get(index).name();
    if (dice < 58) {
      attempt(
          "deleteSnapshot",
          last.withoutSnapshot(there.get(index)),
          () -> snapshots.delete(collection, snapshot));
    } else if (dice < 64) {
      assertThat(snapshots.seal(collection, snapshot).checksum()).hasSize(8);
    } else {
      attempt(
          isServed ? "replace" : "restoreSnapshot",
          last.replaced(there.get(index)),
          () -> put(collection, snapshot));
    }
    return true;
  }

  private void put(CollectionName collection, SnapshotName snapshot) {
    Path staged = snapshots.copy(collection, snapshot);
    if (database.find(collection).isPresent()) {
      database.adoption().replace(staged, collection);
    } else {
      database.adoption().adopt(staged, collection);
    }
  }

  private void create(String name) {
    Metric[] metrics = Metric.values();
    CollectionConfig config =
        new History.Step.Create(
                name, metrics[random.nextInt(metrics.length)], 3, 1 + random.nextInt(2))
            .config(Run.INDEX);
    attempt("create", last.serving(name, Model.Table.of(config)), () -> database.create(config));
  }

  private void put(String name) {
    History.Step.Put put = rows.put(name);
    Model.Table table = last.served().tables().get(name);
    Collection collection = database.find(new CollectionName(name)).orElseThrow();
    attempt(
        "put",
        last.serving(name, table.with(put.rows(), List.of())),
        () -> {
          PreparedWrite write =
              collection.prepare(WriteVectors.upsert(collection.name(), put.rows()));
          long lsn = database.append(collection.uuid(), write.command().orElseThrow());
          database.sync(put.durability() == Durability.FSYNC);
          collection.apply(lsn, write.command().orElseThrow());
        });
  }

  private void restore(int index, String name) {
    KeptCollection kept = database.recovery().deleted().get(index);
    attempt(
        "restore",
        last.restored(index, name),
        () -> database.recovery().restore(kept.folder(), Optional.of(new CollectionName(name))));
  }

  private void attempt(String what, Kept then, Runnable work) {
    next = Optional.of(then);
    work.run();
    played.add(what);
    last = then;
    next = Optional.empty();
  }

  /** What is served, and the names of what is kept, are those of the state. */
  boolean shows(Kept state) {
    List<String> names =
        database.recovery().deleted().stream().map(each -> each.name().value()).toList();
    return Verifier.read(database).equals(state.served())
        && names.equals(state.deletedNames())
        && NAMES.stream().allMatch(name -> counts(name).equals(state.countsOf(name)));
  }

  private List<Long> counts(String name) {
    try {
      return snapshots.list(new CollectionName(name)).stream()
          .map(SnapshotInfo::vectorCount)
          .toList();
    } catch (QuiverException noSuchCollection) {
      return List.of();
    }
  }

  /** What can be seen, for who reads a failure. */
  String shown() {
    return "%s %s %s"
        .formatted(
            Verifier.read(database),
            database.recovery().deleted(),
            NAMES.stream().map(name -> name + counts(name)).toList());
  }

  /** Restores every snapshot and compares it. */
  void expectSnapshots(Kept state) {
    for (String name : NAMES) {
      CollectionName collection = new CollectionName(name);
      List<Kept.Deleted> expected = state.snapshotsOf(name);
      for (int i = 0; i < expected.size(); i++) {
        put(collection, snapshots.list(collection).get(i).name());
        assertThat(Verifier.read(database).tables().get(name))
            .as("%s, snapshot %d", name, i)
            .isEqualTo(expected.get(i).table());
      }
    }
  }

  /** Restores all that is kept and compares it; the database has more collections then. */
  void expectDeleted(Kept state) {
    List<KeptCollection> kept = database.recovery().deleted();
    for (int i = 0; i < kept.size(); i++) {
      CollectionName name = new CollectionName("restored" + i);
      database.recovery().restore(kept.get(i).folder(), Optional.of(name));
      assertThat(Verifier.read(database).tables().get(name.value()))
          .as("%s", kept.get(i))
          .isEqualTo(state.deleted().get(i).table());
    }
    assertThat(database.recovery().deleted()).isEmpty();
    Verifier.search(database, Verifier.read(database));
  }
}
