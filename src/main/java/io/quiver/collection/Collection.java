package io.quiver.collection;

import io.quiver.core.CollectionName;
import io.quiver.core.Deadline;
import io.quiver.core.ErrorCode;
import io.quiver.core.QuiverException;
import io.quiver.disk.DamagedFileException;
import io.quiver.disk.MappedFile;
import io.quiver.message.CollectionConfig;
import io.quiver.message.CollectionStats;
import io.quiver.message.Command;
import io.quiver.message.DeleteVectors;
import io.quiver.message.FoundVectors;
import io.quiver.message.GetVectors;
import io.quiver.message.RowsRequest;
import io.quiver.message.SearchHits;
import io.quiver.message.ShardRequest;
import io.quiver.message.WriteVectors;
import java.io.EOFException;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;

/**
 * One collection. Its files are opened when it is first used; until then it costs its manifest.
 *
 * <p>Thread safety: one writer calls {@code prepare}, {@code apply} and {@code abandon}; one
 * maintenance thread calls {@code maintain}, {@code checkpoint} and {@code close}; any thread calls
 * the rest.
 */
public final class Collection {
  private static final System.Logger LOG = System.getLogger(Collection.class.getName());

  private final Environment environment;
  private final FileWork files;
  final ReentrantLock opening = new ReentrantLock();

  /** Held by all work on the files: nothing may be written by name once the name was given away. */
  final ReentrantLock maintaining = new ReentrantLock();

  private final AtomicLong operations = new AtomicLong();
  private volatile Manifest manifest;
  volatile OpenCollection open;
  volatile QuiverException unusable;

  private Collection(Environment environment, Manifest manifest) {
    this.environment = environment;
    this.manifest = manifest;
    String name = manifest.config().name().value();
    this.files = new FileWork(environment, name, () -> Optional.ofNullable(open), this::setAside);
  }

  /** A collection whose manifest stands on disk; nothing is opened yet. */
  public static Collection of(Environment environment, Manifest manifest) {
    return new Collection(environment, manifest);
  }

  public CollectionConfig config() {
    return manifest.config();
  }

  public CollectionName name() {
    return manifest.config().name();
  }

  /** What log records name this collection by; a recreated collection has another. */
  public UUID uuid() {
    return manifest.uuid();
  }

  /** As of the last checkpoint. */
  public Manifest manifest() {
    return manifest;
  }

  /**
   * Writer only. Checks a write against the rows and stages its rows until {@link #apply} or {@link
   * #abandon}. Writes are applied in the order in which they were prepared.
   *
   * @throws QuiverException if the write is refused; then nothing changed
   * @throws UndecidedException if that depends on a write prepared before it; nothing changed
   */
  public PreparedWrite prepare(WriteVectors write) {
    OpenCollection present = opened();
    return reading(() -> present.writer().prepare(write));
  }

  /** Writer only. The same for a delete. */
  public PreparedWrite prepare(DeleteVectors delete) {
    OpenCollection present = opened();
    return reading(() -> present.writer().prepare(delete));
  }

  /** Writer only. The same for rows that are chosen by what they are. */
  public PreparedWrite prepare(RowsRequest request) {
    OpenCollection present = opened();
    return reading(() -> present.writer().prepare(request));
  }

  /** Writer only. Makes a logged command visible to every search; does nothing if it already is. */
  public void apply(long lsn, Command command) {
    if (lsn > manifest.checkpointLsn()) {
      OpenCollection present = opened();
      reading(() -> {
        present.writer().apply(lsn, command);
        operations.addAndGet(command.touched());
        return lsn;
      });
    }
  }

  /** How many rows were written or deleted since it was opened, by replay too. */
  public long operations() {
    return operations.get();
  }

  /** Writer only. Forgets a prepared write that the log refused. */
  public void abandon(PreparedWrite write) {
    OpenCollection present = open;
    if (present != null) {
      present.writer().abandon(write);
    }
  }

  /**
   * Searches one shard.
   *
   * @param deadline when the search gives up with DEADLINE_EXCEEDED
   * @return the nearest {@code limit + offset} rows of this shard ({@code offset} is not applied:
   *     that is done once, after all shards were merged)
   */
  public SearchHits search(int shard, ShardRequest search, Deadline deadline) {
    OpenCollection present = opened();
    return reading(() -> present.search(shard, search, deadline));
  }

  public FoundVectors get(GetVectors get) {
    OpenCollection present = opened();
    return reading(() -> present.get(get));
  }

  /** Work on files. */
  interface Reading<T> {
    T run() throws IOException;
  }

  /** Does what reads rows; the first one that is not what was written sets the collection aside. */
  <T> T reading(Reading<T> work) {
    return files.reading(work);
  }

  /** Sets the collection aside if bytes of it, or of its log, are not what was written. */
  public QuiverException unreadable(IOException cause) {
    return files.unreadable(cause);
  }

  private void setAside(QuiverException reason) {
    opening.lock();
    try {
      if (unusable == null) {
        LOG.log(System.Logger.Level.ERROR, "set aside: {0}", reason.getMessage());
        unusable = reason;
      }
    } finally {
      opening.unlock();
    }
  }

  /** Figures of now; of the last checkpoint if the files are not open. */
  public CollectionStats stats() {
    OpenCollection present = open;
    Manifest last = manifest;
    if (present != null) {
      return present.stats(last);
    }
    return DiskUse.atRest(environment, last);
  }

  /** Opens the files if the graph lags behind the rows, so that it is caught up. */
  public void catchUp() {
    if (manifest.lags(environment.tuning().graphRowsMin())) {
      opened();
    }
  }

  /**
   * Maintenance only. Looks at the files if nobody opened them yet, so that damage is told before
   * somebody needs them.
   */
  public void look() throws IOException {
    inspect(() -> {
      if (open == null) {
        ShardFiles.expectWhole(environment, manifest);
      }
      return true;
    });
  }

  /** A reading of all its files as of their checkpoint, to be done a piece at a time. */
  public CollectionScrub scrub() {
    return new CollectionScrub(this, environment);
  }

  /** Maintenance only. Reads files that nobody renames or replaces meanwhile. */
  void inspect(Reading<Boolean> work) throws IOException {
    maintaining.lock();
    opening.lock(); // Opening them renames.
    try {
      if (unusable == null) {
        files.tending(work);
      }
    } finally {
      opening.unlock();
      maintaining.unlock();
    }
  }

  public boolean isOpen() {
    return open != null;
  }

  /** Why the collection cannot be used, if so: damaged files, or it was dropped. */
  public Optional<QuiverException> fault() {
    return Optional.ofNullable(unusable);
  }

  OpenCollection opened() {
    OpenCollection present = open;
    if (present != null && unusable == null) {
      return present;
    }
    opening.lock();
    try {
      if (unusable != null) {
        throw unusable;
      }
      if (open == null) {
        open = openFiles();
      }
      return open;
    } finally {
      opening.unlock();
    }
  }

  private OpenCollection openFiles() {
    try {
      return OpenCollection.open(environment, manifest);
    } catch (DamagedFileException | EOFException e) {
      throw unreadable(e);
    } catch (IOException e) {
      throw StorageErrors.ofWrite(e); // No space, no file handle: the next call may succeed.
    } catch (InternalError e) {
      throw unreadable(MappedFile.unreadable(environment.folder(), e));
    }
  }

  /**
   * Maintenance only: looks whether somebody shortened the files, reads on in rows not read since
   * they were opened, repairs the graph after deletions and compacts when enough rows are dead.
   *
   * @param lookEveryNanos how often to look
   * @return whether it did anything
   */
  public boolean maintain(long lookEveryNanos) throws IOException {
    return maintain(lookEveryNanos, Tuning.DEAD_SHARE_BUSY);
  }

  /**
   * Maintenance only, when no write came for a while: leaves little on disk that is dead, and makes
   * the files current.
   *
   * @return as {@link #checkpoint}
   */
  public long settle() throws IOException {
    maintain(Long.MAX_VALUE, Tuning.DEAD_SHARE_QUIET);
    return checkpoint();
  }

  private boolean maintain(long lookEveryNanos, int deadShare) throws IOException {
    maintaining.lock();
    try {
      OpenCollection present = open;
      if (present == null || unusable != null) {
        return false; // What is damaged is left as it is, for whoever looks into it.
      }
      return files.tending(() -> {
        present.expectWholeFiles(lookEveryNanos);
        return maintain(present, deadShare);
      });
    } finally {
      maintaining.unlock();
    }
  }

  private boolean maintain(OpenCollection present, int deadShare) throws IOException {
    present.scrub();
    boolean repaired = present.repairGraphs();
    boolean compacted = present.compactIfWorthIt(deadShare);
    boolean reworked = present.rework().advance();
    if (compacted || reworked || present.hasRebuiltGraph()) {
      // Even if no write came since the last one: the manifest still names the old files.
      commit(present);
    }
    return repaired || compacted || reworked;
  }

  private void commit(OpenCollection present) throws IOException {
    manifest = present.checkpoint(manifest);
    present.discardReplaced();
    present.rework().committed();
  }

  /**
   * Maintenance only. Makes the files current.
   *
   * @return the LSN up to which the log is no longer needed
   */
  public long checkpoint() throws IOException {
    maintaining.lock();
    try {
      OpenCollection present = open;
      if (present != null && unusable == null && present.hasChangedSince(manifest)) {
        files.tending(() -> {
          commit(present);
          return true;
        });
      }
      return manifest.checkpointLsn();
    } finally {
      maintaining.unlock();
    }
  }

  /** What is done with the files of a checkpoint. */
  @FunctionalInterface
  public interface Frozen<T> {
    T run(Manifest at, List<CheckpointFile> files) throws IOException;
  }

  /** Any thread. Makes the files current; while the work runs nobody replaces or deletes one. */
  public <T> T atCheckpoint(Frozen<T> work) throws IOException {
    return Handover.atCheckpoint(this, environment, work);
  }

  /**
   * Any thread. Gives the folder's name away: waits for a checkpoint or compaction that is under
   * way, and lets nobody write or open files by name after it, for another collection may have the
   * name by then. Requests that have begun end on their own; later ones find no collection.
   */
  public void takeAway(Removal removal) throws IOException {
    Handover.takeAway(this, removal, QuiverException.collectionNotFound(name().value()));
  }

  /**
   * The same once the files are current, unless they cannot be: damaged ones are left as they are.
   *
   * @param reason what later requests hear
   */
  public void takeAwayWhole(Removal removal, QuiverException reason) throws IOException {
    Handover.takeAwayWhole(this, removal, reason);
  }

  /** Maintenance only. Nothing can be done with the collection any more; its folder may go. */
  public void dropped() throws IOException {
    close(QuiverException.collectionNotFound(name().value()));
  }

  /** Maintenance only. Lets the files go without a checkpoint; the log has what they lack. */
  public void close() throws IOException {
    close(new QuiverException(ErrorCode.UNAVAILABLE, "the node is stopping"));
  }

  /** Lets memory go without touching the disk. */
  public void halt() {
    OpenCollection present = open;
    if (present != null) {
      present.halt();
    }
  }

  private void close(QuiverException reason) throws IOException {
    opening.lock();
    try {
      unusable = reason;
      OpenCollection present = open;
      open = null;
      if (present != null) {
        present.close();
      }
    } finally {
      opening.unlock();
    }
  }
}
