package io.quiver.collection;

import io.quiver.collection.Manifest.ShardCheckpoint;
import io.quiver.disk.Disk;
import io.quiver.disk.FileFault;
import io.quiver.disk.Findings;
import io.quiver.hnsw.GraphFile;
import io.quiver.message.CollectionConfig;
import io.quiver.vectors.IdsScan;
import io.quiver.vectors.RowCheck;
import io.quiver.vectors.RowFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Reads the files of a collection as of its checkpoint once, a piece at a time, whether they are
 * open or not; holds no file between two pieces. It reads with the code of {@code ./quiver check}.
 * Damaged rows and ids set the collection aside, a damaged graph is built anew. What was replaced
 * since the reading began is young, and was verified when it was copied: it is left to the next
 * time.
 *
 * <p>Thread safety: maintenance only.
 */
public final class CollectionScrub {
  /** What touching a file costs at least. */
  private static final long PAGE_BYTES = 4096;

  private static final long ID_BYTES = 16; // Slots of the table are a little more than half taken.

  private enum Part {
    MANIFEST,
    IDS,
    ROWS,
    GRAPH
  }

  private final Collection collection;
  private final Environment environment;
  private int shard;
  private Part part = Part.MANIFEST;

  /** The shard's when it was begun. */
  private Optional<String> folder = Optional.empty();

  private Optional<IdsScan> ids = Optional.empty();
  private int row;
  private int block;
  private long stepBytes;

  CollectionScrub(Collection collection, Environment environment) {
    this.collection = collection;
    this.environment = environment;
  }

  /** Whether everything was read, or the collection was set aside or dropped. */
  public boolean isDone() {
    return shard >= collection.config().shards() || collection.fault().isPresent();
  }

  /** Bytes still to be read, about. */
  public long remainingBytes() {
    if (isDone()) {
      return 0;
    }
    Manifest manifest = collection.manifest();
    CollectionConfig config = manifest.config();
    List<ShardCheckpoint> shards = manifest.shards();
    long bytes = Math.max(PAGE_BYTES, bytes(config, shards.get(shard), part) - doneBytes(config));
    for (ShardCheckpoint at : shards.subList(shard + 1, shards.size())) {
      bytes += bytes(config, at, Part.IDS);
    }
    return bytes;
  }

  /** Of a shard's files from one kind on. */
  private static long bytes(CollectionConfig config, ShardCheckpoint at, Part from) {
    if (at.count() == 0) {
      return 0;
    }
    long rows = RowFiles.bytes(config.dimension(), config.metric(), at.count(), at.payloadBytes());
    long listBytes = (2L * config.index().maxConnections() + 1) * Integer.BYTES;
    long bytes = at.indexed() == 0 ? 0 : PAGE_BYTES + at.graphNodes() * listBytes;
    bytes += from.compareTo(Part.ROWS) <= 0 ? PAGE_BYTES + rows : 0;
    return bytes + (from.compareTo(Part.IDS) <= 0 ? PAGE_BYTES + at.count() * ID_BYTES : 0);
  }

  /** Of the part that is being read. */
  private long doneBytes(CollectionConfig config) {
    return ids.map(IdsScan::doneBytes).orElse(0L)
        + RowFiles.bytes(config.dimension(), config.metric(), row, 0)
        + (long) block * GraphFile.BLOCK_BYTES;
  }

  /**
   * Reads on.
   *
   * @param bytes after about so many it stops
   * @param findings told of damaged graphs and of dead rows, and of what was read; damage that sets
   *     the collection aside is an exception
   * @throws io.quiver.core.QuiverException COLLECTION_DAMAGED
   * @throws IOException if the disk refuses to read; see {@link #skip}
   */
  public void read(long bytes, Findings findings) throws IOException {
    collection.inspect(() -> {
      Manifest manifest = collection.manifest();
      stepBytes = 0;
      while (stepBytes < bytes && !isDone()) {
        read(manifest, manifest.shards().get(shard), bytes - stepBytes, findings);
      }
      return true;
    });
  }

  /** Goes on behind what could not be read. */
  public void skip() {
    switch (part) {
      case MANIFEST -> goOnWith(Part.IDS);
      case IDS -> goOnWith(Part.ROWS);
      case ROWS -> goOnWith(Part.GRAPH);
      case GRAPH -> goOnWithNextShard();
    }
  }

  private void goOnWith(Part next) {
    part = next;
    ids = Optional.empty();
    row = 0;
    block = 0;
  }

  private void goOnWithNextShard() {
    shard++;
    folder = Optional.empty();
    goOnWith(Part.IDS);
  }

  private void read(Manifest manifest, ShardCheckpoint at, long bytes, Findings findings)
      throws IOException {
    boolean isReplaced = folder.isPresent() && !folder.get().equals(at.folder());
    if (part != Part.MANIFEST && (at.count() == 0 || isReplaced)) {
      goOnWithNextShard();
      return;
    }
    folder = Optional.of(at.folder());
    switch (part) {
      case MANIFEST -> readManifest(findings);
      case IDS -> readIds(manifest, at, bytes, findings);
      case ROWS -> readRows(manifest, at, bytes, findings);
      case GRAPH -> readGraph(manifest, at, bytes, findings);
    }
  }

  private void count(long bytes, Findings findings) {
    long counted = Math.max(PAGE_BYTES, bytes);
    stepBytes += counted;
    findings.read(counted);
  }

  private void readManifest(Findings findings) throws IOException {
    environment.manifests().load();
    count(PAGE_BYTES, findings);
    goOnWith(Part.IDS);
  }

  private void readIds(Manifest manifest, ShardCheckpoint at, long bytes, Findings findings)
      throws IOException {
    if (ids.isPresent() && ids.get().lsn() != at.lsn()) {
      goOnWith(Part.ROWS);
      return;
    }
    IdsScan scan = ids.orElseGet(() -> new IdsScan(manifest.filesUuid(), at.lsn()));
    ids = Optional.of(scan);
    Disk disk = environment.disk();
    Path file = ShardFiles.idsFile(disk, path(at), manifest.filesUuid(), at.lsn());
    count(scan.read(disk, file, bytes), findings);
    if (scan.isDone()) {
      goOnWith(Part.ROWS);
    }
  }

  private void readRows(Manifest manifest, ShardCheckpoint at, long bytes, Findings findings)
      throws IOException {
    Suspects suspects = new Suspects();
    int next =
        RowCheck.checkSome(
            environment.disk(), path(at), ShardCheck.expected(manifest, at), row, bytes, suspects);
    count(suspects.bytes, findings);
    if (!suspects.faults.isEmpty()) {
      ShardFiles.expectWhole(environment, manifest);
      collection.opened().expectRows(shard, at.folder(), row, next);
      for (FileFault fault : suspects.faults) {
        findings.note(fault.file(), "no living row is affected: " + fault);
      }
    }
    row = next;
    if (row >= at.count()) {
      goOnWith(Part.GRAPH);
    }
  }

  private void readGraph(Manifest manifest, ShardCheckpoint at, long bytes, Findings findings)
      throws IOException {
    if (at.indexed() == 0) {
      goOnWithNextShard();
      return;
    }
    Disk disk = environment.disk();
    Path file = path(at).resolve(ShardFiles.INDEX);
    GraphFile.Verified verified =
        disk.exists(file)
            ? GraphFile.verify(disk, file, manifest.filesUuid(), block, bytes)
            : new GraphFile.Verified(
                List.of(new FileFault(file, 0, "a graph", "no such file")), 0, 0);
    count(verified.bytes(), findings);
    if (!verified.faults().isEmpty()) {
      FileFault first = verified.faults().getFirst();
      findings.derivedFault(first);
      collection.opened().rebuildGraph(shard, at.folder(), first.toString());
      goOnWithNextShard();
    } else if (verified.next() == 0) {
      goOnWithNextShard();
    } else {
      block = verified.next();
    }
  }

  private Path path(ShardCheckpoint at) {
    return environment.folder().resolve(at.folder());
  }

  /** Faults of rows, which may be dead. */
  private static final class Suspects implements Findings {
    private final List<FileFault> faults = new ArrayList<>();
    private long bytes;

    @Override
    public void fault(FileFault fault) {
      faults.add(fault);
    }

    @Override
    public void derivedFault(FileFault fault) {
      faults.add(fault);
    }

    @Override
    public void note(Path file, String what) {}

    @Override
    public void read(long count) {
      bytes += count;
    }
  }
}
