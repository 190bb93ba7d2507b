package io.quiver.collection;

import io.quiver.core.Deadline;
import io.quiver.core.VectorId;
import io.quiver.disk.Disk;
import io.quiver.disk.MappedFile;
import io.quiver.message.CollectionConfig;
import io.quiver.message.CollectionStats;
import io.quiver.message.FoundVectors;
import io.quiver.message.GetVectors;
import io.quiver.message.Row;
import io.quiver.message.SearchHits;
import io.quiver.message.ShardRequest;
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
  private final Checkpoint checkpoint;
  private final Rework rework;

  /** What compaction replaced; the last manifest still names it. */
  private final List<Generation> replaced = new ArrayList<>();

  /** Folders that no manifest names any more. */
  private final List<String> garbage = new ArrayList<>();

  private long indexedAtCheckpoint;
  private long lookedNanos = System.nanoTime() - (1L << 60);

  private OpenCollection(Environment environment, Manifest openedAs, List<Shard> shards) {
    this.environment = environment;
    this.openedAs = openedAs;
    this.shards = shards;
    this.writer = new Writer(openedAs.config(), shards, openedAs.checkpointLsn());
    this.checkpoint = new Checkpoint(environment, writer, shards);
    this.rework = new Rework(environment, shards, openedAs.config());
    this.indexedAtCheckpoint = indexed();
  }

  /**
   * Opens the files. A killed process may have left the manifest replaced and not synced: whatever
   * is built on it from here on must not outlive it.
   */
  static OpenCollection open(Environment environment, Manifest manifest) throws IOException {
    environment.disk().syncDirectory(environment.folder());
    List<Shard> shards = new ArrayList<>();
    try {
      for (int number = 0; number < manifest.shards().size(); number++) {
        shards.add(
            new Shard(
                number,
                ShardFiles.open(
                    environment,
                    manifest.config(),
                    manifest.filesUuid(),
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

  Rework rework() {
    return rework;
  }

  private CollectionConfig config() {
    return openedAs.config().withIndex(rework.params());
  }

  Writer writer() {
    return writer;
  }

  int shards() {
    return shards.size();
  }

  /** Candidates that a search keeps if it does not say how many. */
  int efSearch() {
    return openedAs.config().index().efSearch();
  }

  /** What a search of a shard reads, held: the caller must release it. */
  Generation acquire(int shard) {
    return shards.get(shard).acquire();
  }

  SearchHits search(int shard, ShardRequest search, Deadline deadline) throws IOException {
    Generation held = acquire(shard);
    try {
      return search(held, search, deadline);
    } finally {
      held.release();
    }
  }

  /** If a page of the graph cannot be read, the rows are scanned: they may be whole. */
  private SearchHits search(Generation held, ShardRequest search, Deadline deadline)
      throws IOException {
    GraphBacking graph = held.index.backing();
    try {
      return ShardSearch.run(config(), held, search, deadline);
    } catch (InternalError e) {
      if (!MappedFile.isPageFault(e) || !graph.pageFault(e)) {
        throw e;
      }
      held.expectWholeRows(environment.disk());
      return ShardSearch.run(config(), held, search, deadline);
    }
  }

  FoundVectors get(GetVectors get) throws IOException {
    List<Row> found = new ArrayList<>(get.ids().size());
    for (VectorId id : get.ids()) {
      shardOf(id).get(id, get.withVectors(), get.withMetadata()).ifPresent(found::add);
    }
    return new FoundVectors(found);
  }

  Shard shardOf(VectorId id) {
    return shards.get(writer.shardOf(id));
  }

  long live() {
    return shards.stream().mapToLong(shard -> shard.present().view().live()).sum();
  }

  /** Whether a checkpoint would have anything to write. */
  boolean hasChangedSince(Manifest manifest) {
    return writer.appliedLsn() != manifest.checkpointLsn()
        || indexed() != indexedAtCheckpoint
        || hasRebuiltGraph();
  }

  private long indexed() {
    return shards.stream().mapToLong(shard -> shard.present().index.progress()).sum();
  }

  /**
   * Asks the file system whether all files are as long as they must be.
   *
   * @throws io.quiver.disk.DamagedFileException naming the first that is not; a graph that is not
   *     is built anew instead
   */
  void expectWholeFiles() throws IOException {
    for (Shard shard : shards) {
      shard.present().expectWholeRows(environment.disk());
      shard.present().index.expectWhole(environment.disk());
    }
  }

  /** The same, unless it was asked less than so long ago. */
  void expectWholeFiles(long everyNanos) throws IOException {
    if (System.nanoTime() - lookedNanos >= everyNanos) {
      lookedNanos = System.nanoTime();
      expectWholeFiles();
    }
  }

  /** Any thread: the same of rows and ids only. */
  void expectWholeRows() throws IOException {
    for (Shard shard : shards) {
      shard.present().expectWholeRows(environment.disk());
    }
  }

  /** Any thread: which file it was that could not be read, as far as the file system knows. */
  IOException unreadablePage(InternalError fault) {
    if (MappedFile.isPageFault(fault)) {
      try {
        expectWholeRows();
      } catch (IOException e) {
        e.addSuppressed(fault);
        return e;
      }
    }
    return MappedFile.unreadable(environment.folder(), fault);
  }

  /** Whether a page may have been one of a graph; then all graphs in files are built anew. */
  boolean losesGraphsOnly(InternalError fault) {
    if (unreadablePage(fault).getSuppressed().length > 0) {
      return false; // A file with rows or ids is shorter.
    }
    boolean isOfGraph = false;
    for (Shard shard : shards) {
      isOfGraph |= shard.present().index.backing().pageFault(fault);
    }
    return isOfGraph;
  }

  Manifest checkpoint(Manifest present) throws IOException {
    expectWholeFiles();
    verifyGraphs(); // Before the file is replaced with what may have come of damage.
    long indexed = indexed();
    Manifest next = checkpoint.run(present.withIndex(rework.params()));
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

  /**
   * Maintenance only: reads some living rows as a reader would.
   *
   * @param folder the shard's; nothing is read if a compaction left it
   * @throws io.quiver.disk.DamagedFileException at the first that is not what was written
   */
  void expectRows(int shard, String folder, int first, int end) throws IOException {
    Generation present = shards.get(shard).present();
    ReadView view = present.view();
    for (int ordinal = first; ordinal < end && present.folder.equals(folder); ordinal++) {
      if (!view.dead().contains(ordinal)) {
        present.rows.row(ordinal, true, true);
      }
    }
  }

  /** Maintenance only: the file of a graph is damaged; builds it anew, unless it is being built. */
  void rebuildGraph(int shard, String folder, String why) {
    Generation present = shards.get(shard).present();
    if (present.folder.equals(folder) && !present.index.isRebuilt()) {
      present.index.rebuild(why);
    }
  }

  /** Whether a graph that was built anew is complete, and its damaged file still there. */
  boolean hasRebuiltGraph() {
    return shards.stream()
        .map(Shard::present)
        .anyMatch(
            present -> present.index.isRebuilt() && present.index.unindexed(present.view()) == 0);
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

  /**
   * Replaces the shards that hold too much that is dead, or whose files a failed sync made
   * doubtful.
   *
   * @param share the part of a shard's rows that may be dead: one in so many
   * @return whether a checkpoint must follow, after this call or one before it
   */
  boolean compactIfWorthIt(int share) throws IOException {
    for (Shard shard : shards) {
      Generation present = shard.present();
      boolean isAsked = rework.wantsCompaction(present.view());
      boolean isWorth = !rework.keepsRows() && isWorthCompacting(present.view(), share);
      if (isAsked && !hasRoomFor(present)) {
        rework.fail("no space left for a copy of the rows");
      } else if (present.isDoubtful() || isAsked || (isWorth && hasRoomFor(present))) {
        present.forgetBeside(); // It is of these rows.
        replaced.add(
            new Compaction(environment, config(), openedAs.filesUuid(), writer, shard)
                .run(rework.copied()));
      }
    }
    return !replaced.isEmpty();
  }

  private boolean isWorthCompacting(ReadView view, int share) {
    int dead = view.dead().count();
    return dead >= environment.tuning().deadRowsMin() && (long) dead * share >= view.count();
  }

  /** The last bytes of a disk are left to the log. */
  private boolean hasRoomFor(Generation generation) throws IOException {
    long copyBytes = generation.rows.copyBytes(generation.view().live());
    return environment.disk().usableBytes(environment.folder()) >= copyBytes + copyBytes / 8;
  }

  /** After a checkpoint, which no longer names them: deletes the files that were replaced. */
  void discardReplaced() throws IOException {
    while (!replaced.isEmpty()) {
      Generation generation = replaced.removeLast();
      garbage.add(generation.folder);
      generation.retire();
    }
    if (!garbage.isEmpty()) {
      Disk disk = environment.disk();
      for (String folder : garbage) {
        ShardFiles.delete(disk, environment.folder().resolve(folder));
      }
      disk.syncDirectory(environment.folder());
      garbage.clear();
    }
  }

  CollectionStats stats(Manifest last) {
    long live = 0;
    long dead = 0;
    long unindexed = 0;
    long coded = 0;
    Map<String, Long> memory = new TreeMap<>();
    for (Shard shard : shards) {
      Generation present = shard.present();
      ReadView view = present.view();
      live += view.live();
      dead += view.dead().count();
      unindexed += present.index.unindexed(view);
      coded += present.index.searched().form().coded();
      memory.merge("graph", present.index.graph().memoryBytes(), Long::sum);
      memory.merge("codes", present.index.searched().form().memoryBytes(), Long::sum);
      memory.merge("ids", present.ids.memoryBytes(), Long::sum);
      memory.merge("versions", present.versions.memoryBytes(), Long::sum);
      memory.merge("text", present.text.memoryBytes(), Long::sum);
      memory.merge("fields", present.fields.memoryBytes(), Long::sum);
      memory.merge("tombstones", view.dead().memoryBytes(), Long::sum);
    }
    return new CollectionStats(
        live,
        memory.getOrDefault("graph", 0L),
        memory.values().stream().mapToLong(Long::longValue).sum(),
        dead,
        unindexed,
        coded,
        writer.appliedLsn(),
        last.checkpointLsn(),
        memory,
        DiskUse.of(environment, shards.stream().map(shard -> shard.present().folder).toList()));
  }

  void halt() {
    shards.forEach(shard -> shard.present().release());
  }

  void close() throws IOException {
    retire(shards);
  }

  /** All of them, also past one that fails. */
  private static void retire(List<Shard> shards) throws IOException {
    Optional<IOException> first = Optional.empty();
    for (Shard shard : shards) {
      try {
        shard.present().retire();
      } catch (IOException e) {
        first.ifPresent(earlier -> earlier.addSuppressed(e));
        first = first.or(() -> Optional.of(e));
      }
    }
    if (first.isPresent()) {
      throw first.get();
    }
  }
}
