package io.quiver.catalog;

import io.quiver.collection.StorageErrors;
import io.quiver.core.CollectionName;
import io.quiver.core.ErrorCode;
import io.quiver.core.Limits;
import io.quiver.core.QuiverException;
import io.quiver.disk.Disk;
import io.quiver.message.AliasAction;
import io.quiver.message.AliasTable;
import io.quiver.message.HealthReport;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;

/**
 * Second names of collections. An alias is bound to a name, never to an alias, and goes with its
 * collection.
 *
 * <p>Thread safety: any thread; {@link #expectFree} and {@link #forget} under the lock for changes.
 *
 * <p>Invariants: no alias has the name of a collection. What the file says beyond the table are
 * aliases of collections that are gone, and it says nothing of that kind when a collection is made:
 * so none can come back and stand for another one of the same name.
 */
final class Aliases {
  private static final System.Logger LOG = System.getLogger(Aliases.class.getName());

  private final Disk disk;
  private final Path root;
  private final ReentrantLock changing;
  private final Predicate<CollectionName> isCollection;
  private volatile AliasTable table = AliasTable.EMPTY;
  private volatile Optional<String> damage = Optional.empty();
  private boolean stale;

  /**
   * Reads the file. A crash between a drop and the new file leaves aliases of nothing: they are
   * forgotten. So are those whose name a folder took that somebody put there: it hides them.
   *
   * @param changing held by whoever makes or removes collections
   * @param isCollection whether there is a collection of that name, served or set aside
   */
  Aliases(Disk disk, Path root, ReentrantLock changing, Predicate<CollectionName> isCollection) {
    this.disk = disk;
    this.root = root;
    this.changing = changing;
    this.isCollection = isCollection;
    read();
  }

  private void read() {
    Map<CollectionName, CollectionName> found = new TreeMap<>();
    try {
      found.putAll(AliasFile.read(disk, root).targets());
    } catch (IOException e) {
      LOG.log(System.Logger.Level.ERROR, "no alias is served: {0}", e.getMessage());
      damage = Optional.of("no alias is served: " + e.getMessage());
    }
    stale =
        found
            .entrySet()
            .removeIf(
                each -> !isCollection.test(each.getValue()) || isCollection.test(each.getKey()));
    table = new AliasTable(found);
  }

  AliasTable table() {
    return table;
  }

  HealthReport.Component health() {
    return new HealthReport.Component(
        "aliases",
        damage.isEmpty() ? HealthReport.Status.HEALTHY : HealthReport.Status.DEGRADED,
        damage.orElseGet(() -> table.targets().size() + " aliases"),
        0);
  }

  /** Refuses the name of a new collection if it is an alias. */
  void expectFree(CollectionName name) {
    if (table.targets().containsKey(name)) {
      throw taken("name", name, "an alias of " + table.targets().get(name));
    }
  }

  /**
   * Takes all steps, or none; durable when it returns.
   *
   * @param isServed whether there is such a collection
   */
  void change(List<AliasAction> actions, Predicate<CollectionName> isServed) {
    changing.lock();
    try {
      save(changed(actions, isServed));
    } finally {
      changing.unlock();
    }
  }

  private AliasTable changed(List<AliasAction> actions, Predicate<CollectionName> isServed) {
    Map<CollectionName, CollectionName> next = new TreeMap<>(table.targets());
    for (int i = 0; i < actions.size(); i++) {
      String place = "actions[" + i + "]";
      switch (actions.get(i)) {
        case AliasAction.Put put -> {
          CollectionName target = next.getOrDefault(put.collection(), put.collection());
          if (!isServed.test(target)) {
            throw missing(place, "Collection not found: " + target, target);
          }
          expectNoCollection(place, put.alias());
          next.put(put.alias(), target);
        }
        case AliasAction.Delete delete -> remove(place, next, delete.alias());
        case AliasAction.Rename rename -> {
          CollectionName target = remove(place, next, rename.from());
          expectNoCollection(place, rename.to());
          if (next.putIfAbsent(rename.to(), target) != null) {
            throw taken(place, rename.to(), "an alias already");
          }
        }
      }
    }
    if (next.size() > Limits.ALIASES_MAX) {
      throw QuiverException.invalid(
          "actions", "at most " + Limits.ALIASES_MAX + " aliases of a node", next.size());
    }
    return new AliasTable(next);
  }

  private static CollectionName remove(
      String place, Map<CollectionName, CollectionName> next, CollectionName alias) {
    CollectionName target = next.remove(alias);
    if (target == null) {
      throw missing(place, "Alias not found: " + alias, alias);
    }
    return target;
  }

  private void expectNoCollection(String place, CollectionName alias) {
    if (isCollection.test(alias)) {
      throw taken(place, alias, "a collection");
    }
  }

  private static QuiverException taken(String field, CollectionName name, String what) {
    return new QuiverException(
        ErrorCode.COLLECTION_ALREADY_EXISTS,
        "the name is taken: " + name + " is " + what,
        Map.of("field", field, "got", name.value()));
  }

  private static QuiverException missing(String field, String message, CollectionName name) {
    return new QuiverException(
        ErrorCode.COLLECTION_NOT_FOUND, message, Map.of("field", field, "got", name.value()));
  }

  private void save(AliasTable next) {
    try {
      AliasFile.write(disk, root, next);
      table = next;
      stale = false;
      damage = Optional.empty();
    } catch (IOException e) {
      stale = true; // The file has the old content or the new one.
      throw StorageErrors.ofUnsettledWrite(
          ErrorCode.UNAVAILABLE,
          "aliases were not changed, but a restart may find them so: " + e.getMessage(),
          e);
    }
  }

  /** The collection is gone, and so are its aliases; the file is told by {@link #settle}. */
  void forget(CollectionName collection) {
    Map<CollectionName, CollectionName> next = new TreeMap<>(table.targets());
    if (next.values().removeIf(collection::equals)) {
      table = new AliasTable(next);
      stale = true;
    }
  }

  /** Brings the file up to date, if it is not: before a collection is made, and after a drop. */
  void settle() throws IOException {
    changing.lock();
    try {
      if (stale) {
        AliasFile.write(disk, root, table);
        stale = false;
      }
    } finally {
      changing.unlock();
    }
  }
}
