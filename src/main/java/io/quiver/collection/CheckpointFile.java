package io.quiver.collection;

import io.quiver.collection.Manifest.ShardCheckpoint;
import io.quiver.disk.Disk;
import io.quiver.message.CollectionConfig;
import io.quiver.vectors.RowFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A file that a checkpoint consists of. Of its first {@code bytes} none is ever written again: rows
 * are appended behind them, other files are replaced by new ones.
 *
 * @param path where it belongs in the collection's folder, with {@code /}
 * @param source where it is
 * @param bytes how much of it counts
 */
public record CheckpointFile(String path, Path source, long bytes) {

  /** All of them but the manifest. */
  static List<CheckpointFile> of(Disk disk, Path folder, Manifest manifest) throws IOException {
    List<CheckpointFile> files = new ArrayList<>();
    for (ShardCheckpoint at : manifest.shards()) {
      if (at.count() > 0) {
        addShard(disk, folder, manifest, at, files);
      }
    }
    return files;
  }

  private static void addShard(
      Disk disk, Path folder, Manifest manifest, ShardCheckpoint at, List<CheckpointFile> files)
      throws IOException {
    Path shard = folder.resolve(at.folder());
    CollectionConfig config = manifest.config();
    RowFiles.lengths(config.dimension(), config.metric(), at.count(), at.payloadBytes())
        .forEach((name, bytes) -> files.add(file(at, name, shard.resolve(name), bytes)));
    Path ids = ShardFiles.idsFile(disk, shard, manifest.filesUuid(), at.lsn());
    files.add(file(at, ShardFiles.IDS, ids, disk.size(ids)));
    Path index = shard.resolve(ShardFiles.INDEX);
    if (at.indexed() > 0 && disk.exists(index)) {
      files.add(file(at, ShardFiles.INDEX, index, disk.size(index)));
    }
  }

  private static CheckpointFile file(ShardCheckpoint at, String name, Path source, long bytes) {
    return new CheckpointFile(at.folder() + "/" + name, source, bytes);
  }
}
