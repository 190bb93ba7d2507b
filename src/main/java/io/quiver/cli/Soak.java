package io.quiver.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.quiver.core.Metric;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Consumer;

/**
 * Works on a server for a while and checks all it says: {@link SoakWorker} and {@link SoakChurn}
 * while it works, {@link SoakAudit} at the end of each round, when nothing is under way.
 */
final class Soak {
  private static final Metric[] METRICS = {Metric.EUCLIDEAN, Metric.COSINE, Metric.MANHATTAN};
  private static final long SAMPLE_NANOS = TimeUnit.SECONDS.toNanos(2);
  private static final long ROUND_NANOS_MAX = TimeUnit.MINUTES.toNanos(1);
  private static final int ROUNDS_MIN = 3;
  private static final int SETTLED_LOOKS = 10;
  private static final long SETTLE_NANOS_MAX = TimeUnit.MINUTES.toNanos(2);

  /**
   * How to soak.
   *
   * @param rows about as many live in each collection
   * @param rate requests a second over all threads; 0 = as many as can be
   */
  record Plan(
      double minutes, int rows, int dimension, int collections, int threads, int rate, long seed) {}

  private final MeasuredServer server;
  private final Plan plan;
  private final RestApi api;
  private final SoakReport report;
  private final SoakTally tally = new SoakTally();
  private final SplittableRandom random;
  private final List<SoakCollection> collections = new ArrayList<>();
  private final ReentrantReadWriteLock working = new ReentrantReadWriteLock(true);
  private final AtomicReference<RuntimeException> failure = new AtomicReference<>();
  private final String prefix;
  private long startNanos;

  Soak(MeasuredServer server, Plan plan, Consumer<String> out) {
    this.server = server;
    this.plan = plan;
    this.api = new RestApi(server.url());
    this.report = new SoakReport(out);
    this.random = new SplittableRandom(plan.seed());
    this.prefix = "soak-" + Long.toUnsignedString(plan.seed(), 36) + "-";
  }

  /**
   * Returns when all was right.
   *
   * @throws CommandException naming the first wrong answer
   */
  void run() {
    try (api) {
      soak();
    } catch (CommandException e) {
      throw new CommandException(e.getMessage() + " (seed " + plan.seed() + ")", e);
    }
  }

  private void soak() {
    List<SoakCollection> fresh = new ArrayList<>();
    try {
      for (int i = 0; i < plan.collections(); i++) {
        collections.add(collection(prefix + i, i, random.nextLong()));
        collections.getLast().load();
      }
      await(() -> sum("unindexed_rows") == 0);
      report.head();
      startNanos = System.nanoTime();
      work();
      for (SoakCollection each : collections) {
        fresh.add(each.copy(prefix + "fresh-" + fresh.size()));
      }
      settle(collections);
      settle(fresh);
      report.end(plan, diskBytes(collections), diskBytes(fresh), server.logBytes());
    } finally {
      drop(collections);
      drop(fresh);
    }
  }

  private SoakCollection collection(String name, int number, long seed) {
    SoakRows rows = new SoakRows(seed, plan.dimension(), METRICS[number % METRICS.length]);
    return new SoakCollection(api, name, rows, new SoakModel(plan.rows() / 5 * 6), tally);
  }

  private void drop(List<SoakCollection> those) {
    try {
      those.forEach(SoakCollection::drop);
    } catch (ServerException e) {
      failure.compareAndSet(null, e); // What went wrong first is what is told.
    }
  }

  private void work() {
    List<SoakWorker> workers = new ArrayList<>();
    long pauseNanos = plan.rate() == 0 ? 0 : 1_000_000_000L * plan.threads() / plan.rate();
    for (int i = 0; i < plan.threads(); i++) {
      workers.add(
          new SoakWorker(
              collections,
              i,
              plan.threads(),
              random.split(),
              working.readLock(),
              pauseNanos,
              failure));
    }
    SoakChurn churn =
        new SoakChurn(
            api, prefix + "churn", plan.dimension(), random.split(), working.readLock(), failure);
    List<Thread> threads = new ArrayList<>();
    workers.forEach(each -> threads.add(Thread.ofPlatform().name("soak").start(each)));
    threads.add(Thread.ofPlatform().name("soak-churn").start(churn));
    try {
      rounds();
    } finally {
      workers.forEach(SoakWorker::stop);
      churn.stop();
      threads.forEach(Soak::join);
    }
    rethrow();
  }

  private void rounds() {
    long totalNanos = (long) (plan.minutes() * ROUND_NANOS_MAX);
    long roundNanos = Math.min(ROUND_NANOS_MAX, totalNanos / ROUNDS_MIN);
    for (long round = 0; round < totalNanos / roundNanos; round++) {
      long fromNanos = System.nanoTime();
      while (System.nanoTime() - fromNanos < roundNanos && failure.get() == null) {
        report.sample(minute(), server.use());
        LockSupport.parkNanos(Math.min(SAMPLE_NANOS, fromNanos + roundNanos - System.nanoTime()));
      }
      rethrow();
      double seconds = (System.nanoTime() - fromNanos) / 1e9;
      working.writeLock().lock();
      try {
        audit(seconds);
      } finally {
        working.writeLock().unlock();
      }
    }
  }

  /** The write lock is held: nothing is under way. */
  private void audit(double seconds) {
    SoakTally.Counts counts = tally.take();
    MeasuredServer.Use use = server.use();
    await(() -> sum("unindexed_rows") == 0);
    double recall = 0;
    long rows = 0;
    long live = 0;
    for (SoakCollection each : collections) {
      recall += new SoakAudit(each, random.split()).run() / collections.size();
      rows += each.model().live();
      live += each.liveBytes();
    }
    report.round(
        new SoakReport.Round(minute(), seconds, counts, recall, rows, diskBytes(collections), live),
        use);
  }

  private double minute() {
    return (System.nanoTime() - startNanos) / (double) ROUND_NANOS_MAX;
  }

  /** Waits until the server has nothing left to do for them. */
  private void settle(List<SoakCollection> those) {
    long[] last = {-1, 0}; // Bytes, and how often they were the same.
    await(() -> {
      boolean isCurrent =
          those.stream()
              .map(SoakCollection::stats)
              .allMatch(stats ->
                  stats.path("unindexed_rows").asLong() == 0
                      && stats.path("applied_lsn").equals(stats.path("checkpoint_lsn")));
      long bytes = diskBytes(those);
      boolean isSame = bytes == last[0];
      last[0] = bytes;
      last[1] = isCurrent && isSame ? last[1] + 1 : 0;
      return last[1] >= SETTLED_LOOKS;
    });
  }

  private long diskBytes(List<SoakCollection> those) {
    long bytes = 0;
    for (SoakCollection each : those) {
      for (JsonNode file : each.stats().path("disk_by_component")) {
        bytes += file.asLong();
      }
    }
    return bytes;
  }

  private long sum(String figure) {
    return collections.stream().mapToLong(each -> each.stats().path(figure).asLong()).sum();
  }

  private static void await(java.util.function.BooleanSupplier condition) {
    long endNanos = System.nanoTime() + SETTLE_NANOS_MAX;
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - endNanos > 0) {
        throw new CommandException("the server does not come to rest within two minutes");
      }
      Pause.millis(100);
    }
  }

  private void rethrow() {
    RuntimeException first = failure.get();
    if (first != null) {
      throw first;
    }
  }

  private static void join(Thread thread) {
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
