package io.quiver.testkit;

import io.quiver.disk.Disk;
import io.quiver.disk.DiskFile;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * A disk in memory that keeps no promise it did not give. It knows what programs see and what is on
 * stable storage: {@link DiskFile#force} moves a file's bytes and size from one to the other,
 * {@link #syncDirectory} a folder's entries. A power cut leaves any mixture: each unsynced sector,
 * size and entry change kept or lost. Only this may be relied on: sectors of 512 bytes are atomic,
 * a rename is atomic, sizes of one file and changes of one entry happen in order.
 *
 * <p>Calls that change something are counted; a crash or a failure can be put on each of them.
 * Everything follows from the seeds.
 *
 * <p>Thread safety: everything, from any thread, under one lock.
 */
public final class FaultyDisk implements Disk {
  /** A file's content or a folder. */
  sealed interface Node permits Inode, Folders.Folder {}

  /** A call that changes something: what it does, and what it leaves when it fails. */
  interface Change {
    void run() throws IOException;

    default void fail(SplittableRandom random) throws IOException {}
  }

  /** The kinds of calls that can be made to fail. */
  public enum Call {
    WRITE,
    FORCE,
    /** Creations, renames, deletions, new sizes. */
    OTHER,
    /** Opening for writing, or a folder for its sync: not counted. */
    OPEN,
    /** Opening for reading: not counted. */
    OPEN_READ_ONLY,
    /** Not counted. */
    READ
  }

  /**
   * Some calls that fail.
   *
   * @param from the first call (counted from 1)
   * @param count how many fail before they work again
   */
  public record Fault(long from, long count, Set<Call> kinds, IOException reason) {}

  private static final long USABLE_BYTES = 1L << 40;

  private final SplittableRandom random;
  private final Folders folders;
  private final Set<Path> locks = new HashSet<>();
  private long calls;
  private int filesOpen;
  private long crashAt = Long.MAX_VALUE;
  private boolean isCrashed;
  private long failAt = Long.MAX_VALUE;
  private Optional<Call> failing = Optional.empty();
  private int passing; // Calls of the failing kind that still go through.
  private IOException failure = new IOException("unset");
  private Optional<Fault> fault = Optional.empty();
  private long faulted;
  private final Loss.Tally losses;

  /** An empty disk that has the root folder only. */
  public FaultyDisk(long seed) {
    this(seed, new Folders(), new Loss.Tally());
  }

  private FaultyDisk(long seed, Folders folders, Loss.Tally losses) {
    this.random = new SplittableRandom(seed);
    this.folders = folders;
    this.losses = losses;
  }

  /** What the power cut took from which this disk came. */
  public Loss.Tally losses() {
    return losses;
  }

  /** How many files were opened and not closed again. */
  public synchronized int filesOpen() {
    return filesOpen;
  }

  /** Under the lock. */
  void opened(int more) {
    filesOpen += more;
  }

  /** How many calls that change something were made. */
  public synchronized long calls() {
    return calls;
  }

  /** The power goes at this call (counted from 1): it may or may not have an effect. */
  public synchronized void crashAt(long call) {
    crashAt = call;
  }

  /** This one call (counted from 1) throws; a write may have written a part. */
  public synchronized void failAt(long call, IOException reason) {
    failAt = call;
    failure = reason;
  }

  /** All calls of a kind throw from now on until {@link #heal}. */
  public synchronized void failAll(Call kind, IOException reason) {
    failAllAfter(0, kind, reason);
  }

  /** So many calls of a kind go through, then all of them throw until {@link #heal}. */
  public synchronized void failAllAfter(int count, Call kind, IOException reason) {
    passing = count;
    failing = Optional.of(kind);
    failure = reason;
  }

  /** These calls throw; a write may have written a part. */
  public synchronized void fail(Fault next) {
    fault = Optional.of(next);
    faulted = 0;
  }

  /** Whether some calls still fail. */
  public synchronized boolean isFailing() {
    return fault.filter(one -> faulted < one.count()).isPresent();
  }

  /** Nothing fails any more; what a failed force lost stays lost. */
  public synchronized void heal() {
    failing = Optional.empty();
    failAt = Long.MAX_VALUE;
    fault = Optional.empty();
  }

  /** What a machine would find if the power went now, or when it did. This disk stays as it is. */
  public synchronized FaultyDisk afterCrash(long seed) {
    Loss.Tally tally = new Loss.Tally();
    return new FaultyDisk(seed, folders.afterCrash(new SplittableRandom(seed), tally), tally);
  }

  /**
   * The same when the system has meanwhile let go of what it could not write: bytes whose force
   * failed are not even read back.
   */
  public synchronized FaultyDisk afterKillAndEviction(long seed) {
    folders.evict();
    return afterKill(seed);
  }

  /** What a new process finds when this one is killed now: everything, synced or not. */
  public synchronized FaultyDisk afterKill(long seed) {
    isCrashed = true;
    return new FaultyDisk(seed, folders, new Loss.Tally());
  }

  @Override
  public synchronized DiskFile open(Path file) throws IOException {
    refuseIfCrashed();
    touch(Call.OPEN, file);
    if (folders.find(file).isEmpty()) {
      change(Call.OTHER, () -> folders.create(file, new Inode()));
    }
    return new FaultyFile(this, file, folders.inode(file), true);
  }

  @Override
  public synchronized DiskFile openReadOnly(Path file) throws IOException {
    refuseIfCrashed();
    touch(Call.OPEN_READ_ONLY, file);
    return new FaultyFile(this, file, folders.inode(file), false);
  }

  @Override
  public synchronized void createDirectories(Path folder) throws IOException {
    refuseIfCrashed();
    Path path = folder.toAbsolutePath().normalize();
    for (int names = 1; names <= path.getNameCount(); names++) {
      Path part = path.getRoot().resolve(path.subpath(0, names));
      if (folders.find(part).isEmpty()) {
        change(Call.OTHER, () -> folders.create(part, new Folders.Folder()));
      }
    }
    folders.folder(path);
  }

  @Override
  public synchronized List<String> list(Path folder) throws IOException {
    refuseIfCrashed();
    return folders.find(folder).isEmpty() ? List.of() : folders.folder(folder).names();
  }

  @Override
  public synchronized boolean exists(Path path) {
    refuseIfCrashed();
    return folders.find(path).isPresent();
  }

  @Override
  public synchronized boolean isDirectory(Path path) {
    refuseIfCrashed();
    return folders.find(path).filter(Folders.Folder.class::isInstance).isPresent();
  }

  @Override
  public synchronized void rename(Path from, Path to) throws IOException {
    refuseIfCrashed();
    if (folders.find(from).isEmpty()) {
      throw new NoSuchFileException(from.toString());
    }
    change(Call.OTHER, () -> folders.rename(from, to));
  }

  @Override
  public synchronized void link(Path file, Path name) throws IOException {
    refuseIfCrashed();
    Inode inode = folders.inode(file);
    if (folders.find(name).isPresent()) {
      throw new FileAlreadyExistsException(name.toString());
    }
    change(Call.OTHER, () -> folders.create(name, inode));
  }

  @Override
  public synchronized void delete(Path path) throws IOException {
    refuseIfCrashed();
    if (folders.find(path).isPresent()) {
      change(Call.OTHER, () -> folders.delete(path));
    }
  }

  @Override
  public synchronized void syncDirectory(Path folder) throws IOException {
    refuseIfCrashed();
    Folders.Folder node = folders.folder(folder);
    touch(Call.OPEN_READ_ONLY, folder);
    change(Call.FORCE, () -> folders.sync(node));
  }

  @Override
  public synchronized long usableBytes(Path path) {
    return USABLE_BYTES;
  }

  @Override
  public synchronized Closeable lock(Path file) throws IOException {
    open(file).close();
    Path key = file.toAbsolutePath().normalize();
    if (!locks.add(key)) {
      throw new IOException("data directory is in use by another process: " + key.getParent());
    }
    return () -> unlock(key);
  }

  private synchronized void unlock(Path key) {
    locks.remove(key);
  }

  /** A call that changes nothing. Under the lock. */
  void touch(Call kind, Path file) throws IOException {
    if (isFailing(kind)) {
      throw new FileSystemException(file.toString(), null, failure.getMessage());
    }
    if (isFaulty(kind)) {
      throw new FileSystemException(file.toString(), null, fault.get().reason().getMessage());
    }
  }

  private boolean isFailing(Call kind) {
    return failing.filter(kind::equals).isPresent() && passing-- <= 0;
  }

  private boolean isFaulty(Call kind) {
    boolean isFaulty =
        isFailing() && fault.get().kinds().contains(kind) && calls >= fault.get().from();
    faulted += isFaulty ? 1 : 0;
    return isFaulty;
  }

  /** Counts a call, and lets it happen, fail or be the last one. Under the lock. */
  void change(Call kind, Change change) throws IOException {
    refuseIfCrashed();
    calls++;
    if (calls == crashAt) {
      isCrashed = true;
      if (kind != Call.FORCE && random.nextBoolean()) {
        change.run(); // Not durable: what is left of it is decided by afterCrash.
      }
      throw new SimulatedCrash(calls);
    }
    if (calls == failAt || isFailing(kind)) {
      change.fail(random);
      throw new IOException(failure.getMessage(), failure);
    }
    if (isFaulty(kind)) {
      change.fail(random);
      throw new IOException(fault.get().reason().getMessage(), fault.get().reason());
    }
    change.run();
  }

  void refuseIfCrashed() {
    if (isCrashed) {
      throw new SimulatedCrash(calls);
    }
  }
}
