package io.quiver.catalog;

import io.quiver.collection.Collection;
import io.quiver.wal.Wal;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/**
 * The thread that looks after all collections: repairs graphs, compacts, checkpoints, shortens the
 * log, deletes what was dropped, reads on in what nobody reads.
 *
 * <p>Thread safety: {@link #dropped} from any thread; {@link #runOnce} and {@link #checkpointAll}
 * by the thread itself, or by the owner while it does not run.
 */
final class Maintenance implements Runnable {
  private static final System.Logger LOG = System.getLogger(Maintenance.class.getName());
  private static final long PERIOD_MILLIS = 250;
  private static final long QUIET_NANOS = TimeUnit.SECONDS.toNanos(5);
  private static final long SWEEP_NANOS = TimeUnit.SECONDS.toNanos(60);
  private static final long PROBE_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final long RETRY_NANOS_MIN = TimeUnit.SECONDS.toNanos(1);
  private static final long RETRY_NANOS_MAX = TimeUnit.SECONDS.toNanos(64);

  /** With more collections than this, their files are looked at less often than in each round. */
  private static final int LOOK_COLLECTIONS = 100;

  private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(2);
  private static final long STOP_NANOS = TimeUnit.SECONDS.toNanos(7);

  private final DirtyLog dirty;
  private final Wal wal;
  private final DeletedFolders deleted;
  private final Map<UUID, Collection> collections;
  private final long checkpointLogBytes;
  private final Scrubber scrubber;
  private final LongSupplier firstNeededLsn;
  private final Sweep sweep;
  private final BooleanSupplier probe;
  private final Map<Job, Retry> retries = new HashMap<>();
  private final Queue<Collection> dropped = new ConcurrentLinkedQueue<>();
  private final Semaphore wakeUps = new Semaphore(0);
  private final Thread thread = new Thread(this, "quiver-maintenance");
  private volatile boolean stopping;
  private volatile boolean isPurgeDue;
  private boolean hasLooked;
  private long probedNanos;
  private long sweptNanos = System.nanoTime() - SWEEP_NANOS;

  /** What is tried again later if it fails. */
  private record Job(UUID collection, String what) {}

  private record Retry(long atNanos, long delayNanos) {}

  /**
   * A thread that has yet to be started.
   *
   * @param firstNeededLsn the log is needed from here on
   * @param probe looks whether a disk that refused a write takes writes again; true if it does now
   * @param sweep lets go of what was deleted long ago
   */
  Maintenance(
      DirtyLog dirty,
      Wal wal,
      DeletedFolders deleted,
      Map<UUID, Collection> collections,
      long checkpointLogBytes,
      Scrubber scrubber,
      LongSupplier firstNeededLsn,
      BooleanSupplier probe,
      Sweep sweep) {
    this.dirty = dirty;
    this.wal = wal;
    this.deleted = deleted;
    this.collections = collections;
    this.checkpointLogBytes = checkpointLogBytes;
    this.scrubber = scrubber;
    this.firstNeededLsn = firstNeededLsn;
    this.probe = probe;
    this.sweep = sweep;
    thread.setDaemon(true);
  }

  void start() {
    thread.start();
  }

  /** Returns when the thread ended. */
  void stop() {
    stopping = true;
    wakeUps.release();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  void dropped(Collection collection) {
    dropped.add(collection);
    wakeUps.release();
  }

  /** The same of a collection that was not served. */
  void dropped() {
    isPurgeDue = true;
    wakeUps.release();
  }

  @Override
  public void run() {
    for (Collection collection : collections.values()) {
      attempt(
          collection,
          "catching up",
          () -> {
            collection.catchUp();
            return true;
          });
    }
    try {
      while (!stopping) {
        boolean woken = wakeUps.tryAcquire(PERIOD_MILLIS, TimeUnit.MILLISECONDS);
        LOG.log(System.Logger.Level.TRACE, "maintenance, woken {0}", woken);
        runRound();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Whatever it meets: without this thread nothing is checkpointed, and no trouble ever ends. */
  private void runRound() {
    try {
      runOnce(false);
    } catch (RuntimeException | Error e) {
      LOG.log(System.Logger.Level.ERROR, "a round of maintenance failed; the next one comes", e);
    }
  }

  /**
   * One round over all collections.
   *
   * @param everything checkpoint all that changed, however little; try all that failed, however
   *     lately
   */
  void runOnce(boolean everything) {
    sweepIfDue(everything);
    closeDropped();
    boolean works = (everything || isProbeDue()) && probe.getAsBoolean();
    if (everything || works) {
      retries.clear();
    }
    if (wal.failure().isPresent()) {
      return; // No checkpoint can commit, so nothing may be begun that needs one.
    }
    lookOnce();
    int count = collections.size();
    long lookEveryNanos = count < LOOK_COLLECTIONS ? 0 : count * LOOK_NANOS;
    for (Collection collection : collections.values()) {
      attempt(collection, "maintenance", () -> collection.maintain(lookEveryNanos));
    }
    scrubber.step();
    boolean all = everything || scrubber.wantsCheckpoints();
    for (Map.Entry<UUID, DirtyLog.Entry> entry : dirty.oldestFirst()) {
      if (isQuiet(entry.getValue())) {
        checkpoint(entry.getKey(), Collection::settle);
      } else if (all || entry.getValue().bytes() >= checkpointLogBytes) {
        checkpoint(entry.getKey(), Collection::checkpoint);
      }
    }
    if (wal.bytes() > 2 * checkpointLogBytes) {
      dirty.oldestFirst().stream()
          .limit(1)
          .forEach(entry -> checkpoint(entry.getKey(), Collection::checkpoint));
    }
    shortenLog();
  }

  /** Lets go of what is kept no longer. */
  @FunctionalInterface
  interface Sweep {
    /** Returns whether there is something to purge. */
    boolean run() throws IOException;
  }

  private void sweepIfDue(boolean now) {
    if (!now && System.nanoTime() - sweptNanos < SWEEP_NANOS) {
      return;
    }
    sweptNanos = System.nanoTime();
    try {
      isPurgeDue |= sweep.run();
    } catch (IOException e) {
      LOG.log(System.Logger.Level.WARNING, "deleted collections stay: {0}", e.getMessage());
    }
  }

  private boolean isProbeDue() {
    long now = System.nanoTime();
    boolean isDue = now - probedNanos > PROBE_NANOS;
    probedNanos = isDue ? now : probedNanos;
    return isDue;
  }

  /** After a start: collections that nobody uses are damaged no less. */
  private void lookOnce() {
    if (!hasLooked) {
      hasLooked = true;
      for (Collection collection : collections.values()) {
        attempt(
            collection,
            "a look at the files",
            () -> {
              collection.look();
              return true;
            });
      }
    }
  }

  private static boolean isQuiet(DirtyLog.Entry entry) {
    return System.nanoTime() - entry.sinceNanos() > QUIET_NANOS;
  }

  private interface Checkpoint {
    long run(Collection collection) throws IOException;
  }

  private void checkpoint(UUID uuid, Checkpoint checkpoint) {
    Collection collection = collections.get(uuid);
    if (collection != null) {
      attempt(
          collection,
          "checkpoint",
          () -> {
            dirty.checkpointed(uuid, checkpoint.run(collection));
            return true;
          });
    }
  }

  /** At a clean stop: as many as there is time for; the log has the rest. */
  void checkpointAll() {
    closeDropped();
    long endNanos = System.nanoTime() + STOP_NANOS;
    for (Collection collection : collections.values()) {
      if (collection.isOpen() && System.nanoTime() - endNanos < 0) {
        checkpoint(collection.uuid(), Collection::checkpoint);
      }
    }
    if (firstNeededLsn.getAsLong() > wal.lastLsn()) {
      wal.settled();
    }
    shortenLog();
  }

  private void shortenLog() {
    try {
      wal.truncateBefore(firstNeededLsn.getAsLong());
    } catch (IOException e) {
      LOG.log(System.Logger.Level.WARNING, "the log could not be shortened: {0}", e.getMessage());
    }
  }

  private void closeDropped() {
    for (Collection each = dropped.poll(); each != null; each = dropped.poll()) {
      Collection gone = each;
      attempt(
          gone,
          "closing",
          () -> {
            gone.dropped();
            deleted.purge();
            return true;
          });
    }
    if (isPurgeDue) {
      isPurgeDue = false;
      purge();
    }
  }

  /** What is left of it goes at the next start. */
  private void purge() {
    try {
      deleted.purge();
    } catch (IOException e) {
      LOG.log(System.Logger.Level.WARNING, "a dropped folder is left: {0}", e.getMessage());
    }
  }

  private interface Work {
    boolean run() throws IOException;
  }

  /**
   * What fails is told and tried again, later each time, so that a full disk is not filled over and
   * over with what does not fit; reads go on meanwhile.
   */
  private void attempt(Collection collection, String what, Work work) {
    Job job = new Job(collection.uuid(), what);
    Retry last = retries.get(job);
    if (last != null && System.nanoTime() - last.atNanos() < 0) {
      return;
    }
    try {
      work.run();
      retries.remove(job);
    } catch (IOException | RuntimeException | InternalError e) { // A page that cannot be read.
      long delayNanos =
          last == null ? RETRY_NANOS_MIN : Math.min(2 * last.delayNanos(), RETRY_NANOS_MAX);
      if (collections.get(collection.uuid()) == collection) {
        retries.put(job, new Retry(System.nanoTime() + delayNanos, delayNanos));
        LOG.log(
            System.Logger.Level.WARNING,
            "{0} of collection {1} failed, again in {2} s: {3}",
            what,
            collection.name(),
            TimeUnit.NANOSECONDS.toSeconds(delayNanos),
            e.getMessage());
      }
    }
  }
}
