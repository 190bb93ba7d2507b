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
 * Makes a collection of a folder with the files of a checkpoint (docs/decisions/0016-snapshots.md).
 * It gets a name of its own in the log, so no record that is there or on its way there is its own;
 * its manifest, which says so, is written before the folder is renamed to its place, and that
 * rename is the moment at which the collection is there.
 *
 * <p>Thread safety: any thread.
 */
final class Adoption {
  private final Roster roster;
  private final Directory directory;
  private final LogForce log;
  private final LongSupplier syncedLsn;

  Adoption(Roster roster, Directory directory, LogForce log, LongSupplier syncedLsn) {
    this.roster = roster;
    this.directory = directory;
    this.log = log;
    this.syncedLsn = syncedLsn;
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

  /** Checks the files and writes the manifest under which they will be served. */
  private Manifest prepared(Path folder, CollectionName name) throws IOException {
    try {
      Manifest found = directory.manifestIn(folder);
      directory.expectWhole(folder, found);
      log.force();
      Manifest adopted = directory.adopted(found, name, syncedLsn.getAsLong());
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
      throw StorageErrors.ofUnsettledWrite(
          ErrorCode.UNAVAILABLE,
          "collection %s is not served, but a restart may find it: %s"
              .formatted(name, e.getMessage()),
          e);
    }
  }
}
