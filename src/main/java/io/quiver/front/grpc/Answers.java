package io.quiver.front.grpc;

import io.quiver.ops.EdgeConnections;
import io.quiver.ops.EdgeLoad;
import io.vertx.core.Future;
import io.vertx.core.http.HttpConnection;
import io.vertx.grpc.common.GrpcMessage;
import io.vertx.grpc.server.GrpcServerRequest;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Answers on their way to callers. Each counts until the last byte of it is with the kernel. A
 * caller that keeps the window of its stream or its connection shut, or does not read at all, has
 * the same time for it as for sending a message; then {@link Arrival} resets the stream, and when
 * even that moves nothing the connection is cut here.
 *
 * <p>Confined to the event loop of its instance.
 */
final class Answers {
  private static final long BYTES_PER_SECOND = 256 << 10;
  private static final long AFTER_RESET_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final EdgeLoad load;
  private final int secondsMax;
  private final Set<Answer> sending = new LinkedHashSet<>();

  /**
   * None yet.
   *
   * @param secondsMax time for an answer to be taken, on top of one second per 256 KiB
   */
  Answers(EdgeLoad load, int secondsMax) {
    this.load = load;
    this.secondsMax = secondsMax;
  }

  /** Ends a call with a message. */
  <Q, R> void send(GrpcServerRequest<Q, R> request, GrpcMessage reply) {
    Answer answer = new Answer(request.connection(), reply.payload().length(), System.nanoTime());
    load.take(answer.bytes());
    sending.add(answer);
    Future<Void> sent = request.response().endMessage(reply);
    sent.onComplete(end -> {
      sending.remove(answer);
      load.giveBack(answer.bytes());
    });
  }

  /** Whether none is on its way. */
  boolean allSent() {
    return sending.isEmpty();
  }

  /** Whether so many bytes took longer than they may. */
  boolean isSlow(long startedNanos, long nowNanos, long bytes) {
    long seconds = TimeUnit.NANOSECONDS.toSeconds(nowNanos - startedNanos);
    return seconds > secondsMax + bytes / BYTES_PER_SECOND;
  }

  /**
   * Cuts connections whose answers stay although their streams were reset: those bytes have left
   * the stream for the buffer of a connection that nobody reads. To be called every now and then.
   */
  void cutSlow(long nowNanos) {
    for (Answer answer : List.copyOf(sending)) {
      if (isSlow(answer.startedNanos() + AFTER_RESET_NANOS, nowNanos, answer.bytes())) {
        EdgeConnections.abort(answer.connection());
      }
    }
  }

  private record Answer(HttpConnection connection, long bytes, long startedNanos) {}
}
