package io.quiver.front.rest;

import io.quiver.bus.QuiverClient;
import io.quiver.core.QuiverException;
import io.quiver.message.ReadSnapshot;
import io.quiver.message.SnapshotPart;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.io.ByteArrayOutputStream;
import java.util.Optional;
import java.util.zip.Deflater;

/**
 * Sends a snapshot: a part is read when the client has taken the one before. Whole, from an offset
 * (a {@code Range}, or the parameter {@code offset}), or deflated from an offset. Confined to the
 * request's event loop; compression leaves it.
 */
final class SnapshotDownload implements Paced {
  static final int PART_BYTES = 512 << 10;

  private static final int PARTIAL_CONTENT = 206;
  private static final int RANGE_NOT_SATISFIABLE = 416;

  private final Front front;
  private final HttpServerRequest request;
  private final HttpServerResponse response;
  private final Call call;
  private final boolean isDeflated;
  private final long offset;
  private Optional<Deflater> deflater = Optional.empty();
  private String checksum = "";
  private long at;
  private long end;
  private long sendingNanos;
  private int sendingBytes;

  SnapshotDownload(Front front, HttpServerRequest request, Call call) {
    this.front = front;
    this.request = request;
    this.response = request.response();
    this.call = call;
    this.isDeflated = isDeflated(call.parameter("compression", "none"));
    this.offset = call.longParameter("offset", 0);
  }

  private static boolean isDeflated(String word) {
    return switch (word) {
      case "none" -> false;
      case "deflate" -> true;
      default -> throw QuiverException.invalid("compression", "none or deflate", word);
    };
  }

  /** Completes when the answer was sent; fails before its head with what to answer instead. */
  Future<Void> run(QuiverClient client) {
    return client.read(part(0, 0)).compose(head -> begin(client, head));
  }

  private ReadSnapshot part(long from, int length) {
    return new ReadSnapshot(call.collection(), call.snapshot(), checksum, from, length);
  }

  private Future<Void> begin(QuiverClient client, SnapshotPart head) {
    if (offset > head.totalBytes()) {
      throw QuiverException.invalid("offset", "at most " + head.totalBytes(), offset);
    }
    checksum = head.checksum();
    String tag = "\"" + checksum + "\"";
    ByteRange range = range(head.totalBytes(), tag);
    at = range.from();
    end = range.end();
    response.putHeader(HttpHeaders.CONTENT_TYPE, "application/octet-stream");
    response.putHeader(HttpHeaders.ETAG, tag);
    response.putHeader("X-Snapshot-Bytes", String.valueOf(head.totalBytes()));
    if (range.isUnsatisfiable()) {
      response.setStatusCode(RANGE_NOT_SATISFIABLE);
      response.putHeader(HttpHeaders.CONTENT_RANGE, "bytes */" + head.totalBytes());
      return response.end();
    }
    if (range.isPartial()) {
      response.setStatusCode(PARTIAL_CONTENT);
      String sent = "bytes %d-%d/%d".formatted(at, end - 1, head.totalBytes());
      response.putHeader(HttpHeaders.CONTENT_RANGE, sent);
    }
    if (isDeflated) {
      response.putHeader(HttpHeaders.CONTENT_ENCODING, "deflate").setChunked(true);
    } else {
      response.putHeader(HttpHeaders.ACCEPT_RANGES, "bytes");
      response.putHeader(HttpHeaders.CONTENT_LENGTH, String.valueOf(end - at));
    }
    return request.method().equals(HttpMethod.HEAD) ? response.end() : stream(client);
  }

  /** Of what is compressed on the way there are no ranges: who goes on says {@code offset}. */
  private ByteRange range(long total, String tag) {
    String said = request.getHeader("Range");
    String ifRange = request.getHeader("If-Range");
    boolean isOld = ifRange != null && !ifRange.equals(tag);
    return said == null || isDeflated || isOld || offset > 0
        ? ByteRange.whole(offset, total)
        : ByteRange.of(said, total);
  }

  private Future<Void> stream(QuiverClient client) {
    if (isDeflated) {
      deflater = Optional.of(new Deflater(Deflater.BEST_SPEED));
    }
    front.load().take(PART_BYTES);
    return next(client)
        .eventually(() -> {
          front.paced().remove(this);
          front.load().giveBack(PART_BYTES);
          deflater.ifPresent(Deflater::end);
          return Future.succeededFuture();
        });
  }

  private Future<Void> next(QuiverClient client) {
    if (response.closed()) {
      return Future.succeededFuture();
    }
    if (at == end) {
      return deflated(Buffer.buffer()).compose(response::end);
    }
    int length = (int) Math.min(PART_BYTES, end - at);
    return client
        .read(part(at, length))
        .compose(part -> {
          at += part.bytes().size();
          return deflated(Buffer.buffer(part.bytes().toArray()));
        })
        .compose(this::write)
        .compose(written -> next(client));
  }

  private Future<Buffer> deflated(Buffer plain) {
    return deflater
        .map(one -> front.workers().executeBlocking(() -> deflate(one, plain), false))
        .orElse(Future.succeededFuture(plain));
  }

  /** An empty part ends it. */
  private static Buffer deflate(Deflater deflater, Buffer plain) {
    deflater.setInput(plain.getBytes());
    if (plain.length() == 0) {
      deflater.finish();
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    byte[] some = new byte[64 << 10];
    int count;
    do {
      count = deflater.deflate(some, 0, some.length, Deflater.SYNC_FLUSH);
      out.write(some, 0, count);
    } while (count == some.length || (plain.length() == 0 && !deflater.finished()));
    return Buffer.buffer(out.toByteArray());
  }

  /** Completes when the client's side of the connection has room for more. */
  private Future<Void> write(Buffer buffer) {
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
