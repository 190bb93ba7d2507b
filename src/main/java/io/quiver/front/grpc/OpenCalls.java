package io.quiver.front.grpc;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.http.HttpServerRequest;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The streams of one instance that are open, and what a stop makes of them: calls are waited for,
 * conversations are ended.
 *
 * <p>No farewell (GOAWAY) is sent before the last call is answered. After it Netty takes every
 * further call for a fault of the connection and closes it, and answers that are still due are lost
 * with it; and Vert.x' client takes every call that ends after it for failed.
 *
 * <p>Confined to the event loop of its instance.
 */
final class OpenCalls {
  /** What the protocol calls a stream that the server gave up (RFC 9113, section 7). */
  static final long CANCEL = 0x8;

  private final Set<Arrival> calls = new HashSet<>();
  private final Set<HttpServerRequest> conversations = new HashSet<>();
  private final Answers answers;
  private final Promise<Void> answered = Promise.promise();
  private boolean stopping;

  /** None yet; {@code answers} are those of the same calls. */
  OpenCalls(Answers answers) {
    this.answers = answers;
  }

  /** A call that ends with its answer; {@link #remove} says when. */
  void add(Arrival call) {
    calls.add(call);
  }

  /** The stream of this call is closed. */
  void remove(Arrival call) {
    calls.remove(call);
    look();
  }

  /** A stream that is open for as long as its client likes. */
  void converse(HttpServerRequest request) {
    conversations.add(request);
    request.response().closeHandler(closed -> conversations.remove(request));
  }

  /** Whether new calls are to be refused. */
  boolean isStopping() {
    return stopping;
  }

  /** Ends the conversations; completes when the calls that are open are answered. */
  Future<Void> drain() {
    stopping = true;
    List.copyOf(conversations).forEach(each -> each.response().reset(CANCEL));
    look();
    return answered.future();
  }

  /** Resets calls whose answers are not taken; to be called every now and then. */
  void look(long nowNanos) {
    List.copyOf(calls).forEach(call -> call.resetIfUntaken(nowNanos, answers));
    look();
  }

  /**
   * Completes the drain if every call is answered. A stream may outlive its answer: it ends when
   * its caller, too, has said so.
   */
  private void look() {
    if (stopping && answers.allSent() && calls.stream().allMatch(call -> call.response().ended())) {
      answered.tryComplete();
    }
  }
}
