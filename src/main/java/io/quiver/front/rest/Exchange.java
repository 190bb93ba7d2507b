package io.quiver.front.rest;

import io.quiver.bus.QuiverClient;
import io.quiver.core.ErrorCode;
import io.quiver.core.QuiverException;
import io.quiver.core.Ticket;
import io.quiver.front.rest.Endpoint.Prepared;
import io.quiver.ops.EdgeConnections;
import io.quiver.ops.OwnNames;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One request on its way: route, then headers, then body, then the node, then the answer. Confined
 * to the request's event loop; only reading large bodies and writing large answers leave it.
 */
final class Exchange {
  private static final Logger LOG = LoggerFactory.getLogger(Exchange.class);

  /** Larger documents are read and written on a worker thread, so that no event loop is held up. */
  private static final int INLINE_BYTES_MAX = 64 << 10;

  /** How long the rest of a refused body may come before the connection is closed. */
  private static final long LINGER_MILLIS = 10_000;

  /** And how much of it: enough for a client to look up, too little to pay for. */
  private static final long LINGER_BYTES_MAX = 16 << 20;

  private static final int REQUEST_TIMEOUT = 408;

  private final Front front;
  private final HttpServerRequest request;
  private final HttpServerResponse response;
  private final String requestId;
  private final Ticket ticket;
  private long held;
  private long ignoredBytes;
  private long sendingNanos;
  private boolean done;

  Exchange(Front front, HttpServerRequest request) {
    this.front = front;
    this.request = request;
    this.response = request.response();
    this.requestId = front.requestIds().of(request.getHeader("X-Request-ID"));
    this.ticket = new Ticket(requestId);
  }

  void start() {
    response.closeHandler(closed -> ticket.cancel());
    Optional<OwnNames.Wrong> wrong = front.names().refusal(request);
    if (wrong.isPresent()) {
      refuseHost(wrong.get());
      return;
    }
    try {
      Target target = Target.parse(request.uri());
      Operation operation = Routes.find(request.method(), target.segments(), target.path());
      // Whether the caller may do this is decided here: the route is known, no body byte is read.
      if (operation.isSearch() && isTurnedAway(operation, target)) {
        return;
      }
      if (operation.isTransfer()) {
        transfer(new Call(operation, target, new byte[0], 0));
      } else if (operation.hasBody()) {
        readBody(operation, target);
      } else {
        serve(new Call(operation, target, new byte[0], 0));
      }
    } catch (RuntimeException e) {
      fail(e);
    }
  }

  private void transfer(Call call) {
    QuiverClient client = front.client().on(ticket);
    if (call.operation() == Operation.UPLOAD_SNAPSHOT) {
      SnapshotUpload upload = new SnapshotUpload(front, request, client, call);
      upload
          .run()
          .compose(this::send)
          .onSuccess(sent -> lingerThenClose())
          .onFailure(error -> {
            if (upload.isLate()) {
              refuseRequest(REQUEST_TIMEOUT, (QuiverException) error);
            } else {
              fail(error);
            }
          });
      return;
    }
    response.putHeader("X-Request-ID", requestId);
    if (call.operation() == Operation.LIST_IDS) {
      new IdsDownload(front, request, call).run(client).onFailure(this::failTransfer);
      return;
    }
    new SnapshotDownload(front, request, call).run(client).onFailure(this::failTransfer);
  }

  /** Who was promised more bytes must not wait for them. */
  private void failTransfer(Throwable error) {
    if (response.headWritten() && !response.closed()) {
      LOG.atWarn()
          .addKeyValue("request_id", requestId)
          .log("{} broke off: {}", request.path(), error.getMessage());
      cutOff();
    } else {
      response.headers().clear(); // They were of another answer.
      fail(error);
    }
  }

  private void refuseHost(OwnNames.Wrong wrong) {
    QuiverException error = QuiverException.invalid("Host", OwnNames.Wrong.EXPECTED, wrong.got());
    send(Answer.failure(wrong.status(), error)).onComplete(sent -> lingerThenClose());
  }

  /** Answers a search that would wait too long, before anything of it is read. */
  private boolean isTurnedAway(Operation operation, Target target) {
    String collection = Routes.parameter(operation, "collection", target.segments());
    Optional<QuiverException> refusal = front.client().turnsAway(collection);
    refusal.ifPresent(error -> front.refusals().hold(() -> fail(error)));
    return refusal.isPresent();
  }

  /**
   * Answers that there are too many connections, then closes this one, when its request is over: to
   * close on bytes that nobody read would take the answer away from the client.
   */
  void refuseConnection(int max) {
    Map<String, String> details = Map.of("field", "connections", "expected", "at most " + max);
    fail(new QuiverException(ErrorCode.OVERLOADED, "too many connections: max=" + max, details));
    request.end().onComplete(end -> request.connection().close());
  }

  /**
   * Answers a request that was no HTTP, or does not come to its end, then closes the connection:
   * nobody knows where the next one begins.
   */
  void refuseRequest(int status, QuiverException error) {
    send(Answer.failure(status, error)).onComplete(sent -> cutOff());
  }

  private void readBody(Operation operation, Target target) {
    long declared = checkHeaders();
    if ("100-continue".equalsIgnoreCase(request.getHeader(HttpHeaders.EXPECT))) {
      response.writeContinue();
    }
    BodyReader body = new BodyReader(front, request, declared);
    body.read()
        .onComplete(read -> {
          held += body.length();
          if (read.succeeded()) {
            serveBody(operation, target, body);
          } else if (body.isLate()) {
            refuseRequest(REQUEST_TIMEOUT, (QuiverException) read.cause());
          } else {
            fail(read.cause());
          }
        });
  }

  /** Returns the announced length of the body, −1 if it is chunked. */
  private long checkHeaders() {
    String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
    long declared = length == null ? -1 : Long.parseLong(length);
    MediaType.check(request.headers(), declared);
    if (declared > front.options().bodyBytesMax()) {
      throw BodyReader.tooLarge(front.options().bodyBytesMax(), declared + " bytes");
    }
    if (!front.load().hasRoom(Math.max(0, declared))) {
      throw BodyReader.overloaded();
    }
    return declared;
  }

  private void serveBody(Operation operation, Target target, BodyReader body) {
    try {
      Callable<Prepared> read =
          () -> Endpoints.prepare(new Call(operation, target, body.bytes(), body.length()));
      if (body.length() <= INLINE_BYTES_MAX) {
        ask(Future.succeededFuture(read.call()));
      } else {
        ask(front.workers().executeBlocking(read, false));
      }
    } catch (Exception e) {
      fail(e);
    }
  }

  private void serve(Call call) {
    ask(Future.succeededFuture(Endpoints.prepare(call)));
  }

  private void ask(Future<Prepared> prepared) {
    prepared
        .compose(ready -> ready.ask(front.client().on(ticket)))
        .compose(this::send)
        .onSuccess(sent -> lingerThenClose())
        .onFailure(this::fail);
  }

  private void fail(Throwable error) {
    if (response.headWritten() || response.closed()) {
      finish();
      return;
    }
    send(Answer.failure(readable(error))).onComplete(sent -> lingerThenClose());
  }

  /** Nothing internal leaves the house: unexpected errors are logged under the request id. */
  private QuiverException readable(Throwable error) {
    boolean expected = error instanceof QuiverException known && known.code() != ErrorCode.INTERNAL;
    if (expected) {
      return (QuiverException) error;
    }
    LOG.atError()
        .setCause(error)
        .addKeyValue("request_id", requestId)
        .log("request {} {} failed", request.method(), request.path());
    return new QuiverException(
        ErrorCode.INTERNAL, "internal error; the server's log has request " + requestId);
  }

  private Future<Void> send(Answer answer) {
    if (answer.weight() <= INLINE_BYTES_MAX) {
      return send(answer, front.write(answer));
    }
    return front
        .workers()
        .executeBlocking(
            () -> {
              JsonWriter writer = new JsonWriter();
              answer.document().accept(writer);
              return writer.finish();
            },
            false)
        .compose(document -> send(answer, document));
  }

  private Future<Void> send(Answer answer, Buffer document) {
    if (response.closed()) {
      finish();
      return Future.succeededFuture();
    }
    front.load().take(document.length());
    held += document.length();
    sendingNanos = System.nanoTime();
    front.sending().add(this);
    response.setStatusCode(answer.status());
    response.putHeader(HttpHeaders.CONTENT_TYPE, answer.contentType());
    response.putHeader("X-Request-ID", requestId);
    answer.headers().forEach(response::putHeader);
    // A client that went away is no failure of ours.
    return response.end(document).otherwiseEmpty().onComplete(sent -> finish());
  }

  /**
   * Lets a body that nobody wants come to its end unread, so that the client sees the answer and
   * not a broken connection; one that takes too long or is too much is cut off.
   */
  private void lingerThenClose() {
    if (request.isEnded()) {
      return;
    }
    request.handler(this::ignore);
    long timer = front.vertx().setTimer(lingerMillis(), late -> cutOff());
    request.end().onComplete(end -> front.vertx().cancelTimer(timer));
  }

  /** No longer than for a body that somebody wants. */
  private long lingerMillis() {
    return Math.min(LINGER_MILLIS, 1_000L * front.options().patience().bodySeconds());
  }

  private void ignore(Buffer chunk) {
    ignoredBytes += chunk.length();
    if (ignoredBytes > LINGER_BYTES_MAX) {
      cutOff();
    }
  }

  private void cutOff() {
    if (request.version() == HttpVersion.HTTP_2) {
      response.reset(0);
    } else {
      request.connection().close();
    }
  }

  /** Lets go of an answer that the client does not take. */
  void cutOffIfSlow(long nowNanos) {
    if (!front.isSlow(sendingNanos, nowNanos, held)) {
      return;
    }
    abort(request);
  }

  /** Ends the exchange whatever is still on its way. */
  static void abort(HttpServerRequest request) {
    if (request.version() == HttpVersion.HTTP_2) {
      request.response().reset(0);
    } else {
      EdgeConnections.abort(request.connection());
    }
  }

  private void finish() {
    front.sending().remove(this);
    if (!done) {
      done = true;
      front.load().giveBack(held);
    }
  }
}
