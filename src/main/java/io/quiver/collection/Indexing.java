package io.quiver.collection;

import io.quiver.hnsw.GraphParams;
import io.quiver.message.IndexParams;
import io.quiver.quant.CodeMemory;
import java.util.ArrayDeque;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The threads that insert rows into graphs and the memory for codes and fields, shared by all
 * collections of a database. A shard has at most {@link #parallelism} slices of work queued, each a
 * few milliseconds long, so shards take turns. Without threads the work waits until somebody calls
 * {@link #runPending}: the simulation decides when that is.
 *
 * <p>Thread safety: any thread.
 */
public final class Indexing implements AutoCloseable {
  private static final long LEVEL_SEED = 42;

  private final int threads;
  private final CodeMemory codes;
  private final FieldMemory fields = new FieldMemory(Runtime.getRuntime().maxMemory() / 4);
  private final ThreadPoolExecutor pool;
  private final ArrayDeque<Runnable> waiting = new ArrayDeque<>();
  private boolean isHeld = true;

  private Indexing(int threads, CodeMemory codes) {
    this.threads = threads;
    this.codes = codes;
    AtomicInteger number = new AtomicInteger();
    this.pool =
        new ThreadPoolExecutor(
            Math.max(1, threads),
            Math.max(1, threads),
            10,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            task -> {
              Thread thread =
                  new Thread(LowPriority.of(task), "quiver-index-" + number.getAndIncrement());
              thread.setDaemon(true);
              return thread;
            });
    pool.allowCoreThreadTimeOut(true);
  }

  /**
   * Background threads; 0 = none, the caller runs the work by hand.
   *
   * @param codeBytesMax memory that all codes together may take
   */
  public static Indexing of(int threads, long codeBytesMax) {
    return new Indexing(threads, new CodeMemory(codeBytesMax));
  }

  /** How the graphs of a collection are built. */
  static GraphParams params(IndexParams index) {
    return new GraphParams(
        index.maxConnections(),
        Math.max(index.efConstruction(), index.maxConnections()),
        index.maxLayer(),
        LEVEL_SEED);
  }

  CodeMemory codes() {
    return codes;
  }

  FieldMemory fields() {
    return fields;
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
    boolean ran = true;
    while (ran) {
      ran = runNext();
    }
  }

  /**
   * Without threads: runs the slice that waits longest.
   *
   * @return false if there is none
   */
  public boolean runNext() {
    Runnable slice = next();
    if (slice != null) {
      slice.run();
    }
    return slice != null;
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
