package io.quiver.catalog;

import io.quiver.collection.Collection;
import io.quiver.collection.Indexing;
import io.quiver.collection.Manifest;
import io.quiver.collection.StorageErrors;
import io.quiver.core.CollectionName;
import io.quiver.core.Owner;
import io.quiver.core.QuiverException;
import io.quiver.disk.Disk;
import io.quiver.disk.WatchedDisk;
import io.quiver.message.AliasAction;
import io.quiver.message.AliasTable;
import io.quiver.message.CollectionConfig;
import io.quiver.message.Command;
import io.quiver.message.HealthReport;
import io.quiver.message.ManifestInfo;
import io.quiver.message.ScrubInfo;
import io.quiver.wal.Gap;
import io.quiver.wal.Wal;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * A data directory that was opened: its collections and their log. Open = lock, discover manifests,
 * replay the log.
 *
 * <p>Thread safety: {@code append} and {@code sync} belong to one thread (the log writer); {@code
 * create} and {@code drop} are safe from any thread; so is the rest.
 *
 * <p>Invariant: the log keeps every record that no checkpoint covers; while a collection is set
 * aside it keeps everything.
 */
public final class Database implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(Database.class.getName());

  /** Written and deleted by tests of the disk. */
  private static final String SCRATCH = ".selftest";

  private final WatchedDisk disk;
  private final Path root;
  private final Closeable lock;
  private final Directory directory;
  private final Indexing indexing;
  private final Wal wal;
  private final CommandLog log;
  private final DeletedFolders deleted;
  private final Roster roster;
  private final DirtyLog dirty = new DirtyLog();
  private final Aliases aliases;
  private final Scrubber scrubber;
  private final Maintenance maintenance;
  private final Removals removals;
  private final Recovery recovery;
  private final Adoption adoption;
  private final Freezer freezer;
  private final Surroundings surroundings;
  private final Owner defaultOwner;
  private LogNotes logNotes = LogNotes.NONE;

  private Database(
      WatchedDisk disk,
      Path root,
      Closeable lock,
      DatabaseOptions options,
      Surroundings surroundings)
      throws IOException {
    this.disk = disk;
    this.root = root;
    this.lock = lock;
    this.indexing = Indexing.of(options.indexThreads(), options.tuning().codeBytesMax());
    this.directory =
        new Directory(disk, root, this::forceLog, indexing, options.tuning(), surroundings);
    this.surroundings = surroundings;
    this.defaultOwner = options.defaultOwner();
    Staging staging = new Staging(disk, root);
    staging.settle();
    this.deleted = new DeletedFolders(disk, root);
    deleted.prepare();
    this.roster = new Roster(directory.discover());
    this.aliases = new Aliases(disk, root, roster.changing, roster::isCollection);
    roster.whoIsAnAlias(aliases);
    this.wal = Wal.open(disk, root.resolve(Directory.WAL), options.wal());
    this.log = new CommandLog(wal, dirty);
    this.scrubber =
        new Scrubber(disk, root, wal, roster.byUuid, surroundings, options.scrubPeriod());
    this.maintenance =
        new Maintenance(
            dirty,
            wal,
            deleted,
            roster.byUuid,
            options.checkpointLogBytes(),
            scrubber,
            this::firstNeededLsn,
            () -> Health.isMended(disk, root.resolve(SCRATCH)),
            this::sweep);
    Duration retention = options.deletedRetention();
    this.removals =
        new Removals(roster, deleted, dirty, maintenance, surroundings, retention, aliases);
    this.freezer = new Freezer(disk, roster, directory);
    this.adoption =
        new Adoption(
            roster, directory, this::forceLog, wal::syncedLsn, removals, staging, surroundings);
    this.recovery =
        new Recovery(disk, roster, deleted, adoption, maintenance, surroundings, retention);
    try {
      recover();
    } catch (IOException | RuntimeException | Error e) {
      abandonOpening(e);
      throw e;
    }
    if (options.indexThreads() > 0) {
      maintenance.start();
    }
  }

  /**
   * Opens or makes the directory. Returns when every logged write is applied.
   *
   * @throws IOException if another process holds it, or a part of its log belongs to another one
   */
  public static Database open(Disk disk, Path root, DatabaseOptions options) throws IOException {
    return open(disk, root, options, Surroundings.REAL);
  }

  /** The same with a given time and given names. */
  public static Database open(
      Disk plain, Path root, DatabaseOptions options, Surroundings surroundings)
      throws IOException {
    WatchedDisk disk = new WatchedDisk(plain);
    disk.createDirectories(root);
    Path parent = root.toAbsolutePath().getParent();
    if (parent != null) {
      disk.syncDirectory(parent);
    }
    Closeable lock = disk.lock(root.resolve("LOCK"));
    try {
      return new Database(disk, root, lock, options, surroundings);
    } catch (IOException | RuntimeException | Error e) {
      lock.close();
      throw e;
    }
  }

  private void recover() throws IOException {
    wal.tornTail().ifPresent(tail -> LOG.log(System.Logger.Level.WARNING, tail.toString()));
    long checkpointed =
        roster.byName.values().stream()
            .mapToLong(collection -> collection.manifest().checkpointLsn())
            .max()
            .orElse(0);
    List<Gap> gaps = new Replay(wal, roster.byUuid, DeletedFolders.uuids(disk, root), dirty).run();
    logNotes = LogNotes.of(wal, checkpointed, gaps);
    logNotes.lost().ifPresent(lost -> LOG.log(System.Logger.Level.ERROR, lost));
    wal.nextLsnAtLeast(checkpointed + 1);
    // Whoever is dropped now: the next start must know that the record was not another's.
    deleted.keepNames(
        gaps.stream().flatMap(gap -> gap.owner().stream()).collect(Collectors.toSet()));
    deleted.purge();
    indexing.begin();
  }

  /** Lets go of what a failed start had opened; the lock is the caller's. */
  private void abandonOpening(Throwable cause) {
    try (wal) {
      indexing.close();
      Closing.all(roster.byName.values());
    } catch (IOException | RuntimeException e) {
      cause.addSuppressed(e);
    }
  }

  /** Nothing in the log below this is needed; a collection that is set aside may need anything. */
  private long firstNeededLsn() {
    boolean isWhole =
        roster.damaged.isEmpty()
            && roster.byName.values().stream().allMatch(collection -> collection.fault().isEmpty());
    return isWhole ? log.firstNeededLsn() : 0;
  }

  private boolean sweep() throws IOException {
    return recovery.sweep();
  }

  /** Makes a collection for the owner that the options name; durable when it returns. */
  public Collection create(CollectionConfig config) {
    return create(config, Owner.NONE);
  }

  /** The same for an owner; for that of the options if it is none. */
  public Collection create(CollectionConfig config, Owner owner) {
    roster.changing.lock();
    try {
      roster.expectRoomFor(config.name());
      try {
        aliases.settle();
        Collection made = directory.create(config, owner.or(defaultOwner), wal.syncedLsn());
        roster.serve(made);
        return made;
      } catch (IOException e) {
        throw directory.notMade(config.name(), e);
      }
    } finally {
      roster.changing.unlock();
    }
  }

  /** Whether there is a collection of this name that is not served, as its manifest is damaged. */
  public boolean isSetAside(CollectionName name) {
    return roster.isSetAside(name);
  }

  /**
   * Gone for every reader when it returns; searches that run on it end on their own. It is kept for
   * as long as the options say, and {@link Recovery#restore} brings it back. Waits for a checkpoint
   * or compaction of this collection, makes its files current, and keeps nobody else waiting. One
   * that is set aside can be dropped like any other, and is kept as it is. Its writer must have
   * stopped.
   *
   * @throws QuiverException COLLECTION_NOT_FOUND; STORAGE_FULL and the like: it is still there
   */
  public void drop(CollectionName name) {
    removals.drop(name);
  }

  /** The same for good: nothing is written but a rename, and its space is freed. */
  public void hardDelete(CollectionName name) {
    removals.dropForGood(name);
  }

  /** Makes collections of files. */
  public Adoption adoption() {
    return adoption;
  }

  /** Keeps moments of collections. */
  public Freezer freezer() {
    return freezer;
  }

  /** Where the data lies, for who keeps files beside it. */
  public Path root() {
    return root;
  }

  public Disk disk() {
    return disk;
  }

  public Surroundings surroundings() {
    return surroundings;
  }

  /** What the manifest of a collection says. */
  public static ManifestInfo manifestInfo(Collection collection) {
    Manifest manifest = collection.manifest();
    return new ManifestInfo(
        manifest.owner(),
        manifest.createdAtMillis(),
        manifest.updatedAtMillis(),
        ManifestMigrations.VERSION);
  }

  /** What was dropped and is kept. */
  public Recovery recovery() {
    return recovery;
  }

  /** All steps or none, durable when it returns; see {@link Aliases#change}. */
  public void changeAliases(List<AliasAction> actions) {
    aliases.change(actions, roster.byName::containsKey);
  }

  public AliasTable aliases() {
    return aliases.table();
  }

  public Optional<Collection> find(CollectionName name) {
    return roster.find(name);
  }

  /** All served collections, sorted by name. */
  public List<Collection> collections() {
    return List.copyOf(roster.byName.values());
  }

  /**
   * Log writer only. Adds a record to the present group; returns its sequence number.
   *
   * @throws QuiverException COLLECTION_NOT_FOUND for a collection that is not served
   */
  public long append(UUID collection, Command command) {
    if (!roster.byUuid.containsKey(collection)) {
      throw QuiverException.collectionNotFound(String.valueOf(collection));
    }
    return log.append(collection, command);
  }

  /**
   * Log writer only. Writes the present group, and puts it on stable storage if {@code force}.
   *
   * @throws QuiverException as {@link StorageErrors#ofWrite} (the group is not in the log; later
   *     groups may succeed), or with the detail {@code outcome=unknown}: UNAVAILABLE (a restart may
   *     find some of it; later groups may succeed) or READ_ONLY (a sync failed: nothing can be
   *     acknowledged until a restart)
   */
  public void sync(boolean force) {
    log.sync(force);
  }

  private void forceLog() throws IOException {
    log.force();
  }

  /** Collections set aside, log state, disk space: one component each; cheap, no test is run. */
  public List<HealthReport.Component> health() {
    return new Health(disk, root, wal, logNotes, roster.damaged, roster.byName.values())
        .components(scrubber.health(), aliases.health());
  }

  /** For its figures; writes go through {@link #append} and {@link #sync}. */
  public Wal log() {
    return wal;
  }

  /** What the reading in the background did since the start. */
  public ScrubInfo scrub() {
    return scrubber.info();
  }

  /** Tests what can be tested without a write of a client: syncs and reads back a scratch file. */
  public List<HealthReport.Component> selfTest() {
    return List.of(Health.selfTest(disk, root.resolve(SCRATCH)));
  }

  /** Runs all background work that waits, in the calling thread; for databases without threads. */
  public void runMaintenance() {
    indexing.runPending();
    runMaintenanceRound();
    indexing.runPending();
  }

  /** One round of maintenance that checkpoints whatever changed; for databases without threads. */
  public void runMaintenanceRound() {
    maintenance.runOnce(true);
  }

  /**
   * Puts some rows into a graph; for databases without threads.
   *
   * @return false if no row waits for it
   */
  public boolean runIndexSlice() {
    return indexing.runNext();
  }

  /** Lets memory go without touching the disk: what a crash leaves. For tests that crash. */
  public void halt() {
    roster.byName.values().forEach(Collection::halt);
  }

  /**
   * Checkpoints what is worth it, stops background work, unmaps, releases the lock.
   *
   * @throws IOException the first thing that failed; the rest was closed all the same
   */
  @Override
  public void close() throws IOException {
    try (lock;
        wal) {
      try {
        maintenance.stop();
        indexing.close();
        if (wal.failure().isEmpty()) {
          maintenance.checkpointAll();
        }
      } finally {
        Closing.all(roster.byName.values());
      }
    }
  }
}
