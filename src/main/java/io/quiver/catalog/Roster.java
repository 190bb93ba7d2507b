package io.quiver.catalog;

import io.quiver.collection.Collection;
import io.quiver.core.CollectionName;
import io.quiver.core.ErrorCode;
import io.quiver.core.Limits;
import io.quiver.core.QuiverException;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Which collections are served, and which cannot be.
 *
 * <p>Thread safety: read from any thread; changed under {@link #changing}.
 */
final class Roster {
  /** Held by whoever makes, adopts or takes away a collection. */
  final ReentrantLock changing = new ReentrantLock();

  final Map<CollectionName, Collection> byName = new ConcurrentSkipListMap<>();
  final Map<UUID, Collection> byUuid = new ConcurrentHashMap<>();
  final List<Directory.Damaged> damaged;

  Roster(Directory.Found found) {
    damaged = new CopyOnWriteArrayList<>(found.damaged());
    found.collections().forEach(this::serve);
  }

  private Optional<Aliases> aliases = Optional.empty();

  /** Once, before anything changes. */
  void whoIsAnAlias(Aliases known) {
    aliases = Optional.of(known);
  }

  /** Whether there is a collection of this name, served or set aside. */
  boolean isCollection(CollectionName name) {
    return byName.containsKey(name) || isSetAside(name);
  }

  /** Before a collection is made: no alias that was forgotten may come back and hide it. */
  void settleAliases() throws IOException {
    if (aliases.isPresent()) {
      aliases.get().settle();
    }
  }

  void serve(Collection collection) {
    byUuid.put(collection.uuid(), collection);
    byName.put(collection.name(), collection);
  }

  void forget(Collection collection) {
    byName.remove(collection.name(), collection);
    byUuid.remove(collection.uuid());
  }

  Optional<Collection> find(CollectionName name) {
    return Optional.ofNullable(byName.get(name));
  }

  /** Whether there is a collection of this name whose manifest is damaged. */
  boolean isSetAside(CollectionName name) {
    return damaged.stream().anyMatch(each -> each.name().equals(name.value()));
  }

  /**
   * Refuses a name that is taken, and one collection too many.
   *
   * @throws QuiverException COLLECTION_ALREADY_EXISTS, OVERLOADED
   */
  void expectRoomFor(CollectionName name) {
    if (isCollection(name)) {
      throw new QuiverException(
          ErrorCode.COLLECTION_ALREADY_EXISTS,
          "Collection already exists: " + name,
          Map.of("field", "name", "got", name.value()));
    }
    aliases.ifPresent(known -> known.expectFree(name));
    if (byName.size() >= Limits.COLLECTIONS_MAX) {
      throw new QuiverException(
          ErrorCode.OVERLOADED, "a node holds at most " + Limits.COLLECTIONS_MAX + " collections");
    }
  }
}
