package io.quiver.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quiver.collection.Collection;
import io.quiver.collection.Tuning;
import io.quiver.core.CollectionName;
import io.quiver.core.Metric;
import io.quiver.core.QuiverException;
import io.quiver.message.AliasAction;
import io.quiver.message.CollectionConfig;
import io.quiver.testkit.FaultyDisk;
import io.quiver.testkit.SimulatedCrash;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The power goes, or the process is killed, at every I/O call of histories that make and drop
 * collections and change aliases. What is found then is the state before the step that was under
 * way or the one after it, as two maps know them: every change of aliases is whole or did not
 * happen, and an alias goes with its collection.
 */
class AliasCrashTest {
  private static final Path ROOT = Path.of("/data");
  private static final DatabaseOptions OPTIONS =
      new DatabaseOptions(1 << 16, 1 << 20, 0, new Tuning(1_000, 1_000));
  private static final int STEPS = 14;
  private static final List<String> COLLECTIONS = List.of("c0", "c1", "c2");
  private static final List<String> NAMES = List.of("a0", "a1", "a2", "c0", "c1");

  /** Collections, and aliases with what they stand for. */
  private record State(Set<String> collections, Map<String, String> aliases) {
    State copy() {
      return new State(new TreeSet<>(collections), new TreeMap<>(aliases));
    }
  }

  /** The oracle and the database take each step; the oracle says first what it will be. */
  private static final class Life {
    final Database database;
    State before;
    State after;

    Life(Database database, State found) {
      this.database = database;
      this.before = found;
      this.after = found;
    }

    void step(State next, Consumer<Database> work) {
      after = next;
      work.accept(database);
      before = next;
    }
  }

  @ParameterizedTest(name = "seed={0}")
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void aCrashLeavesTheStateBeforeAStepOrAfterIt(long seed) throws IOException {
    FaultyDisk whole = new FaultyDisk(seed);
    long[] changes = {0};
    try (Database database = Database.open(whole, ROOT, OPTIONS)) {
      Life life = new Life(database, empty());
      play(life, seed, changes);
      assertThat(read(database)).isEqualTo(life.before);
    }
    assertThat(changes[0]).as("changes of aliases").isPositive();
    for (long call = 1; call <= whole.calls(); call++) {
      FaultyDisk disk = new FaultyDisk(seed);
      disk.crashAt(call);
      List<State> possible = List.of(empty());
      Life life = null;
      try (Database database = Database.open(disk, ROOT, OPTIONS)) {
        life = new Life(database, empty());
        play(life, seed, changes);
      } catch (SimulatedCrash crash) {
        if (life != null) {
          possible = List.of(life.before, life.after);
        }
      }
      if (life != null) {
        possible = List.of(life.before, life.after);
      }
      FaultyDisk left = call % 3 == 0 ? disk.afterKill(call) : disk.afterCrash(call);
      State found = reopened(left, possible, "seed=%d call=%d".formatted(seed, call));
      // What was found stays found: a second life and a power cut change nothing.
      reopened(
          left.afterCrash(call), List.of(found), "seed=%d call=%d again".formatted(seed, call));
    }
  }

  /** A drop whose aliases could not be written yet does not give them to the next of that name. */
  @Test
  void aNewCollectionHasNoAliasOfTheOneBeforeIt() throws IOException {
    FaultyDisk disk = new FaultyDisk(3);
    CollectionName name = new CollectionName("c0");
    Database database = Database.open(disk, ROOT, OPTIONS);
    database.create(CollectionConfig.of("c0", 2, Metric.EUCLIDEAN));
    database.changeAliases(List.of(put("a0", "c0")));
    disk.failAllAfter(0, FaultyDisk.Call.WRITE, new IOException("No space left on device"));
    assertThatThrownBy(() -> database.drop(name))
        .isInstanceOfSatisfying(
            QuiverException.class,
            e -> assertThat(e.details()).containsEntry("outcome", "unknown"));
    assertThat(read(database)).isEqualTo(empty());
    assertThatThrownBy(() -> database.create(CollectionConfig.of("c0", 2, Metric.EUCLIDEAN)))
        .isInstanceOf(QuiverException.class);
    disk.heal();
    database.create(CollectionConfig.of("c0", 2, Metric.EUCLIDEAN));
    FaultyDisk left = disk.afterKill(3);
    database.halt();
    try (Database next = Database.open(left, ROOT, OPTIONS)) {
      assertThat(read(next).aliases()).isEmpty();
      assertThat(read(next).collections()).containsExactly("c0");
    }
  }

  private static State reopened(FaultyDisk disk, List<State> possible, String when)
      throws IOException {
    try (Database database = Database.open(disk, ROOT, OPTIONS)) {
      State found = read(database);
      assertThat(possible).as(when).contains(found);
      return found;
    }
  }

  private static void play(Life life, long seed, long[] changes) {
    SplittableRandom random = new SplittableRandom(seed);
    for (int step = 0; step < STEPS; step++) {
      State next = life.before.copy();
      String collection = COLLECTIONS.get(random.nextInt(COLLECTIONS.size()));
      CollectionName name = new CollectionName(collection);
      int kind = random.nextInt(5);
      if (kind == 0 && life.before.collections().contains(collection)) {
        next.collections().remove(collection);
        next.aliases().values().removeIf(collection::equals);
        life.step(next, database -> database.drop(name));
      } else if (kind <= 1 && !isTaken(life.before, collection)) {
        next.collections().add(collection);
        CollectionConfig config = CollectionConfig.of(collection, 2, Metric.EUCLIDEAN);
        life.step(next, database -> database.create(config));
      } else {
        List<AliasAction> actions = actions(random, next);
        if (!actions.isEmpty()) {
          changes[0]++;
          life.step(next, database -> database.changeAliases(actions));
        }
      }
    }
  }

  private static boolean isTaken(State state, String name) {
    return state.collections().contains(name) || state.aliases().containsKey(name);
  }

  /** Some actions that are right, taken on the oracle already. */
  private static List<AliasAction> actions(SplittableRandom random, State next) {
    List<AliasAction> actions = new ArrayList<>();
    for (int i = random.nextInt(1, 4); i > 0; i--) {
      String alias = NAMES.get(random.nextInt(NAMES.size()));
      String other = NAMES.get(random.nextInt(NAMES.size()));
      String target = COLLECTIONS.get(random.nextInt(COLLECTIONS.size()));
      boolean isFree = !isTaken(next, other);
      if (next.aliases().containsKey(alias) && random.nextInt(3) == 0) {
        actions.add(new AliasAction.Delete(new CollectionName(alias)));
        next.aliases().remove(alias);
      } else if (next.aliases().containsKey(alias) && isFree && random.nextBoolean()) {
        actions.add(new AliasAction.Rename(new CollectionName(alias), new CollectionName(other)));
        next.aliases().put(other, next.aliases().remove(alias));
      } else if (next.collections().contains(target) && !next.collections().contains(alias)) {
        actions.add(put(alias, target));
        next.aliases().put(alias, target);
      }
    }
    return actions;
  }

  private static AliasAction put(String alias, String target) {
    return new AliasAction.Put(new CollectionName(alias), new CollectionName(target));
  }

  private static State empty() {
    return new State(new TreeSet<>(), new TreeMap<>());
  }

  private static State read(Database database) {
    State state = empty();
    for (Collection collection : database.collections()) {
      state.collections().add(collection.name().value());
    }
    database
        .aliases()
        .targets()
        .forEach((alias, target) -> state.aliases().put(alias.value(), target.value()));
    return state;
  }
}
