package io.quiver.bus;

import io.quiver.core.ErrorCode;
import io.quiver.core.QuiverException;
import io.quiver.message.Failure;
import io.quiver.message.Reply;
import io.quiver.message.Request;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.shareddata.Shareable;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;

/**
 * Who is told of the requests that the clients of one Vert.x instance send: they see REST, gRPC and
 * an embedding application alike.
 *
 * <p>Thread safety: all methods, from any thread.
 */
public final class Observers implements Shareable {
  private static final String TABLE = "quiver.observers";

  private final List<RequestObserver> observers = new CopyOnWriteArrayList<>();

  private Observers() {}

  /** Those of this Vert.x instance. */
  public static Observers of(Vertx vertx) {
    return vertx
        .sharedData()
        .<String, Observers>getLocalMap(TABLE)
        .computeIfAbsent(TABLE, name -> new Observers());
  }

  public void add(RequestObserver observer) {
    observers.add(observer);
  }

  public void remove(RequestObserver observer) {
    observers.remove(observer);
  }

  /** Sends the request and tells everybody when its answer is there. */
  <T extends Reply> Future<T> observe(Request request, Supplier<Future<T>> send) {
    if (observers.isEmpty()) {
      return send.get();
    }
    long startNanos = System.nanoTime();
    return send.get()
        .onComplete(
            reply -> tell(request, reply, startNanos),
            error -> tell(request, failure(error), startNanos));
  }

  private void tell(Request request, Reply reply, long startNanos) {
    long nanos = System.nanoTime() - startNanos;
    for (RequestObserver observer : observers) {
      observer.completed(request, reply, nanos);
    }
  }

  private static Failure failure(Throwable error) {
    return Failure.of(
        error instanceof QuiverException known
            ? known
            : new QuiverException(ErrorCode.INTERNAL, String.valueOf(error.getMessage()), error));
  }
}
