package io.quiver.catalog;

import io.quiver.collection.Collection;
import io.quiver.wal.Wal;
import java.io.IOException;
import java.util.Map;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * The thread that looks after all collections: repairs graphs, compacts, checkpoints, shortens the
 * log, deletes what was dropped.
 *
 * <p>Thread safety: {@link #dropped} from any thread; {@link #runOnce} and {@link #checkpointAll}
 * by the thread itself, or by the owner while it does not run.
 */
final class Maintenance implements Runnable {
  private static final System.Logger LOG = System.getLogger(Maintenance.class.getName());
  private static final long PERIOD_MILLIS = 250;
  private static final long QUIET_NANOS = TimeUnit.SECONDS.toNanos(5);
  private static final long STOP_NANOS = TimeUnit.SECONDS.toNanos(7);

  private final DirtyLog dirty;
  private final Wal wal;
  private final Directory directory;
  private final Map<UUID, Collection> collections;
  private final long checkpointLogBytes;
  private final BooleanSupplier isWhole;
  private final Queue<Collection> dropped = new ConcurrentLinkedQueue<>();
  private final Semaphore wakeUps = new Semaphore(0);
  private final Thread thread = new Thread(this, "quiver-maintenance");
  private volatile boolean stopping;

  Maintenance(
      DirtyLog dirty,
      Wal wal,
      Directory directory,
      Map<UUID, Collection> collections,
      long checkpointLogBytes,
      BooleanSupplier isWhole) {
    this.dirty = dirty;
    this.wal = wal;
    this.directory = directory;
    this.collections = collections;
    this.checkpointLogBytes = checkpointLogBytes;
    this.isWhole = isWhole;
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

  @Override
  public void run() {
    for (Collection collection : collections.values()) {
      attempt(
          collection,
          () -> {
            collection.catchUp();
            return true;
          });
    }
    try {
      while (!stopping) {
        boolean woken = wakeUps.tryAcquire(PERIOD_MILLIS, TimeUnit.MILLISECONDS);
        LOG.log(System.Logger.Level.TRACE, "maintenance, woken {0}", woken);
        runOnce(false);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * One round over all collections.
   *
   * @param everything checkpoint all that changed, however little
   */
  void runOnce(boolean everything) {
    closeDropped();
    for (Collection collection : collections.values()) {
      attempt(collection, collection::maintain);
    }
    for (Map.Entry<UUID, DirtyLog.Entry> entry : dirty.entries().entrySet()) {
      if (everything || isDue(entry.getValue())) {
        checkpoint(entry.getKey());
      }
    }
    if (wal.bytes() > 2 * checkpointLogBytes) {
      dirty.oldestFirst().stream().limit(1).forEach(this::checkpoint);
    }
    shortenLog();
  }

  private boolean isDue(DirtyLog.Entry entry) {
    return entry.bytes() >= checkpointLogBytes
        || System.nanoTime() - entry.sinceNanos() > QUIET_NANOS;
  }

  private void checkpoint(UUID uuid) {
    Collection collection = collections.get(uuid);
    if (collection != null) {
      attempt(
          collection,
          () -> {
            dirty.checkpointed(uuid, collection.checkpoint());
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
        checkpoint(collection.uuid());
      }
    }
    shortenLog();
  }

  private void shortenLog() {
    if (!isWhole.getAsBoolean()) {
      return; // A collection that was set aside may need any record.
    }
    try {
      long written = wal.lastLsn();
      wal.truncateBefore(Math.min(dirty.firstNeeded(Long.MAX_VALUE), written + 1));
    } catch (IOException e) {
      LOG.log(System.Logger.Level.WARNING, "the log could not be shortened: {0}", e.getMessage());
    }
  }

  private void closeDropped() {
    for (Collection each = dropped.poll(); each != null; each = dropped.poll()) {
      Collection gone = each;
      attempt(
          gone,
          () -> {
            gone.dropped();
            directory.purge();
            return true;
          });
    }
  }

  private interface Work {
    boolean run() throws IOException;
  }

  /** What fails is told and tried again at the next round; reads go on meanwhile. */
  private void attempt(Collection collection, Work work) {
    try {
      work.run();
    } catch (IOException | RuntimeException e) {
      if (collections.get(collection.uuid()) == collection) {
        LOG.log(
            System.Logger.Level.WARNING,
            "maintenance of collection {0} failed: {1}",
            collection.name(),
            e.getMessage());
      }
    }
  }
}
