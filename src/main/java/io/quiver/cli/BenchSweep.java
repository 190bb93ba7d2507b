package io.quiver.cli;

import io.quiver.core.DenseVector;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Measures searches at one effort after another: every thread asks the queries in turn until the
 * time is over. What is compiled and cached while it warms up is not counted.
 */
final class BenchSweep {
  private static final double WARM_UP_SECONDS_FIRST = 2;
  private static final double WARM_UP_SECONDS = 0.5;

  /** One measured effort. */
  record Point(int efSearch, double recall, double qps, double p50Micros, double p99Micros) {}

  private final SearchTarget target;
  private final BenchData data;
  private final int k;
  private final int threads;
  private final double seconds;
  private boolean isWarm;

  BenchSweep(SearchTarget target, BenchData data, int k, int threads, double seconds) {
    this.target = target;
    this.data = data;
    this.k = k;
    this.threads = threads;
    this.seconds = seconds;
  }

  Point measure(int efSearch) {
    double recall = recall(efSearch);
    run(efSearch, isWarm ? Math.min(seconds, WARM_UP_SECONDS) : WARM_UP_SECONDS_FIRST);
    isWarm = true;
    long start = System.nanoTime();
    long[] nanos = run(efSearch, seconds);
    double elapsed = (System.nanoTime() - start) / 1e9;
    Arrays.sort(nanos);
    return new Point(
        efSearch,
        recall,
        nanos.length / elapsed,
        percentile(nanos, 0.50) / 1e3,
        percentile(nanos, 0.99) / 1e3);
  }

  private double recall(int efSearch) {
    double sum = 0;
    for (int query = 0; query < data.queries().size(); query++) {
      sum += data.recall(query, target.search(data.queries().get(query), k, efSearch), k);
    }
    return sum / data.queries().size();
  }

  /** The time of each search, in nanoseconds. */
  private long[] run(int efSearch, double wantedSeconds) {
    long end = System.nanoTime() + (long) (wantedSeconds * 1e9);
    List<Callable<long[]>> loops = new ArrayList<>();
    for (int thread = 0; thread < threads; thread++) {
      int first = thread * data.queries().size() / threads;
      loops.add(() -> loop(first, efSearch, end));
    }
    try (ExecutorService pool = Executors.newFixedThreadPool(threads)) {
      List<Future<long[]>> done = pool.invokeAll(loops);
      long[] all = new long[0];
      for (Future<long[]> one : done) {
        long[] nanos = one.get();
        int size = all.length;
        all = Arrays.copyOf(all, size + nanos.length);
        System.arraycopy(nanos, 0, all, size, nanos.length);
      }
      return all;
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException known) {
        throw known;
      }
      throw new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CommandException("interrupted", e);
    }
  }

  private long[] loop(int first, int efSearch, long endNanos) {
    List<DenseVector> queries = data.queries();
    long[] nanos = new long[1 << 14];
    int count = 0;
    long start = System.nanoTime();
    // At least one search, however late the thread got to run.
    for (int query = first; start < endNanos || count == 0; query = (query + 1) % queries.size()) {
      target.search(queries.get(query), k, efSearch);
      long now = System.nanoTime();
      if (count == nanos.length) {
        nanos = Arrays.copyOf(nanos, 2 * count);
      }
      nanos[count++] = now - start;
      start = now;
    }
    return Arrays.copyOf(nanos, count);
  }

  /** Nearest rank. */
  static long percentile(long[] sorted, double part) {
    return sorted.length == 0 ? 0 : sorted[(int) Math.ceil(part * sorted.length) - 1];
  }
}
