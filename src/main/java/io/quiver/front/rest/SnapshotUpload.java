package io.quiver.front.rest;

import io.quiver.bus.QuiverClient;
import io.quiver.core.ErrorCode;
import io.quiver.core.QuiverException;
import io.quiver.message.FileBytes;
import io.quiver.message.PublishSnapshot;
import io.quiver.message.UploadSnapshot;
import io.quiver.message.UploadState;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.util.Arrays;
import java.util.Optional;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * Takes a snapshot, or a part of one: the client is read from only as fast as the disk stores what
 * came. When nothing is missing it is verified and published. Confined to the request's event loop;
 * decompression leaves it.
 */
final class SnapshotUpload implements Paced {
  private static final int PART_BYTES = 512 << 10;

  /** A part, and what had come when reading stopped. */
  private static final int HELD_BYTES = 2 * PART_BYTES;

  private final Front front;
  private final HttpServerRequest request;
  private final QuiverClient client;
  private final Call call;
  private final Promise<UploadState> stored = Promise.promise();
  private Optional<Inflater> inflater = Optional.empty();
  private Buffer waiting = Buffer.buffer();
  private long offset;
  private long waitingNanos;
  private boolean isStoring;
  private boolean isEnded;
  private boolean isLate;

  SnapshotUpload(Front front, HttpServerRequest request, QuiverClient client, Call call) {
    this.front = front;
    this.request = request;
    this.client = client;
    this.call = call;
    this.offset = call.longParameter("offset", 0);
  }

  /** Whether the client was too slow. */
  boolean isLate() {
    return isLate;
  }

  /** Completes with the answer; what was stored before a failure stays, for who goes on. */
  Future<Answer> run() {
    call.collection();
    call.snapshot();
    boolean isDeflated = MediaType.isDeflated(request.headers());
    if (!front.load().tryTake(HELD_BYTES)) {
      throw BodyReader.overloaded();
    }
    if (isDeflated) {
      inflater = Optional.of(new Inflater());
    }
    if ("100-continue".equalsIgnoreCase(request.getHeader(HttpHeaders.EXPECT))) {
      request.response().writeContinue();
    }
    request.handler(this::append);
    request.endHandler(ended -> end());
    request.exceptionHandler(broken ->
        stop(
            QuiverException.invalid("body", "a whole body in HTTP's own framing", "a broken one")));
    await();
    return stored.future().onComplete(done -> release()).compose(this::publish);
  }

  private void release() {
    front.paced().remove(this);
    front.load().giveBack(HELD_BYTES);
    waiting = Buffer.buffer();
    inflater.ifPresent(Inflater::end);
    inflater = Optional.empty();
  }

  /** From here on it is the client who is waited for. */
  private void await() {
    waitingNanos = System.nanoTime();
    front.paced().add(this);
  }

  private void append(Buffer chunk) {
    if (stored.future().isComplete()) {
      return;
    }
    waiting.appendBuffer(chunk);
    if (waiting.length() >= PART_BYTES) {
      request.pause();
      store();
    }
  }

  private void end() {
    isEnded = true;
    store();
  }

  private void store() {
    if (isStoring || stored.future().isComplete()) {
      return;
    }
    isStoring = true;
    front.paced().remove(this);
    Buffer part = waiting;
    waiting = Buffer.buffer();
    (inflater.isPresent() ? inflated(part) : put(part.getBytes()))
        .onComplete(done -> {
          isStoring = false;
          if (done.failed()) {
            stop(done.cause());
          } else if (isEnded && waiting.length() == 0) {
            stored.tryComplete(done.result());
          } else if (isEnded) {
            store();
          } else {
            await();
            request.resume();
          }
        });
  }

  private Future<UploadState> put(byte[] bytes) {
    return client
        .upload(
            new UploadSnapshot(call.collection(), call.snapshot(), offset, FileBytes.owning(bytes)))
        .onSuccess(state -> offset = state.receivedBytes());
  }

  /** A part may become much longer: no more of it than a message holds at a time. */
  private Future<UploadState> inflated(Buffer part) {
    Inflater from = inflater.orElseThrow();
    from.setInput(part.getBytes());
    return inflateOn(from);
  }

  private Future<UploadState> inflateOn(Inflater from) {
    return front
        .workers()
        .executeBlocking(() -> inflate(from), false)
        .compose(this::put)
        .compose(
            state -> from.needsInput() || from.finished() ? ended(from, state) : inflateOn(from));
  }

  private Future<UploadState> ended(Inflater from, UploadState state) {
    boolean isCut = isEnded && waiting.length() == 0 && !from.finished();
    return isCut || (from.finished() && from.getRemaining() > 0)
        ? Future.failedFuture(
            QuiverException.invalid("body", "a whole deflated body", "another one"))
        : Future.succeededFuture(state);
  }

  private static byte[] inflate(Inflater from) {
    byte[] some = new byte[PART_BYTES];
    try {
      int count = from.inflate(some);
      return Arrays.copyOf(some, count);
    } catch (DataFormatException e) {
      throw QuiverException.invalid("body", "a deflated body", String.valueOf(e.getMessage()));
    }
  }

  private Future<Answer> publish(UploadState state) {
    if (!state.isWhole()) {
      return Future.succeededFuture(SnapshotEndpoints.uploaded(state, Optional.empty()));
    }
    return client
        .publish(new PublishSnapshot(call.collection(), call.snapshot()))
        .map(info -> SnapshotEndpoints.uploaded(state, Optional.of(info)));
  }

  @Override
  public void abandonIfSlow(long nowNanos) {
    if (front.isSlow(waitingNanos, nowNanos, waiting.length())) {
      isLate = true;
      stop(new QuiverException(ErrorCode.DEADLINE_EXCEEDED, "the body came too slowly"));
    }
  }

  private void stop(Throwable why) {
    stored.tryFail(why);
    if (!isEnded) {
      request.resume(); // What still comes is not looked at.
    }
  }
}
