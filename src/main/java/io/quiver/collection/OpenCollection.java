package io.quiver.collection;

import io.quiver.core.VectorId;
import io.quiver.disk.Disk;
import io.quiver.message.CollectionStats;
import io.quiver.message.Row;
import io.quiver.message.SearchHits;
import io.quiver.message.SearchVectors;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A collection whose files are open: its shards, its writer, and the work on them.
 *
 * <p>Thread safety: any thread calls {@code search}, {@code get} and {@code stats}; one writer uses
 * {@code writer}; the rest belongs to maintenance.
 */
final class OpenCollection {
  private final Environment environment;
  private final Manifest openedAs;
  private final List<Shard> shards;
  private final Writer writer;
  private long indexedAtCheckpoint;

  private OpenCollection(Environment environment, Manifest openedAs, List<Shard> shards) {
    this.environment = environment;
    this.openedAs = openedAs;
    this.shards = shards;
    this.writer = new Writer(openedAs.config(), shards, openedAs.checkpointLsn());
    this.indexedAtCheckpoint = indexed();
  }

  static OpenCollection open(Environment environment, Manifest manifest) throws IOException {
    List<Shard> shards = new ArrayList<>();
    try {
      for (int number = 0; number < manifest.shards().size(); number++) {
        shards.add(
            new Shard(
                number,
                ShardFiles.open(
                    environment,
                    manifest.config(),
                    manifest.uuid(),
                    manifest.shards().get(number))));
      }
      return new OpenCollection(environment, manifest, List.copyOf(shards));
    } catch (IOException | RuntimeException | Error e) {
      for (Shard shard : shards) {
        shard.present().retire();
      }
      throw e;
    }
  }

  Writer writer() {
    return writer;
  }

  SearchHits search(int shard, SearchVectors search, long deadlineNanos) throws IOException {
    Generation held = shards.get(shard).acquire();
    try {
      return ShardSearch.run(openedAs.config(), held, search, deadlineNanos);
    } finally {
      held.release();
    }
  }

  Optional<Row> get(VectorId id, boolean withVector, boolean withMetadata) throws IOException {
    return shards.get(writer.shardOf(id)).get(id, withVector, withMetadata);
  }

  /** Whether a checkpoint would have anything to write. */
  boolean hasChangedSince(Manifest manifest) {
    return writer.appliedLsn() != manifest.checkpointLsn() || indexed() != indexedAtCheckpoint;
  }

  private long indexed() {
    return shards.stream().mapToLong(shard -> shard.present().index.progress()).sum();
  }

  Manifest checkpoint(Manifest present) throws IOException {
    verifyGraphs(); // Before the file is replaced with what may have come of damage.
    long indexed = indexed();
    Manifest next = new Checkpoint(environment, writer, shards).run(present);
    indexedAtCheckpoint = indexed;
    return next;
  }

  /** Maintenance only: reads on in what was not read since it was opened. */
  void scrub() throws IOException {
    verifyGraphs();
    for (Shard shard : shards) {
      shard.present().scrub.slice();
    }
  }

  private void verifyGraphs() {
    for (Shard shard : shards) {
      shard.present().index.verifyOnce(environment.disk());
    }
  }

  boolean repairGraphs() {
    boolean repaired = false;
    for (Shard shard : shards) {
      Generation present = shard.present();
      repaired |= present.index.repairIfWorthIt(present.view());
    }
    return repaired;
  }

  /** The generations that were replaced, if any; they live until {@link #discard}. */
  Optional<List<Generation>> compactIfWorthIt() throws IOException {
    List<Generation> replaced = new ArrayList<>();
    for (Shard shard : shards) {
      ReadView view = shard.present().view();
      int dead = view.dead().count();
      if (dead >= environment.tuning().deadRowsMin() && dead * 3L >= view.count()) {
        replaced.add(
            new Compaction(environment, openedAs.config(), openedAs.uuid(), writer, shard).run());
      }
    }
    return replaced.isEmpty() ? Optional.empty() : Optional.of(replaced);
  }

  /** After the checkpoint that no longer names them. */
  void discard(List<Generation> replaced) throws IOException {
    Disk disk = environment.disk();
    for (Generation generation : replaced) {
      generation.retire();
      ShardFiles.delete(disk, environment.folder().resolve(generation.folder));
    }
    disk.syncDirectory(environment.folder());
  }

  CollectionStats stats(Manifest last) {
    long live = 0;
    long dead = 0;
    long unindexed = 0;
    Map<String, Long> memory = new TreeMap<>();
    for (Shard shard : shards) {
      Generation present = shard.present();
      ReadView view = present.view();
      live += view.live();
      dead += view.dead().count();
      unindexed += present.index.unindexed(view);
      memory.merge("graph", present.index.memoryBytes(), Long::sum);
      memory.merge("ids", present.ids.memoryBytes(), Long::sum);
      memory.merge("tombstones", view.dead().memoryBytes(), Long::sum);
    }
    return new CollectionStats(
        live,
        memory.getOrDefault("graph", 0L),
        memory.values().stream().mapToLong(Long::longValue).sum(),
        dead,
        unindexed,
        writer.appliedLsn(),
        last.checkpointLsn(),
        memory,
        DiskUse.of(environment, shards.stream().map(shard -> shard.present().folder).toList()));
  }

  void halt() {
    shards.forEach(shard -> shard.present().release());
  }

  void close() throws IOException {
    for (Shard shard : shards) {
      shard.present().retire();
    }
  }
}
