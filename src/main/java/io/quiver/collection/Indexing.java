package io.quiver.collection;

import java.util.ArrayDeque;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The threads that insert rows into graphs, shared by all collections of a database. A shard has at
 * most {@link #parallelism} slices of work queued, each a few milliseconds long, so shards take
 * turns. Without threads the work waits until somebody calls {@link #runPending}: the simulation
 * decides when that is.
 *
 * <p>Thread safety: any thread.
 */
public final class Indexing implements AutoCloseable {
  private final int threads;
  private final ThreadPoolExecutor pool;
  private final ArrayDeque<Runnable> waiting = new ArrayDeque<>();
  private boolean isHeld = true;

  private Indexing(int threads) {
    this.threads = threads;
    AtomicInteger number = new AtomicInteger();
    this.pool =
        new ThreadPoolExecutor(
            Math.max(1, threads),
            Math.max(1, threads),
            10,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            task -> {
              Thread thread = new Thread(task, "quiver-index-" + number.getAndIncrement());
              thread.setDaemon(true);
              return thread;
            });
    pool.allowCoreThreadTimeOut(true);
  }

  /** Background threads; 0 = none, the caller runs the work by hand. */
  public static Indexing of(int threads) {
    return new Indexing(threads);
  }

  /** How many slices of one shard may run side by side. */
  int parallelism() {
    return Math.max(1, threads);
  }

  synchronized void submit(Runnable slice) {
    if (isHeld || threads == 0) {
      waiting.add(slice);
    } else if (!pool.isShutdown()) {
      pool.execute(slice);
    }
  }

  /** Work may begin; until then it waits, so that it does not slow the replay of the log. */
  public synchronized void begin() {
    isHeld = false;
    while (threads > 0 && !waiting.isEmpty()) {
      pool.execute(waiting.poll());
    }
  }

  /** Without threads: runs all work there is, and what it submits. */
  public void runPending() {
    for (Runnable slice = next(); slice != null; slice = next()) {
      slice.run();
    }
  }

  private synchronized Runnable next() {
    return waiting.poll();
  }

  /**
   * Slices that run now end; queued ones are dropped: the rows are found again at the next start.
   */
  @Override
  public void close() {
    synchronized (this) {
      waiting.clear();
    }
    pool.shutdown();
    pool.getQueue().clear();
    try {
      if (!pool.awaitTermination(30, TimeUnit.SECONDS)) {
        throw new IllegalStateException("an index thread did not end within 30 s");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
