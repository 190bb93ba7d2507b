package io.quiver.collection;

import io.quiver.collection.Manifest.ShardCheckpoint;
import io.quiver.disk.Disk;
import io.quiver.vectors.IdsFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Makes a collection's files current, so that the log is no longer needed for what they hold. The
 * log is forced first: a write of one collection must not survive a power cut that an earlier write
 * of another did not. Rows are synced where they are; the graph, which is derived, is replaced; id
 * table and tombstones are written beside the old ones; the manifest commits.
 */
final class Checkpoint {
  private final Environment environment;
  private final Writer writer;
  private final List<Shard> shards;

  Checkpoint(Environment environment, Writer writer, List<Shard> shards) {
    this.environment = environment;
    this.writer = writer;
    this.shards = shards;
  }

  /** What was captured of one shard while the writer stood still. */
  private record Captured(Generation generation, IdsFile.Snapshot ids, long payloadBytes) {}

  private record Graphed(Captured shard, ShardIndex.Written graph) {}

  /**
   * Maintenance only, one at a time.
   *
   * @return the manifest that was committed
   */
  Manifest run(Manifest present) throws IOException {
    List<Generation> generations = shards.stream().map(Shard::present).toList();
    generations.forEach(generation -> generation.index.pause());
    long lsn;
    List<Captured> captured = new ArrayList<>();
    List<Graphed> graphed = new ArrayList<>();
    try {
      writer.lock().lock();
      try {
        lsn = writer.appliedLsn();
        for (Generation generation : generations) {
          captured.add(capture(generation, lsn));
        }
      } finally {
        writer.lock().unlock();
      }
      environment.log().force();
      for (Captured shard : captured) {
        Path index = folder(shard).resolve(ShardFiles.INDEX);
        graphed.add(
            new Graphed(
                shard, shard.generation.index.write(environment.disk(), index, present.uuid())));
      }
    } finally {
      generations.forEach(generation -> generation.index.resume());
    }
    return commit(present, lsn, graphed);
  }

  private static Captured capture(Generation generation, long lsn) {
    ReadView view = generation.view();
    return new Captured(
        generation,
        IdsFile.Snapshot.of(lsn, view.count(), generation.ids, view.dead()),
        generation.rows.payloadEnd());
  }

  private Manifest commit(Manifest present, long lsn, List<Graphed> graphed) throws IOException {
    Disk disk = environment.disk();
    List<ShardCheckpoint> checkpoints = new ArrayList<>();
    for (Graphed each : graphed) {
      Captured shard = each.shard();
      IdsFile.Snapshot ids = shard.ids();
      shard.generation.rows.force();
      IdsFile.write(disk, folder(shard).resolve(ShardFiles.IDS_NEW), present.uuid(), ids);
      disk.syncDirectory(folder(shard));
      checkpoints.add(
          new ShardCheckpoint(
              shard.generation.folder,
              lsn,
              ids.count(),
              ids.count() - ids.tombstones().count(),
              shard.payloadBytes(),
              each.graph().indexed(),
              each.graph().nodes()));
    }
    disk.syncDirectory(environment.folder());
    Manifest next = present.checkpointed(lsn, environment.nowMillis().getAsLong(), checkpoints);
    environment.manifests().save(next);
    for (Graphed each : graphed) {
      ShardFiles.promoteIds(disk, folder(each.shard()));
    }
    return next;
  }

  private Path folder(Captured shard) {
    return environment.folder().resolve(shard.generation.folder);
  }
}
