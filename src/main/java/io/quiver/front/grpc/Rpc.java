package io.quiver.front.grpc;

import com.google.protobuf.MessageLite;
import io.quiver.bus.QuiverClient;
import io.vertx.core.Future;
import io.vertx.grpc.common.ServiceMethod;

/**
 * One unary rpc: reads a protobuf request, asks the house, writes a protobuf reply; decides
 * nothing.
 *
 * @param <Q> protobuf request
 * @param <M> what is asked, as a message of the house
 * @param <A> what the house answers
 * @param <R> protobuf reply
 * @param read refuses what is wrong; runs off the event loop for large requests
 * @param ask runs on the event loop and does not block
 * @param write runs off the event loop when {@code heavy} says so
 * @param heavy whether an answer takes long to translate
 */
record Rpc<Q, M, A, R extends MessageLite>(
    ServiceMethod<Q, R> method,
    Reader<Q, M> read,
    Asker<M, A> ask,
    Writer<M, A, R> write,
    Heavy<A> heavy) {

  /** From protobuf to a message of the house. */
  @FunctionalInterface
  interface Reader<Q, M> {
    /**
     * Translates.
     *
     * @param deadlineMillis time the client waits, from now; 0 = for ever
     */
    M read(Q request, long deadlineMillis);
  }

  /** Puts the message to the house. */
  @FunctionalInterface
  interface Asker<M, A> {
    /**
     * Asks.
     *
     * @param client the house, on the ticket of the call
     */
    Future<A> ask(QuiverClient client, M message);
  }

  /** From the house's answer to protobuf. */
  @FunctionalInterface
  interface Writer<M, A, R> {
    /**
     * Translates.
     *
     * @param elapsedNanos from the whole request to the answer
     */
    R write(M asked, A answer, long elapsedNanos);
  }

  /** Whether an answer takes long to translate. */
  @FunctionalInterface
  interface Heavy<A> {
    boolean test(A answer);
  }

  /** An rpc whose answers are small. */
  static <Q, M, A, R extends MessageLite> Rpc<Q, M, A, R> of(
      ServiceMethod<Q, R> method, Reader<Q, M> read, Asker<M, A> ask, Writer<M, A, R> write) {
    return new Rpc<>(method, read, ask, write, answer -> false);
  }

  /** The same with answers that may be large. */
  Rpc<Q, M, A, R> heavyWhen(Heavy<A> test) {
    return new Rpc<>(method, read, ask, write, test);
  }
}
