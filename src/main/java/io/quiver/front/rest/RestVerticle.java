package io.quiver.front.rest;

import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.quiver.bus.QuiverClient;
import io.quiver.core.QuiverException;
import io.quiver.ops.EdgeConnections;
import io.quiver.ops.EdgeLoad;
import io.quiver.ops.EdgeSweep;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.util.concurrent.TimeUnit;

/**
 * Serves REST over HTTP/1.1 and plain HTTP/2 on one event loop; deploy one instance per loop. All
 * instances of one deployment share one port, also when any free port was asked for, and one bound
 * on what they hold together.
 */
public final class RestVerticle extends VerticleBase {
  private static final int WORKERS = Math.max(2, Runtime.getRuntime().availableProcessors());
  private static final int STOP_SECONDS_MAX = 10;
  private static final int REQUEST_LINE_BYTES_MAX = 8 << 10;
  private static final int HEADER_BYTES_MAX = 16 << 10;
  private static final int CHUNK_BYTES_MAX = 64 << 10;

  private final RestOptions options;
  private final QuiverClient client;
  private EdgeConnections connections;
  private Front front;
  private HttpServer server;

  public RestVerticle(RestOptions options, QuiverClient client) {
    this.options = options;
    this.client = client;
  }

  @Override
  public Future<?> start() {
    EdgeLoad load = EdgeLoad.of(vertx, context.deploymentID(), options.bytesInFlightMax());
    front =
        new Front(
            vertx,
            options,
            client,
            load,
            vertx.createSharedWorkerExecutor("quiver-rest-json", WORKERS));
    connections =
        new EdgeConnections(
            load,
            options.connectionsMax(),
            options.patience().headSeconds(),
            () -> LateHead.answer(front));
    EdgeSweep.start(vertx, this::endWhatIsSlow);
    server =
        connections
            .server(vertx, httpOptions())
            .invalidRequestHandler(this::onInvalidRequest)
            .requestHandler(this::onRequest);
    // Minus one is Vert.x's word for a free port that the instances of a deployment share.
    return server.listen(options.port() == 0 ? -1 : options.port(), options.host());
  }

  /** Takes no more requests, lets those in flight finish for a bounded time, then closes. */
  @Override
  public Future<?> stop() {
    EdgeLoad.forget(vertx, context.deploymentID());
    return server.shutdown(STOP_SECONDS_MAX, TimeUnit.SECONDS).eventually(front.workers()::close);
  }

  /** The bound port; only after the start. */
  public int actualPort() {
    return server.actualPort();
  }

  private HttpServerOptions httpOptions() {
    HttpServerOptions http = new HttpServerOptions();
    http.setIdleTimeout(options.patience().idleSeconds()).setIdleTimeoutUnit(TimeUnit.SECONDS);
    http.setTcpNoDelay(true).setReuseAddress(true);
    return http.setMaxInitialLineLength(REQUEST_LINE_BYTES_MAX)
        .setMaxHeaderSize(HEADER_BYTES_MAX)
        .setMaxChunkSize(CHUNK_BYTES_MAX)
        // A compressed body could grow without bound: it is refused with 415 instead.
        .setDecompressionSupported(false)
        .setHandle100ContinueAutomatically(false)
        // No WebSockets here; their handler breaks connections that pipeline 128 requests.
        .setPerFrameWebSocketCompressionSupported(false)
        .setPerMessageWebSocketCompressionSupported(false);
  }

  private void endWhatIsSlow(long nowNanos) {
    connections.cutLate(nowNanos);
    front.abandonSlow(nowNanos);
  }

  private void onRequest(HttpServerRequest request) {
    Exchange exchange = new Exchange(front, request);
    if (connections.isSurplus(request.connection())) {
      exchange.refuseConnection(options.connectionsMax());
    } else {
      exchange.start();
    }
  }

  /** What Netty could not read as a request still gets an answer in our envelope. */
  private void onInvalidRequest(HttpServerRequest request) {
    Throwable cause = request.decoderResult().cause();
    if (cause instanceof TooLongHttpLineException) {
      refuse(request, 414, "request line", REQUEST_LINE_BYTES_MAX);
    } else if (cause instanceof TooLongHttpHeaderException) {
      refuse(request, 431, "headers", HEADER_BYTES_MAX);
    } else {
      new Exchange(front, request)
          .refuseRequest(400, QuiverException.invalid("request", "HTTP/1.1", "something else"));
    }
  }

  private void refuse(HttpServerRequest request, int status, String field, int bytesMax) {
    new Exchange(front, request)
        .refuseRequest(
            status, QuiverException.invalid(field, "at most " + bytesMax + " bytes", "more"));
  }
}
