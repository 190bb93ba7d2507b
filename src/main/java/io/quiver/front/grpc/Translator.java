package io.quiver.front.grpc;

import io.quiver.core.ErrorCode;
import io.quiver.core.QuiverException;
import io.vertx.core.Future;
import io.vertx.core.WorkerExecutor;
import java.util.concurrent.Callable;

/**
 * Runs translations: small ones at once on the event loop, large ones on a sized pool, and at most
 * {@link #WAITING_MAX} of those at a time. Belongs to one event loop.
 */
final class Translator {
  /** Bytes that translate in the time of a hop to the pool and back, some 20 microseconds. */
  static final int INLINE_BYTES_MAX = 64 * 1024;

  private static final int WAITING_MAX = 128;

  private final WorkerExecutor pool;
  private final int messageBytesMax;
  private int waiting;

  Translator(WorkerExecutor pool, int messageBytesMax) {
    this.pool = pool;
    this.messageBytesMax = messageBytesMax;
  }

  int messageBytesMax() {
    return messageBytesMax;
  }

  /** The work's result; what it throws fails the future. */
  <T> Future<T> run(boolean large, Callable<T> work) {
    return large ? onPool(work) : Future.succeededFuture().map(nothing -> called(work));
  }

  private <T> Future<T> onPool(Callable<T> work) {
    if (waiting >= WAITING_MAX) {
      return Future.failedFuture(
          new QuiverException(
              ErrorCode.OVERLOADED, "too many large messages at once: max=" + WAITING_MAX));
    }
    waiting++;
    return pool.executeBlocking(work, false).onComplete(done -> waiting--);
  }

  private static <T> T called(Callable<T> work) {
    try {
      return work.call();
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
}
