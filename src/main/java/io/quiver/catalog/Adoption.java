package io.quiver.catalog;

import io.quiver.collection.Collection;
import io.quiver.collection.LogForce;
import io.quiver.collection.Manifest;
import io.quiver.collection.StorageErrors;
import io.quiver.core.CollectionName;
import io.quiver.core.ErrorCode;
import io.quiver.core.QuiverException;
import io.quiver.disk.DamagedFileException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.LongSupplier;

/**
 * Makes a collection of a folder with the files of a checkpoint (docs/decisions/0019-snapshots.md).
 * It gets a name of its own in the log, so no record that is there or on its way there is its own;
 * its manifest, which says so, is written before the folder is renamed to its place, and that
 * rename is the moment at which the collection is there.
 *
 * <p>A collection that is served is replaced by two renames: its folder goes to {@code .deleted/},
 * and the new one takes its place. The first is the moment; if a crash falls between them, the next
 * start makes the second one.
 *
 * <p>Thread safety: any thread.
 */
public final class Adoption {
  private final Roster roster;
  private final Directory directory;
  private final LogForce log;
  private final LongSupplier syncedLsn;
  private final Removals removals;
  private final Staging staging;
  private final Surroundings surroundings;

  Adoption(
      Roster roster,
      Directory directory,
      LogForce log,
      LongSupplier syncedLsn,
      Removals removals,
      Staging staging,
      Surroundings surroundings) {
    this.roster = roster;
    this.directory = directory;
    this.log = log;
    this.syncedLsn = syncedLsn;
    this.removals = removals;
    this.staging = staging;
    this.surroundings = surroundings;
  }

  /** A new folder in which files can be put together; one that is left is deleted at a start. */
  public Path stage() {
    try {
      return staging.create(surroundings.uuids().get());
    } catch (IOException e) {
      throw StorageErrors.ofWrite(e);
    }
  }

  /**
   * Reads every row, id and graph in a folder that came from elsewhere; changes nothing.
   *
   * @throws DamagedFileException naming the first that is not what a collection writes; a graph is
   *     no such thing, it is built anew
   */
  public void expectSound(Path folder) throws IOException {
    Manifest manifest = directory.manifestIn(folder);
    directory.expectWhole(folder, manifest);
    directory.expectSound(folder, manifest);
  }

  /** The same for what is staged. */
  public Collection adopt(Path staged, CollectionName name) {
    return adopt(() -> staged, name);
  }

  /** Finds what is to be adopted, under the lock that keeps it there. */
  interface Staged {
    /**
     * Where it is.
     *
     * @throws QuiverException if there is no such thing
     */
    Path find() throws IOException;
  }

  /**
   * Serves the folder's files under a name that is free; durable when it returns. Nobody may have
   * the files open, and none may be another's under a second name but {@code ids.bin} and {@code
   * index.bin}: rows are appended to the others where they are.
   *
   * @param staged a folder of this data directory that holds a whole checkpoint on stable storage
   * @throws QuiverException COLLECTION_ALREADY_EXISTS; COLLECTION_DAMAGED if the files are not
   *     whole; a disk's refusal: the folder is where it was, or, with {@code outcome=unknown}, a
   *     restart decides
   */
  Collection adopt(Staged staged, CollectionName name) {
    roster.changing.lock();
    try {
      roster.expectRoomFor(name);
      roster.settleAliases();
      Path folder = staged.find();
      Manifest manifest = prepared(folder, name);
      directory.expectFree(name);
      move(folder, name);
      Collection adopted = directory.collection(manifest);
      roster.serve(adopted);
      return adopted;
    } catch (IOException e) {
      throw StorageErrors.ofWrite(e);
    } finally {
      roster.changing.unlock();
    }
  }

  /**
   * Serves the folder's files in the place of a collection, which is kept as if it had been
   * dropped; durable when it returns. Its writer must have stopped.
   *
   * @param staged from {@link #stage}; a whole checkpoint on stable storage
   * @throws QuiverException as {@link #adopt}, or COLLECTION_NOT_FOUND: what was served is served
   */
  public Collection replace(Path staged, CollectionName name) {
    Collection old =
        roster.find(name).orElseThrow(() -> QuiverException.collectionNotFound(name.value()));
    QuiverException reason =
        new QuiverException(ErrorCode.UNAVAILABLE, "collection " + name + " is being restored");
    try {
      Manifest manifest = prepared(staged, name);
      Path ready = staging.ready(staged, name);
      try {
        old.takeAwayWhole(() -> swap(old, ready, manifest), reason);
      } catch (IOException | RuntimeException e) {
        staging.discard(ready, e);
        throw e;
      }
    } catch (IOException e) {
      throw StorageErrors.ofWrite(e);
    }
    return settled(old, name);
  }

  private void swap(Collection old, Path ready, Manifest manifest) throws IOException {
    roster.changing.lock();
    try {
      CollectionName name = old.name();
      if (roster.byName.get(name) != old) {
        throw QuiverException.collectionNotFound(name.value());
      }
      Path kept = removals.moveAway(name, old.uuid());
      try {
        directory.moveIn(ready, name);
      } catch (IOException e) {
        directory.moveIn(kept, name);
        throw e;
      }
      removals.forget(old);
      roster.serve(directory.collection(manifest));
    } finally {
      roster.changing.unlock();
    }
  }

  /** Who was told nothing for sure must not write to what a power cut may take back. */
  private Collection settled(Collection old, CollectionName name) {
    removals.close(old);
    Collection fresh = roster.find(name).orElseThrow();
    try {
      removals.sync();
      staging.sync();
      return fresh;
    } catch (IOException e) {
      roster.forget(fresh);
      throw unsettled(name, e);
    }
  }

  private static QuiverException unsettled(CollectionName name, IOException cause) {
    return StorageErrors.ofUnsettledWrite(
        ErrorCode.UNAVAILABLE,
        "collection %s is not served, but a restart may find it: %s"
            .formatted(name, cause.getMessage()),
        cause);
  }

  /** Checks the files and writes the manifest under which they will be served. */
  private Manifest prepared(Path folder, CollectionName name) throws IOException {
    try {
      Manifest found = directory.manifestIn(folder);
      directory.expectWhole(folder, found);
      log.force();
      Manifest adopted = directory.adopted(folder, found, name, syncedLsn.getAsLong());
      directory.save(folder, adopted);
      return adopted;
    } catch (DamagedFileException e) {
      throw StorageErrors.ofRead(String.valueOf(folder.getFileName()), e);
    }
  }

  /** Who was told that nothing was restored must not write to what a power cut may take back. */
  private void move(Path folder, CollectionName name) throws IOException {
    directory.moveIn(folder, name);
    try {
      directory.syncMove(folder);
    } catch (IOException e) {
      try {
        directory.moveOut(name, folder);
      } catch (IOException again) {
        e.addSuppressed(again);
      }
      throw unsettled(name, e);
    }
  }
}
