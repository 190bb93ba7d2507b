package io.quiver.node;

import io.quiver.bus.Replies;
import io.quiver.core.ErrorCode;
import io.quiver.message.Message;
import io.quiver.message.Reply;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Platform threads with a bounded queue for work that would block an event loop. (Not virtual
 * threads: a page fault in mapped memory holds the carrier.) When the queue is full the asker is
 * answered OVERLOADED at once.
 *
 * <p>Thread safety: all methods, from any thread.
 */
final class WorkPool {
  private static final long CLOSE_SECONDS_MAX = 30;

  private final String name;
  private final ThreadPoolExecutor threads;

  /**
   * Threads that start when there is work for them.
   *
   * @param name what its threads are called
   * @param queuedMax how much may wait for a thread
   */
  WorkPool(String name, int threadCount, int queuedMax) {
    this.name = name;
    this.threads =
        new ThreadPoolExecutor(
            threadCount,
            threadCount,
            0,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(queuedMax),
            factory(name));
  }

  /** Runs the work and sends what it returns, or the failure it ends in. */
  void answer(io.vertx.core.eventbus.Message<?> request, Callable<? extends Reply> work) {
    try {
      threads.execute(() -> Replies.send(request, outcome(work)));
    } catch (RejectedExecutionException full) {
      Replies.send(request, rejection());
    }
  }

  /** Runs work that itself sees to the answer, also to that of its failure. */
  void answerLater(io.vertx.core.eventbus.Message<?> request, Runnable work) {
    try {
      threads.execute(work);
    } catch (RejectedExecutionException full) {
      Replies.send(request, rejection());
    }
  }

  /**
   * Runs the work and waits for it.
   *
   * @throws Exception what the work throws
   * @throws RejectedExecutionException if the queue is full or the pool is closed
   */
  <T> T call(Callable<T> work) throws Exception {
    FutureTask<T> task = new FutureTask<>(work);
    threads.execute(task);
    try {
      return task.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof Exception cause) {
        throw cause;
      }
      throw e;
    }
  }

  /**
   * Runs something of its own.
   *
   * @throws RejectedExecutionException if the queue is full or the pool is closed
   */
  void execute(Runnable work) {
    threads.execute(work);
  }

  String name() {
    return name;
  }

  int threadCount() {
    return threads.getCorePoolSize();
  }

  int busy() {
    return threads.getActiveCount();
  }

  int queued() {
    return threads.getQueue().size();
  }

  /**
   * Takes no more work and waits for what it has. Threads are never interrupted: one that is in a
   * file would close it.
   *
   * @throws InterruptedException if the waiting thread is interrupted
   * @throws IllegalStateException if the work does not end
   */
  void close() throws InterruptedException {
    threads.shutdown();
    if (!threads.awaitTermination(CLOSE_SECONDS_MAX, TimeUnit.SECONDS)) {
      throw new IllegalStateException(
          name + ": after a long wait " + busy() + " tasks run and " + queued() + " wait");
    }
  }

  private Message rejection() {
    return threads.isShutdown()
        ? Replies.failure(ErrorCode.UNAVAILABLE, "the node is stopping")
        : Replies.failure(
            ErrorCode.OVERLOADED, name + ": " + queued() + " requests wait for a thread already");
  }

  private static Message outcome(Callable<? extends Reply> work) {
    try {
      return work.call();
    } catch (Throwable e) {
      return Replies.failure(e);
    }
  }

  private static ThreadFactory factory(String name) {
    return Thread.ofPlatform().name(name + "-", 0).daemon(true).factory();
  }
}
