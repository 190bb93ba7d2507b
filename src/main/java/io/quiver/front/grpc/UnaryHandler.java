package io.quiver.front.grpc;

import com.google.protobuf.MessageLite;
import io.quiver.bus.QuiverClient;
import io.quiver.core.ErrorCode;
import io.quiver.core.QuiverException;
import io.quiver.core.Ticket;
import io.quiver.ops.RequestIds;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.grpc.common.GrpcMessage;
import io.vertx.grpc.common.MessageSizeOverflowException;
import io.vertx.grpc.server.GrpcServerRequest;
import io.vertx.grpc.server.GrpcServerResponse;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves one unary rpc: takes exactly one message, runs the {@link Rpc}, answers once. Whatever a
 * caller sends ends in a status that names the fault; a caller who went away or whose deadline
 * passed gets nothing more.
 */
final class UnaryHandler<Q, M, A, R extends MessageLite>
    implements Handler<GrpcServerRequest<Q, R>> {
  private static final Logger LOG = LoggerFactory.getLogger(UnaryHandler.class);

  /** In and out, as over REST. */
  private static final String REQUEST_ID = "x-request-id";

  /** Longer deadlines count as this one. */
  private static final long DEADLINE_MILLIS_MAX = 3_600_000;

  private final Vertx vertx;
  private final QuiverClient client;
  private final Answers answers;
  private final RequestIds ids;
  private final Translator translator;
  private final Rpc<Q, M, A, R> rpc;

  UnaryHandler(
      Vertx vertx,
      QuiverClient client,
      Answers answers,
      RequestIds ids,
      Translator translator,
      Rpc<Q, M, A, R> rpc) {
    this.vertx = vertx;
    this.client = client;
    this.answers = answers;
    this.ids = ids;
    this.translator = translator;
    this.rpc = rpc;
  }

  @Override
  public void handle(GrpcServerRequest<Q, R> request) {
    new Call(request).listen();
  }

  /** One call, on one event loop. */
  private final class Call {
    private final GrpcServerRequest<Q, R> request;
    private final GrpcServerResponse<Q, R> response;
    private final Ticket ticket;
    private final long deadlineMillis;
    private long timer = -1;
    private GrpcMessage message;
    private boolean second;
    private boolean done;

    Call(GrpcServerRequest<Q, R> request) {
      this.request = request;
      this.response = request.response();
      this.ticket = new Ticket(ids.of(request.headers().get(REQUEST_ID)));
      response.headers().set(REQUEST_ID, ticket.requestId());
      this.deadlineMillis = Math.min(request.timeout(), DEADLINE_MILLIS_MAX);
    }

    void listen() {
      request.invalidMessageHandler(this::refuseSize);
      request.errorHandler(error -> abandon());
      request.exceptionHandler(this::endEarly);
      response.exceptionHandler(error -> abandon());
      request.messageHandler(this::take);
      request.endHandler(end -> run());
      if (deadlineMillis > 0) {
        timer = vertx.setTimer(deadlineMillis, passed -> expire());
      }
    }

    private void take(GrpcMessage next) {
      second |= message != null;
      message = next;
    }

    private void refuseSize(Throwable cause) {
      long bytes =
          cause instanceof MessageSizeOverflowException overflow ? overflow.messageSize() : -1;
      fail(Payloads.tooLarge(bytes, translator.messageBytesMax()));
    }

    private void run() {
      if (done) {
        return;
      }
      if (message == null || second) {
        fail(QuiverException.invalid("message", "exactly one", second ? "more" : "none"));
        return;
      }
      long startNanos = System.nanoTime();
      boolean large =
          message.payload().length() > Translator.INLINE_BYTES_MAX
              || !message.encoding().equals("identity");
      translator
          .run(large, this::read)
          .compose(asked -> ask(asked, startNanos))
          .onComplete(this::answer, this::fail);
    }

    private M read() {
      Q parsed = Payloads.parse(rpc.method(), message, translator.messageBytesMax());
      return rpc.read().read(parsed, deadlineMillis);
    }

    private Future<GrpcMessage> ask(M asked, long startNanos) {
      if (done) {
        return Future.failedFuture(deadlineExceeded());
      }
      return rpc.ask()
          .ask(client.on(ticket), asked)
          .compose(answer -> {
            long nanos = System.nanoTime() - startNanos;
            return translator.run(
                rpc.heavy().test(answer),
                () -> Payloads.pack(rpc.write().write(asked, answer, nanos)));
          });
    }

    /** The caller went away, or the call was refused before its message was there. */
    private void endEarly(Throwable cause) {
      if (cause instanceof QuiverException) {
        fail(cause);
      } else {
        abandon();
      }
    }

    /** The caller went away. */
    private void abandon() {
      ticket.cancel();
      finish();
    }

    private void expire() {
      ticket.cancel();
      fail(deadlineExceeded());
    }

    private void answer(GrpcMessage reply) {
      if (finish()) {
        answers.send(request, reply);
      }
    }

    private void fail(Throwable cause) {
      if (!finish()) {
        return;
      }
      if (cause instanceof QuiverException error) {
        Statuses.send(response, error);
      } else {
        LOG.atError()
            .setCause(cause)
            .addKeyValue("request_id", ticket.requestId())
            .log("{} failed", rpc.method().fullMethodName());
        String text = "internal error; the server's log has request " + ticket.requestId();
        Statuses.send(response, new QuiverException(ErrorCode.INTERNAL, text, cause));
      }
    }

    /** Whether this was the first way for the call to end. */
    private boolean finish() {
      if (done) {
        return false;
      }
      done = true;
      if (timer >= 0) {
        vertx.cancelTimer(timer);
      }
      return true;
    }

    private QuiverException deadlineExceeded() {
      return new QuiverException(
          ErrorCode.DEADLINE_EXCEEDED, "deadline exceeded: after=" + deadlineMillis + "ms");
    }
  }
}
