package io.quiver.collection;

import io.quiver.collection.Manifest.ShardCheckpoint;
import io.quiver.disk.Disk;
import io.quiver.vectors.IdsFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Id tables that carry an LSN which the log here has yet to reach: those of another node, or of a
 * log that was lost. A checkpoint tells its id table from the one before by the LSN; so if one came
 * to be made at just that LSN, the old table would pass for its own, and what was deleted since
 * would be back. So they are given one that the log has passed.
 */
public final class ForeignTables {
  private ForeignTables() {}

  /**
   * Writes new tables beside those that need them, as a checkpoint does: the manifest that is
   * returned commits them, and whoever opens the files renames them.
   *
   * @param folder the collection's; nobody may have its files open
   * @param manifest of these files; its {@code checkpointLsn} is one that the log here has passed
   * @return what to save; until then the old tables count
   */
  public static Manifest restamped(Disk disk, Path folder, Manifest manifest) throws IOException {
    List<ShardCheckpoint> shards = new ArrayList<>();
    for (ShardCheckpoint shard : manifest.shards()) {
      shards.add(
          shard.lsn() > manifest.checkpointLsn()
              ? restamped(disk, folder, manifest, shard)
              : shard);
    }
    return manifest.withShards(shards);
  }

  private static ShardCheckpoint restamped(
      Disk disk, Path folder, Manifest manifest, ShardCheckpoint shard) throws IOException {
    long lsn = manifest.checkpointLsn();
    if (shard.count() > 0) {
      Path files = folder.resolve(shard.folder());
      Path present = ShardFiles.idsFile(disk, files, manifest.filesUuid(), shard.lsn());
      Path fresh = files.resolve(ShardFiles.IDS_NEW);
      if (present.equals(fresh)) { // Its name is needed, and the other one's file is out of date.
        present = files.resolve(ShardFiles.IDS);
        disk.rename(fresh, present);
      }
      IdsFile.restamp(disk, present, fresh, manifest.filesUuid(), lsn);
      disk.syncDirectory(files);
    }
    return shard.at(lsn);
  }
}
