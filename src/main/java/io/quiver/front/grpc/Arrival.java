package io.quiver.front.grpc;

import io.quiver.core.ErrorCode;
import io.quiver.core.QuiverException;
import io.quiver.ops.EdgeLoad;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.internal.http.HttpServerRequestInternal;
import io.vertx.core.internal.http.HttpServerRequestWrapper;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * A call from its first byte to the end of its stream, in front of the gRPC library, which collects
 * a message without asking whether there is room for it. What arrived counts until the call is
 * over. A call for which there is no room, or that comes too slowly, fails; what still comes of it
 * is not kept. One whose answer is not taken is reset.
 *
 * <p>Confined to the event loop of its connection.
 */
final class Arrival extends HttpServerRequestWrapper {
  private static final long BYTES_PER_SECOND = 256 << 10;
  private static final long NEVER = Long.MIN_VALUE;

  private final EdgeLoad load;
  private final OpenCalls open;
  private final Set<Arrival> arriving;
  private final long startedNanos = System.nanoTime();
  private Handler<Throwable> failed = error -> {};
  private long endedNanos = NEVER;
  private long held;
  private boolean refused;
  private boolean over;

  /**
   * A call that begins.
   *
   * @param open calls that are not over; this one is in it until it is
   * @param arriving calls whose message is not there yet; this one is in it until it is
   */
  Arrival(HttpServerRequest request, EdgeLoad load, OpenCalls open, Set<Arrival> arriving) {
    super((HttpServerRequestInternal) request);
    this.load = load;
    this.open = open;
    this.arriving = arriving;
    open.add(this);
    arriving.add(this);
    response().closeHandler(closed -> release());
  }

  @Override
  public HttpServerRequest handler(Handler<Buffer> handler) {
    delegate.handler(handler == null ? null : chunk -> take(chunk, handler));
    return this;
  }

  @Override
  public HttpServerRequest endHandler(Handler<Void> handler) {
    delegate.endHandler(end -> {
      arriving.remove(this);
      if (handler != null) {
        handler.handle(null);
      }
    });
    return this;
  }

  @Override
  public HttpServerRequest exceptionHandler(Handler<Throwable> handler) {
    failed = handler == null ? error -> {} : handler;
    delegate.exceptionHandler(handler);
    return this;
  }

  /**
   * Fails a call whose message does not come to its end, and resets one that goes on after that.
   */
  void refuseIfSlow(long nowNanos, int secondsMax) {
    long seconds = TimeUnit.NANOSECONDS.toSeconds(nowNanos - startedNanos);
    if (seconds <= secondsMax + held / BYTES_PER_SECOND) {
      return;
    }
    if (refused) {
      response().reset(OpenCalls.CANCEL);
      release();
    } else {
      refuse(new QuiverException(ErrorCode.DEADLINE_EXCEEDED, "the message came too slowly"));
    }
  }

  /** Resets a call whose answer is not taken. */
  void resetIfUntaken(long nowNanos, Answers answers) {
    if (!response().ended()) {
      return;
    }
    if (endedNanos == NEVER) {
      endedNanos = nowNanos;
    } else if (answers.isSlow(endedNanos, nowNanos, response().bytesWritten())) {
      response().reset(OpenCalls.CANCEL);
      release();
    }
  }

  private void take(Buffer chunk, Handler<Buffer> handler) {
    if (refused) {
      return;
    }
    if (over || !load.tryTake(chunk.length())) {
      refuse(
          new QuiverException(
              ErrorCode.OVERLOADED, "too many bytes in flight; try again in a moment"));
    } else {
      held += chunk.length();
      handler.handle(chunk);
    }
  }

  private void refuse(QuiverException error) {
    refused = true;
    failed.handle(error);
  }

  private void release() {
    over = true;
    arriving.remove(this);
    open.remove(this);
    load.giveBack(held);
    held = 0;
  }
}
