package io.quiver.collection;

import io.quiver.collection.Manifest.ShardCheckpoint;
import io.quiver.disk.AtomicFile;
import io.quiver.disk.Disk;
import io.quiver.vectors.IdsFile;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Makes the checkpoints of a collection, one at a time. Each makes the files current, so that the
 * log is no longer needed for what they hold. The log is forced first: a write of one collection
 * must not survive a power cut that an earlier write of another did not. Rows are synced where they
 * are; the graph, which is derived, is replaced; id table and tombstones are written beside the old
 * ones; the manifest commits.
 *
 * <p>Invariant: a file that a manifest on stable storage may name is never written to, also when it
 * is unknown whether the last manifest got there.
 */
final class Checkpoint {
  private static final System.Logger LOG = System.getLogger(Checkpoint.class.getName());

  private final Environment environment;
  private final Writer writer;
  private final List<Shard> shards;

  /** The last manifest may be on stable storage or not: its replacement failed. */
  private boolean isCommitUncertain;

  /** Folders in which the committed id table still has its temporary name. */
  private final Set<Path> unpromoted = new HashSet<>();

  Checkpoint(Environment environment, Writer writer, List<Shard> shards) {
    this.environment = environment;
    this.writer = writer;
    this.shards = shards;
  }

  /** What was captured of one shard while the writer stood still. */
  private record Captured(Generation generation, IdsFile.Snapshot ids, long payloadBytes) {}

  private record Graphed(Captured shard, WrittenGraph graph) {}

  /**
   * Maintenance only, one at a time.
   *
   * @param present the manifest that was committed last
   * @return the manifest that was committed
   * @throws IOException if the disk refuses; then {@code present} counts
   */
  Manifest run(Manifest present) throws IOException {
    List<Generation> generations = shards.stream().map(Shard::present).toList();
    settleLast(present, generations);
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
                shard,
                shard.generation.index.write(environment.disk(), index, present.filesUuid())));
      }
    } finally {
      generations.forEach(generation -> generation.index.resume());
    }
    return commit(present, lsn, graphed);
  }

  /** Ends what the last checkpoint left open, so that the names it used are free again. */
  private void settleLast(Manifest present, List<Generation> generations) throws IOException {
    for (Generation generation : generations) {
      if (generation.isDoubtful()) {
        throw new IOException(
            "a sync of shard %s failed: its rows must be written anew first"
                .formatted(generation.folder));
      }
    }
    if (isCommitUncertain) {
      environment.manifests().save(present);
      isCommitUncertain = false;
    }
    for (Path folder : List.copyOf(unpromoted)) {
      promote(folder);
    }
  }

  private void promote(Path folder) throws IOException {
    ShardFiles.promoteIds(environment.disk(), folder);
    unpromoted.remove(folder);
  }

  private static Captured capture(Generation generation, long lsn) {
    ReadView view = generation.view();
    return new Captured(
        generation,
        IdsFile.Snapshot.of(lsn, view.count(), generation.ids, view.dead(), generation.versions),
        generation.rows.payloadEnd());
  }

  private Manifest commit(Manifest present, long lsn, List<Graphed> graphed) throws IOException {
    List<ShardCheckpoint> checkpoints = new ArrayList<>();
    for (Graphed each : graphed) {
      checkpoints.add(write(present, lsn, each));
    }
    List<Generation> generations = graphed.stream().map(each -> each.shard().generation).toList();
    syncOrDoubt(generations, () -> environment.disk().syncDirectory(environment.folder()));
    Manifest next = present.checkpointed(lsn, environment.nowMillis().getAsLong(), checkpoints);
    for (Generation generation : generations) {
      generation.expectWholeRows(environment.disk()); // Else the log is all there is of them.
    }
    isCommitUncertain = true;
    environment.manifests().save(next);
    isCommitUncertain = false;
    generations.forEach(Generation::idsReplaced);
    graphed.forEach(each -> unpromoted.add(folder(each.shard())));
    try {
      for (Path folder : List.copyOf(unpromoted)) {
        promote(folder);
      }
    } catch (IOException e) {
      LOG.log(
          System.Logger.Level.WARNING,
          "checkpoint of {0}: an id table keeps its temporary name: {1}",
          environment.folder(),
          e.getMessage());
    }
    return next;
  }

  /** Puts the files of one shard on stable storage. */
  private ShardCheckpoint write(Manifest present, long lsn, Graphed graphed) throws IOException {
    Disk disk = environment.disk();
    Captured shard = graphed.shard();
    IdsFile.Snapshot ids = shard.ids();
    List<Generation> generation = List.of(shard.generation);
    syncOrDoubt(generation, shard.generation.rows::force);
    Path idsFile = folder(shard).resolve(ShardFiles.IDS_NEW);
    try {
      IdsFile.write(disk, idsFile, present.filesUuid(), ids);
    } catch (IOException e) {
      AtomicFile.discard(disk, idsFile, e);
      throw e;
    }
    syncOrDoubt(generation, () -> disk.syncDirectory(folder(shard)));
    return new ShardCheckpoint(
        shard.generation.folder,
        lsn,
        ids.count(),
        ids.count() - ids.tombstones().count(),
        shard.payloadBytes(),
        graphed.graph().indexed(),
        graphed.graph().nodes());
  }

  private interface Sync {
    void run() throws IOException;
  }

  private static void syncOrDoubt(List<Generation> generations, Sync sync) throws IOException {
    try {
      sync.run();
    } catch (FileSystemException e) {
      throw e; // A folder could not be opened: no sync was tried.
    } catch (IOException e) {
      generations.forEach(Generation::doubt);
      throw e;
    }
  }

  private Path folder(Captured shard) {
    return environment.folder().resolve(shard.generation.folder);
  }
}
