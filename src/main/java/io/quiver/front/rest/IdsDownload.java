package io.quiver.front.rest;

import io.quiver.bus.QuiverClient;
import io.quiver.core.Limits;
import io.quiver.core.VectorId;
import io.quiver.message.ScrollRows;
import io.quiver.message.ScrolledRows;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.Optional;

/**
 * Sends all ids of a collection, a JSON string a line: a page is read when the client has taken the
 * one before, in the order of scrolls. Confined to the request's event loop.
 */
final class IdsDownload implements Paced {
  private static final int PAGE_IDS = 1_000;

  /** About what one page holds: ids of the longest kind. */
  private static final int PAGE_BYTES = PAGE_IDS * (Limits.ID_BYTES_MAX + 3);

  private final Front front;
  private final HttpServerRequest request;
  private final HttpServerResponse response;
  private final Call call;
  private long sendingNanos;
  private int sendingBytes;

  IdsDownload(Front front, HttpServerRequest request, Call call) {
    this.front = front;
    this.request = request;
    this.response = request.response();
    this.call = call;
  }

  /** Completes when all was sent; fails before its head with what to answer instead. */
  Future<Void> run(QuiverClient client) {
    return page(client, Optional.empty()).compose(first -> begin(client, first));
  }

  private Future<ScrolledRows> page(QuiverClient client, Optional<VectorId> after) {
    return client.scroll(new ScrollRows(call.collection(), after, PAGE_IDS, false, false));
  }

  private Future<Void> begin(QuiverClient client, ScrolledRows first) {
    response.putHeader(HttpHeaders.CONTENT_TYPE, "application/x-ndjson").setChunked(true);
    if (request.method().equals(HttpMethod.HEAD)) {
      return response.end();
    }
    front.load().take(PAGE_BYTES);
    Promise<Void> done = Promise.promise();
    send(client, first, done);
    return done.future()
        .eventually(() -> {
          front.paced().remove(this);
          front.load().giveBack(PAGE_BYTES);
          return Future.succeededFuture();
        });
  }

  /** One page; the next begins when this one was taken, so neither stack nor heap grows. */
  private void send(QuiverClient client, ScrolledRows page, Promise<Void> done) {
    if (response.closed()) {
      done.complete();
      return;
    }
    write(lines(page))
        .compose(taken ->
            page.next().isPresent() && !response.closed()
                ? page(client, page.next())
                : Future.succeededFuture())
        .onComplete((next, error) -> {
          if (error != null) {
            done.fail(error);
          } else if (next == null) {
            end(done);
          } else {
            send(client, next, done);
          }
        });
  }

  private void end(Promise<Void> done) {
    if (response.closed()) {
      done.complete();
    } else {
      response.end().onComplete(done);
    }
  }

  private Buffer lines(ScrolledRows page) {
    Buffer lines = Buffer.buffer();
    JsonWriter writer = new JsonWriter();
    page.rows()
        .forEach(row ->
            lines.appendBuffer(writer.value(row.id().value()).finish()).appendByte((byte) '\n'));
    return lines;
  }

  /** Completes when the client's side of the connection has room for more. */
  private Future<Void> write(Buffer buffer) {
    if (buffer.length() == 0) {
      return Future.succeededFuture();
    }
    sendingNanos = System.nanoTime();
    sendingBytes = buffer.length();
    front.paced().add(this);
    return response.write(buffer).onComplete(written -> front.paced().remove(this));
  }

  @Override
  public void abandonIfSlow(long nowNanos) {
    if (front.isSlow(sendingNanos, nowNanos, sendingBytes)) {
      front.paced().remove(this);
      Exchange.abort(request);
    }
  }
}
