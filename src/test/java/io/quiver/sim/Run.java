package io.quiver.sim;

import io.quiver.catalog.Database;
import io.quiver.catalog.DatabaseOptions;
import io.quiver.collection.Collection;
import io.quiver.collection.PreparedWrite;
import io.quiver.collection.Tuning;
import io.quiver.core.CollectionName;
import io.quiver.core.Durability;
import io.quiver.core.ErrorCode;
import io.quiver.core.QuiverException;
import io.quiver.core.VectorId;
import io.quiver.core.VectorType;
import io.quiver.message.CollectionConfig;
import io.quiver.message.DeleteVectors;
import io.quiver.message.IndexParams;
import io.quiver.message.OnError;
import io.quiver.message.WriteMode;
import io.quiver.message.WriteVectors;
import io.quiver.testkit.FaultyDisk;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Plays a history on a database and on the model side by side, and remembers every state that a
 * crash may leave behind: {@link #candidates} begins with the last state that was acknowledged as
 * synced and ends with the one that was being made.
 */
final class Run {
  static final Path ROOT = Path.of("/data");

  /** Tiny sizes, so that segments roll, graphs are built and shards compacted all the time. */
  static final DatabaseOptions OPTIONS = new DatabaseOptions(2_000, 600, 0, new Tuning(8, 6));

  private static final IndexParams INDEX = new IndexParams(4, 16, 32, 4);

  private final FaultyDisk disk;
  private final List<Model> candidates = new ArrayList<>();
  private List<Model> live = List.of();
  private Optional<Database> database = Optional.empty();

  Run(FaultyDisk disk, Model start) {
    this.disk = disk;
    candidates.add(start);
  }

  /** States that recovery may find, oldest first. */
  List<Model> candidates() {
    return candidates;
  }

  void open() throws IOException {
    database = Optional.of(Database.open(disk, ROOT, OPTIONS));
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

  /**
   * Plays a step that may be refused.
   *
   * @return false if a restart failed: there is no database any more
   */
  boolean attempt(History.Step step) throws IOException {
    List<Model> before = List.copyOf(candidates);
    try {
      play(step);
      live = step instanceof History.Step.Restart ? before : List.of(candidates.getLast());
      return true;
    } catch (QuiverException refused) {
      live = new ArrayList<>(List.of(before.getLast()));
      boolean isTable = step instanceof History.Step.Create || step instanceof History.Step.Drop;
      boolean mayBeLogged = refused.code() == ErrorCode.READ_ONLY;
      if (isTable) {
        live.add(candidates.getLast());
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
          List<Model> after = grafted(now.without(drop.name()));
          candidates.addAll(after);
          database().drop(new CollectionName(drop.name()));
          candidates.removeIf(model -> !after.contains(model));
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
      case History.Step.Maintain() -> database().runMaintenance();
      case History.Step.Restart() -> {
        database().close();
        acknowledged();
        open();
      }
    }
  }

  private void create(History.Step.Create create, Model now) {
    Model.Table table =
        new Model.Table(create.metric(), create.dimension(), create.shards(), java.util.Map.of());
    List<Model> after = grafted(now.with(create.name(), table));
    candidates.addAll(after);
    database()
        .create(
            new CollectionConfig(
                new CollectionName(create.name()),
                create.dimension(),
                create.metric(),
                VectorType.FLOAT32,
                INDEX,
                create.shards()));
    candidates.removeIf(model -> !after.contains(model));
  }

  private void put(History.Step.Put put, Model now) {
    Collection collection = collection(put.name());
    WriteVectors write =
        new WriteVectors(
            collection.name(), WriteMode.UPSERT, put.rows(), OnError.ABORT, put.durability());
    commit(
        collection,
        collection.prepare(write),
        put.durability(),
        now.with(put.name(), now.tables().get(put.name()).with(put.rows(), List.of())));
  }

  private void delete(History.Step.Delete delete, Model now) {
    Collection collection = collection(delete.name());
    PreparedWrite prepared =
        collection.prepare(new DeleteVectors(collection.name(), delete.ids(), delete.durability()));
    if (prepared.command().isPresent()) {
      List<VectorId> ids = delete.ids();
      commit(
          collection,
          prepared,
          delete.durability(),
          now.with(delete.name(), now.tables().get(delete.name()).with(List.of(), ids)));
    }
  }

  private void commit(
      Collection collection, PreparedWrite prepared, Durability durability, Model next) {
    candidates.add(next);
    long lsn;
    try {
      lsn = database().append(collection.uuid(), prepared.command().orElseThrow());
      database().sync(durability == Durability.FSYNC);
    } catch (QuiverException refused) {
      collection.abandon(prepared);
      throw refused;
    }
    if (durability == Durability.FSYNC) {
      acknowledged();
    }
    collection.apply(lsn, prepared.command().orElseThrow());
  }

  private Collection collection(String name) {
    return database().find(new CollectionName(name)).orElseThrow();
  }

  /** Everything so far is on stable storage. */
  private void acknowledged() {
    Model last = candidates.getLast();
    candidates.clear();
    candidates.add(last);
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
