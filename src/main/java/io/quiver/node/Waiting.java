package io.quiver.node;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The bridge between futures and the few threads of the node that may block. */
public final class Waiting {
  private static final long SECONDS_MAX = 600;

  private Waiting() {}

  /**
   * Runs a step that blocks on a thread made for it, so that verticles it deploys are nobody's
   * children and live until they are stopped in their order.
   *
   * @return completes on the context of the caller
   */
  public static <T> Future<T> onThread(Vertx vertx, String name, Callable<T> step) {
    Context caller = vertx.getOrCreateContext();
    Promise<T> done = Promise.promise();
    Thread.ofPlatform()
        .name(name)
        .start(() -> {
          try {
            T result = step.call();
            caller.runOnContext(then -> done.complete(result));
          } catch (Throwable e) {
            caller.runOnContext(then -> done.fail(e));
          }
        });
    return done.future();
  }

  /**
   * The result of a future, waited for. Never on an event loop.
   *
   * @throws Exception what the future failed with
   */
  public static <T> T await(Future<T> future) throws Exception {
    try {
      return future.toCompletionStage().toCompletableFuture().get(SECONDS_MAX, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof Exception cause ? cause : e;
    } catch (TimeoutException e) {
      throw new IllegalStateException("no answer within " + SECONDS_MAX + " s", e);
    }
  }
}
