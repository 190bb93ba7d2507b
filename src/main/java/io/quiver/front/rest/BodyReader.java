package io.quiver.front.rest;

import io.quiver.core.ErrorCode;
import io.quiver.core.QuiverException;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Collects one request body within the bounds: its own size, what all requests hold together, and
 * the time it may take. Confined to the request's event loop.
 */
final class BodyReader {
  private static final int FIRST_BYTES = 16 << 10;

  /** To double 32 MiB takes an event loop 100 ms: new memory has to be cleared, page by page. */
  private static final int SEGMENT_BYTES = 1 << 20;

  private final Front front;
  private final HttpServerRequest request;
  private final Promise<BodyReader> whole = Promise.promise();
  private final long startedNanos = System.nanoTime();
  private final long declared;
  private final List<byte[]> full = new ArrayList<>();
  private byte[] segment = {};
  private int filled;
  private int length;
  private boolean done;
  private boolean late;

  /**
   * A reader that has not begun.
   *
   * @param declared the Content-Length, or −1 when the body is chunked
   */
  BodyReader(Front front, HttpServerRequest request, long declared) {
    this.front = front;
    this.request = request;
    this.declared = declared;
  }

  /** Completes with this reader when the body is there; fails with a QuiverException otherwise. */
  Future<BodyReader> read() {
    front.bodies().add(this);
    request.handler(this::append);
    request.endHandler(end -> finish(null));
    request.exceptionHandler(this::broken);
    return whole.future();
  }

  /**
   * The body as one array, of which {@link #length} bytes count. Takes its time if the body is
   * large: then not on the event loop.
   */
  byte[] bytes() {
    if (full.isEmpty()) {
      return segment;
    }
    byte[] whole = new byte[length];
    int offset = 0;
    for (byte[] each : full) {
      System.arraycopy(each, 0, whole, offset, each.length);
      offset += each.length;
    }
    System.arraycopy(segment, 0, whole, offset, filled);
    return whole;
  }

  /** How many bytes came, and how many the load counts for this body. */
  int length() {
    return length;
  }

  /** Fails if the body comes too slowly. */
  void abandonIfSlow(long nowNanos) {
    if (front.isSlow(startedNanos, nowNanos, length)) {
      late = true;
      finish(new QuiverException(ErrorCode.DEADLINE_EXCEEDED, "the body came too slowly"));
    }
  }

  /** Whether it failed because it came too slowly. */
  boolean isLate() {
    return late;
  }

  static QuiverException tooLarge(int max, String got) {
    return new QuiverException(
        ErrorCode.PAYLOAD_TOO_LARGE,
        "body too large: want<=" + max + " got=" + got,
        Map.of("field", "body", "expected", "at most " + max + " bytes", "got", got));
  }

  static QuiverException overloaded() {
    return new QuiverException(
        ErrorCode.OVERLOADED, "too many bytes in flight; try again in a moment");
  }

  private void append(Buffer chunk) {
    int max = front.options().bodyBytesMax();
    if (done) {
      return;
    }
    if (length + (long) chunk.length() > max) {
      finish(tooLarge(max, "more than " + max + " bytes"));
    } else if (!front.load().tryTake(chunk.length())) {
      finish(overloaded());
    } else {
      keep(chunk);
    }
  }

  private void keep(Buffer chunk) {
    int kept = 0;
    while (kept < chunk.length()) {
      if (filled == segment.length) {
        grow();
      }
      int part = Math.min(chunk.length() - kept, segment.length - filled);
      chunk.getBytes(kept, kept + part, segment, filled);
      filled += part;
      kept += part;
    }
    length += kept;
  }

  /** Memory follows what really came, not what the client announced. */
  private void grow() {
    if (segment.length < SEGMENT_BYTES) {
      int doubled = Math.max(FIRST_BYTES, 2 * segment.length);
      segment =
          Arrays.copyOf(segment, declared > filled ? (int) Math.min(declared, doubled) : doubled);
    } else {
      full.add(segment);
      segment = new byte[SEGMENT_BYTES];
      filled = 0;
    }
  }

  /** Chunks that are none, or a client that went away: no fault of ours, so nothing for the log. */
  private void broken(Throwable cause) {
    finish(QuiverException.invalid("body", "a whole body in HTTP's own framing", "a broken one"));
  }

  private void finish(Throwable error) {
    if (done) {
      return;
    }
    done = true;
    front.bodies().remove(this);
    if (error == null) {
      whole.complete(this);
    } else {
      full.clear();
      segment = new byte[0];
      whole.fail(error);
    }
  }
}
