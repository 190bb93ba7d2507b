package io.quiver.catalog;

import io.quiver.collection.Collection;
import io.quiver.collection.StorageErrors;
import io.quiver.core.CollectionName;
import io.quiver.core.ErrorCode;
import io.quiver.core.QuiverException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.UUID;

/**
 * Takes collections away: to be kept for a while, or for good. The folder's rename into {@code
 * .deleted/} is the moment at which a collection is gone. Before one is kept, its files are made
 * current: the log forgets what only they would need.
 *
 * <p>Thread safety: any thread.
 */
final class Removals {
  private final Roster roster;
  private final DeletedFolders deleted;
  private final DirtyLog dirty;
  private final Maintenance maintenance;
  private final Surroundings surroundings;
  private final Duration retention;
  private final Aliases aliases;

  Removals(
      Roster roster,
      DeletedFolders deleted,
      DirtyLog dirty,
      Maintenance maintenance,
      Surroundings surroundings,
      Duration retention,
      Aliases aliases) {
    this.roster = roster;
    this.deleted = deleted;
    this.dirty = dirty;
    this.maintenance = maintenance;
    this.surroundings = surroundings;
    this.retention = retention;
    this.aliases = aliases;
  }

  /** How a folder leaves its place. */
  private interface Move {
    Path run(CollectionName name, UUID uuid) throws IOException;
  }

  /** See {@link Database#drop}. */
  void drop(CollectionName name) {
    if (retention.isZero()) {
      dropForGood(name);
      return;
    }
    Move move = this::moveAway;
    if (roster.isSetAside(name)) {
      takeUnserved(name, move);
      return;
    }
    Collection collection = served(name);
    try {
      collection.takeAwayWhole(
          () -> take(collection, move), QuiverException.collectionNotFound(name.value()));
    } catch (IOException e) {
      throw hinted(StorageErrors.ofWrite(e));
    }
    maintenance.dropped(collection);
    confirm(name);
  }

  /** See {@link Database#hardDelete}. */
  void dropForGood(CollectionName name) {
    if (roster.isSetAside(name)) {
      takeUnserved(name, deleted::remove);
      return;
    }
    Collection collection = served(name);
    try {
      collection.takeAway(() -> take(collection, deleted::remove));
    } catch (IOException e) {
      throw StorageErrors.ofWrite(e);
    }
    maintenance.dropped(collection);
    confirm(name);
  }

  private Collection served(CollectionName name) {
    return roster.find(name).orElseThrow(() -> QuiverException.collectionNotFound(name.value()));
  }

  /** A disk that does not take the last rows of what is dropped: there is another way. */
  private static QuiverException hinted(QuiverException refusal) {
    return new QuiverException(
        refusal.code(),
        refusal.getMessage()
            + "; a hard delete, which keeps nothing, needs no space and frees what it has",
        refusal.details(),
        refusal);
  }

  private void take(Collection collection, Move move) throws IOException {
    roster.changing.lock();
    try {
      if (roster.byName.get(collection.name()) != collection) {
        // Somebody else dropped it first.
        throw QuiverException.collectionNotFound(collection.name().value());
      }
      move.run(collection.name(), collection.uuid());
      forget(collection);
      aliases.forget(collection.name());
    } finally {
      roster.changing.unlock();
    }
  }

  /** Renames the folder to where it is kept, or, without retention, to where it is not. */
  Path moveAway(CollectionName name, UUID uuid) throws IOException {
    return retention.isZero()
        ? deleted.remove(name, uuid)
        : deleted.keep(name, uuid, surroundings.nowMillis().getAsLong());
  }

  /** Under the roster's lock: one whose folder was moved away. */
  void forget(Collection collection) {
    roster.forget(collection);
    dirty.forget(collection.uuid());
  }

  void close(Collection collection) {
    maintenance.dropped(collection);
  }

  void sync() throws IOException {
    deleted.sync();
  }

  private void takeUnserved(CollectionName name, Move move) {
    roster.changing.lock();
    try {
      if (!roster.isSetAside(name)) {
        throw QuiverException.collectionNotFound(name.value());
      }
      move.run(name, surroundings.uuids().get());
      aliases.forget(name);
      roster.damaged.removeIf(each -> each.name().equals(name.value()));
    } catch (IOException e) {
      throw StorageErrors.ofWrite(e);
    } finally {
      roster.changing.unlock();
    }
    maintenance.dropped();
    confirm(name);
  }

  /** A failure here leaves the collection dropped, but a power cut may bring it back: say so. */
  private void confirm(CollectionName name) {
    try {
      deleted.sync();
      aliases.settle();
    } catch (IOException e) {
      throw StorageErrors.ofUnsettledWrite(
          ErrorCode.UNAVAILABLE,
          "collection %s is dropped, but the disk did not confirm it: %s"
              .formatted(name, e.getMessage()),
          e);
    }
  }
}
