package io.quiver.collection;

import io.quiver.collection.Manifest.ShardCheckpoint;
import io.quiver.disk.DamagedFileException;
import io.quiver.disk.Disk;
import io.quiver.disk.MappedFile;
import io.quiver.message.CollectionConfig;
import io.quiver.vectors.IdTable;
import io.quiver.vectors.IdsFile;
import io.quiver.vectors.RowFiles;
import io.quiver.vectors.RowStore;
import io.quiver.vectors.RowVersions;
import io.quiver.vectors.Tombstones;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.UUID;

/**
 * Opens and makes the files of a shard's generation.
 *
 * <p>{@code ids.bin} belongs to a checkpoint: that writes it beside the old one as {@code
 * ids.bin.new}, commits by replacing the manifest, then renames. So whichever of the two carries
 * the manifest's LSN is the right one, wherever a crash fell.
 */
final class ShardFiles {
  static final String IDS = "ids.bin";
  static final String INDEX = "index.bin";
  static final String IDS_NEW = "ids.bin.new";

  private ShardFiles() {}

  /** An empty generation in {@code folder} of the collection's folder. */
  static Generation create(
      Environment environment, CollectionConfig config, UUID uuid, String folder)
      throws IOException {
    Disk disk = environment.disk();
    Path path = environment.folder().resolve(folder);
    disk.createDirectories(path);
    Arena arena = Arena.ofShared();
    try {
      RowStore rows = RowStore.create(disk, path, uuid, config.dimension(), config.metric(), arena);
      ReadView view = new ReadView(0, Tombstones.NONE, 0);
      ShardIndex index = ShardIndex.empty(rows, view, config, environment);
      return new Generation(
          folder,
          rows,
          IdTable.empty(),
          RowVersions.none(),
          index,
          environment.indexing(),
          arena,
          view);
    } catch (IOException | RuntimeException | Error e) {
      arena.close();
      throw e;
    }
  }

  /**
   * A shard as of its checkpoint.
   *
   * @throws DamagedFileException if rows or ids are not as they were written; a damaged graph is no
   *     error, it is built anew
   */
  static Generation open(
      Environment environment, CollectionConfig config, UUID uuid, ShardCheckpoint at)
      throws IOException {
    if (at.count() == 0) {
      return create(environment, config, uuid, at.folder());
    }
    Disk disk = environment.disk();
    Path path = environment.folder().resolve(at.folder());
    Arena arena = Arena.ofShared();
    try {
      Path idsPath = settleIds(disk, path, uuid, at.lsn());
      IdsFile ids = IdsFile.read(disk, idsPath, uuid, arena);
      if (ids.lsn() != at.lsn() || ids.count() != at.count()) {
        throw new DamagedFileException(
            idsPath,
            32,
            "LSN %d, %d rows".formatted(at.lsn(), at.count()),
            "LSN %d, %d rows".formatted(ids.lsn(), ids.count()));
      }
      ReadView view = new ReadView(at.count(), ids.tombstones(), at.lsn());
      RowStore rows =
          RowStore.open(
              disk,
              path,
              uuid,
              config.dimension(),
              config.metric(),
              at.count(),
              at.payloadBytes(),
              arena);
      try {
        ShardIndex index =
            GraphOpening.open(path.resolve(INDEX), uuid, at, rows, view, config, environment);
        Generation generation =
            new Generation(
                at.folder(),
                rows,
                ids.table(),
                ids.versions(),
                index,
                environment.indexing(),
                arena,
                view);
        generation.idsMapped(new MappedFile(idsPath, disk.size(idsPath)));
        generation.scrub.until(at.count());
        index.rowsPublished(view);
        return generation;
      } catch (IOException | RuntimeException | Error e) {
        rows.close();
        throw e;
      }
    } catch (IOException | RuntimeException | Error e) {
      arena.close();
      throw e;
    }
  }

  /**
   * Looks at headers and lengths of files that are not open; maps and changes nothing.
   *
   * @throws DamagedFileException if rows or ids cannot be what was written
   */
  static void expectWhole(Environment environment, Manifest manifest) throws IOException {
    ShardCheck.expectWhole(environment.disk(), environment.folder(), manifest);
  }

  /** The same of one shard in a collection's folder. */
  static void expectWhole(Disk disk, Path collection, Manifest manifest, ShardCheckpoint at)
      throws IOException {
    if (at.count() == 0) {
      return; // There may be none yet.
    }
    Path path = collection.resolve(at.folder());
    CollectionConfig config = manifest.config();
    UUID uuid = manifest.filesUuid();
    RowFiles.expectWhole(
        disk, path, uuid, config.dimension(), config.metric(), at.count(), at.payloadBytes());
    Path ids = path.resolve(IDS);
    long found = IdsFile.lsnOf(disk, ids, uuid);
    if (found != at.lsn() && IdsFile.lsnOf(disk, path.resolve(IDS_NEW), uuid) != at.lsn()) {
      throw new DamagedFileException(
          ids, 32, "an id table at LSN " + at.lsn(), found < 0 ? "none" : "LSN " + found);
    }
  }

  /** Finishes or drops what a crash left of the last checkpoint; returns the file to read. */
  private static Path settleIds(Disk disk, Path folder, UUID uuid, long lsn) throws IOException {
    Path file = folder.resolve(IDS);
    Path chosen = idsFile(disk, folder, uuid, lsn);
    if (!chosen.equals(file)) {
      disk.rename(chosen, file);
      disk.syncDirectory(folder);
    }
    return file;
  }

  /** The id table of a checkpoint, under whichever of its two names. */
  static Path idsFile(Disk disk, Path folder, UUID uuid, long lsn) {
    Path file = folder.resolve(IDS);
    Path fresh = folder.resolve(IDS_NEW);
    boolean takesFresh =
        IdsFile.lsnOf(disk, file, uuid) != lsn && IdsFile.lsnOf(disk, fresh, uuid) == lsn;
    return takesFresh ? fresh : file;
  }

  /** After the manifest was replaced; may be repeated. */
  static void promoteIds(Disk disk, Path folder) throws IOException {
    if (disk.exists(folder.resolve(IDS_NEW))) {
      disk.rename(folder.resolve(IDS_NEW), folder.resolve(IDS));
    }
    disk.syncDirectory(folder);
  }

  /** Deletes a generation's folder and what Quiver put there; other files keep it alive. */
  static void delete(Disk disk, Path folder) throws IOException {
    for (String name : disk.list(folder)) {
      disk.delete(folder.resolve(name));
    }
    disk.delete(folder);
  }
}
