package io.quiver.cli;

import io.quiver.core.Metric;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.Lock;

/**
 * Creates, fills, checks and drops a collection, always by the same name, until it is stopped or
 * something is wrong.
 */
final class SoakChurn implements Runnable {
  private static final int SLOTS = 1_500;
  private static final long PAUSE_MILLIS = 500;

  private final RestApi api;
  private final String name;
  private final int dimension;
  private final SplittableRandom random;
  private final Lock working;
  private final AtomicReference<RuntimeException> failure;
  private volatile boolean stopped;

  SoakChurn(
      RestApi api,
      String name,
      int dimension,
      SplittableRandom random,
      Lock working,
      AtomicReference<RuntimeException> failure) {
    this.api = api;
    this.name = name;
    this.dimension = dimension;
    this.random = random;
    this.working = working;
    this.failure = failure;
  }

  void stop() {
    stopped = true;
  }

  @Override
  public void run() {
    try {
      while (!stopped && failure.get() == null) {
        working.lock();
        try {
          round();
        } finally {
          working.unlock();
        }
        Pause.millis(PAUSE_MILLIS);
      }
    } catch (RuntimeException e) {
      failure.compareAndSet(null, e);
    }
  }

  private void round() {
    SoakRows rows = new SoakRows(random.nextLong(), dimension, Metric.EUCLIDEAN);
    SoakCollection collection =
        new SoakCollection(api, name, rows, new SoakModel(SLOTS), new SoakTally());
    collection.load();
    collection.search(random.nextInt(), false, true);
    collection.search(random.nextInt(), true, false);
    collection.read(random.nextInt(SLOTS));
    collection.drop();
    try {
      api.get(RestApi.path("collections", name));
      throw SoakCheck.wrong("%s was dropped and is still there".formatted(name));
    } catch (ServerException e) {
      if (!e.isNotFound()) {
        throw e;
      }
    }
  }
}
