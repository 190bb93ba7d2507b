package io.quiver.cli;

import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.LockSupport;

/**
 * One client of a soak: of a hundred requests 70 search, 20 upsert, 10 delete. It owns the slots
 * whose number leaves {@code number} when divided by {@code workers}, and runs until it is stopped
 * or something is wrong.
 */
final class SoakWorker implements Runnable {
  private static final int BATCH_MAX = 4;
  private static final int READ_BACK_EVERY = 20;

  private final List<SoakCollection> collections;
  private final int number;
  private final int workers;
  private final SplittableRandom random;
  private final Lock working;
  private final long pauseNanos;
  private final AtomicReference<RuntimeException> failure;
  private volatile boolean stopped;

  /**
   * A worker.
   *
   * @param working held while a request is under way
   * @param pauseNanos least time from one request to the next; 0 = none
   * @param failure where the first thing that goes wrong is left
   */
  SoakWorker(
      List<SoakCollection> collections,
      int number,
      int workers,
      SplittableRandom random,
      Lock working,
      long pauseNanos,
      AtomicReference<RuntimeException> failure) {
    this.collections = collections;
    this.number = number;
    this.workers = workers;
    this.random = random;
    this.working = working;
    this.pauseNanos = pauseNanos;
    this.failure = failure;
  }

  void stop() {
    stopped = true;
  }

  @Override
  public void run() {
    long next = System.nanoTime();
    try {
      while (!stopped && failure.get() == null) {
        working.lock();
        try {
          step();
        } finally {
          working.unlock();
        }
        next = Math.max(next + pauseNanos, System.nanoTime() - pauseNanos);
        if (pauseNanos > 0) {
          LockSupport.parkNanos(next - System.nanoTime());
        }
      }
    } catch (RuntimeException e) {
      failure.compareAndSet(null, e);
    }
  }

  private void step() {
    SoakCollection collection = collections.get(random.nextInt(collections.size()));
    int dice = random.nextInt(100);
    if (dice < 70) {
      collection.search(random.nextInt(), dice < 5, dice % 8 == 0);
    } else if (dice < 90) {
      int[] slots =
          random
              .ints(1 + random.nextInt(BATCH_MAX), 0, owned(collection))
              .distinct()
              .map(this::slot)
              .toArray();
      collection.upsert(slots);
      readBack(collection, slots[0]);
    } else {
      int slot = slot(random.nextInt(owned(collection)));
      collection.delete(slot);
      readBack(collection, slot);
    }
  }

  /** What was acknowledged is there, at once. */
  private void readBack(SoakCollection collection, int slot) {
    if (random.nextInt(READ_BACK_EVERY) == 0) {
      collection.read(slot);
    }
  }

  private int owned(SoakCollection collection) {
    return collection.model().slots() / workers;
  }

  private int slot(int index) {
    return index * workers + number;
  }
}
