package io.quiver.front.grpc;

import com.google.protobuf.MessageLite;
import io.quiver.bus.QuiverClient;
import io.quiver.core.ErrorCode;
import io.quiver.front.grpc.v1.VectorDbGrpcService;
import io.quiver.ops.EdgeConnections;
import io.quiver.ops.EdgeLoad;
import io.quiver.ops.EdgeSweep;
import io.quiver.ops.RequestIds;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.WorkerExecutor;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.Http2Settings;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.grpc.common.GrpcHeaderNames;
import io.vertx.grpc.common.ServiceName;
import io.vertx.grpc.health.handler.GrpcHealthWatchV1Handler;
import io.vertx.grpc.health.v1.HealthProto;
import io.vertx.grpc.reflection.ReflectionService;
import io.vertx.grpc.server.GrpcProtocol;
import io.vertx.grpc.server.GrpcServer;
import io.vertx.grpc.server.GrpcServerOptions;
import io.vertx.grpc.server.Service;
import io.vertx.grpc.server.ServiceBuilder;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Serves gRPC over plain HTTP/2 on one event loop; deploy one instance per loop. All instances of
 * one deployment share one port, also when any free port was asked for.
 */
public final class GrpcVerticle extends VerticleBase {
  /** Translations of large messages are pure computing: more threads than cores gain nothing. */
  private static final int POOL_THREADS = Math.max(2, Runtime.getRuntime().availableProcessors());

  /** For calls in flight to be answered, and then for their connections to close. */
  private static final int STOP_SECONDS_MAX = 9;

  private static final int CLOSE_SECONDS_MAX = 1;
  private static final int CONNECTION_STREAMS_MAX = 1_000;

  /** Channels are idle for long, and health watchers silent; but not for ever. */
  private static final int IDLE_SECONDS = 3_600;

  private static final String REFLECTION = "/grpc.reflection.";

  /**
   * A client cancels by resetting a stream, and does so often when its deadlines are tight; one
   * that resets a hundred calls a second for half a minute is shut out.
   */
  private static final int RESETS_MAX = 3_000;

  private static final int RESETS_SECONDS = 30;

  private static final int STREAM_WINDOW_BYTES = 1 << 20;
  private static final int CONNECTION_WINDOW_BYTES = 8 << 20;

  private final GrpcOptions options;
  private final QuiverClient client;
  private final RequestIds ids = new RequestIds();
  private final Set<Arrival> arriving = new LinkedHashSet<>();
  private EdgeLoad load;
  private EdgeConnections connections;
  private Answers answers;
  private OpenCalls open;
  private WorkerExecutor pool;
  private HealthWatch watch;
  private HttpServer server;

  public GrpcVerticle(GrpcOptions options, QuiverClient client) {
    this.options = options;
    this.client = client;
  }

  @Override
  public Future<?> start() {
    load = EdgeLoad.of(vertx, context.deploymentID(), options.bytesInFlightMax());
    connections =
        new EdgeConnections(load, options.connectionsMax(), options.headSeconds(), Buffer::buffer);
    answers = new Answers(load, options.messageSeconds());
    open = new OpenCalls(answers);
    pool = vertx.createSharedWorkerExecutor("quiver-grpc-translate", POOL_THREADS);
    watch = new HealthWatch(vertx, client);
    // Descriptors and their thousand classes take half a second: too long for an event loop.
    return vertx.executeBlocking(this::grpcServer, false).compose(this::listen);
  }

  private Future<?> listen(GrpcServer grpc) {
    server =
        connections
            .server(vertx, httpOptions())
            .requestHandler(request -> onRequest(grpc, request));
    EdgeSweep.start(vertx, this::endWhatIsSlow);
    // A negative number is Vert.x's word for a free port that everybody who names it shares: the
    // instances of this deployment, but not the REST front, which says -1.
    return server.listen(options.port() == 0 ? -2 : options.port(), options.host());
  }

  /** Takes no more calls, lets those in flight be answered for a bounded time, then closes. */
  @Override
  public Future<?> stop() {
    watch.close();
    EdgeLoad.forget(vertx, context.deploymentID());
    return open.drain()
        .timeout(STOP_SECONDS_MAX, TimeUnit.SECONDS)
        .eventually(() -> server.shutdown(CLOSE_SECONDS_MAX, TimeUnit.SECONDS))
        .otherwiseEmpty()
        .eventually(pool::close);
  }

  /** The bound port; only after the start. */
  public int actualPort() {
    return server.actualPort();
  }

  private GrpcServer grpcServer() {
    GrpcServerOptions grpcOptions =
        new GrpcServerOptions()
            .setMaxMessageSize(options.messageBytesMax())
            .removeEnabledProtocol(GrpcProtocol.WEB)
            .removeEnabledProtocol(GrpcProtocol.WEB_TEXT)
            .removeEnabledProtocol(GrpcProtocol.TRANSCODING);
    GrpcServer grpc = GrpcServer.server(vertx, grpcOptions);
    Translator translator = new Translator(pool, options.messageBytesMax());
    grpc.addService(
        bindAll(
                Service.service(
                    VectorDbGrpcService.SERVICE_NAME, VectorDbGrpcService.SERVICE_DESCRIPTOR),
                translator,
                VectorDbRpcs.of())
            .build());
    grpc.addService(
        bindAll(
                Service.service(
                    ServiceName.create("grpc.health.v1.Health"),
                    HealthProto.getDescriptor().findServiceByName("Health")),
                translator,
                HealthRpcs.of())
            .bind(GrpcHealthWatchV1Handler.SERVICE_METHOD, watch)
            .build());
    return grpc.addService(ReflectionService.v1());
  }

  private ServiceBuilder bindAll(
      ServiceBuilder service, Translator translator, List<Rpc<?, ?, ?, ?>> rpcs) {
    rpcs.forEach(rpc -> bind(service, translator, rpc));
    return service;
  }

  private <Q, M, A, R extends MessageLite> void bind(
      ServiceBuilder service, Translator translator, Rpc<Q, M, A, R> rpc) {
    service.bind(rpc.method(), new UnaryHandler<>(vertx, client, answers, ids, translator, rpc));
  }

  private void onRequest(GrpcServer grpc, HttpServerRequest request) {
    if (connections.isSurplus(request.connection())) {
      String surplus = "too many connections: max=" + options.connectionsMax();
      refuse(request, ErrorCode.OVERLOADED, surplus)
          .onComplete(sent -> request.connection().shutdown(CLOSE_SECONDS_MAX, TimeUnit.SECONDS));
    } else if (open.isStopping()) {
      refuse(request, ErrorCode.UNAVAILABLE, "the server is stopping");
    } else if (request.path() != null && request.path().startsWith(REFLECTION)) {
      open.converse(request);
      grpc.handle(withEncoding(request));
    } else {
      grpc.handle(withEncoding(new Arrival(request, load, open, arriving)));
    }
  }

  /** Trailers without a message, as gRPC over HTTP/2 has them; nothing of the call is read. */
  private static Future<Void> refuse(HttpServerRequest request, ErrorCode code, String why) {
    return request
        .response()
        .putHeader("content-type", "application/grpc")
        .putHeader("grpc-status", String.valueOf(Statuses.of(code).code))
        .putHeader("grpc-message", why)
        .putHeader("quiver-code", code.name())
        .end();
  }

  private void endWhatIsSlow(long nowNanos) {
    connections.cutLate(nowNanos);
    open.look(nowNanos);
    answers.cutSlow(nowNanos);
    for (Arrival call : List.copyOf(arriving)) {
      call.refuseIfSlow(nowNanos, options.messageSeconds());
    }
  }

  private HttpServerOptions httpOptions() {
    HttpServerOptions http = new HttpServerOptions();
    http.setTcpKeepAlive(true).setIdleTimeout(IDLE_SECONDS).setIdleTimeoutUnit(TimeUnit.SECONDS);
    return http.setPerFrameWebSocketCompressionSupported(false)
        .setPerMessageWebSocketCompressionSupported(false)
        .setHttp2RstFloodMaxRstFramePerWindow(RESETS_MAX)
        .setHttp2RstFloodWindowDuration(RESETS_SECONDS)
        .setHttp2RstFloodWindowDurationTimeUnit(TimeUnit.SECONDS)
        .setHttp2ConnectionWindowSize(CONNECTION_WINDOW_BYTES)
        .setInitialSettings(
            new Http2Settings()
                .setMaxConcurrentStreams(CONNECTION_STREAMS_MAX)
                .setInitialWindowSize(STREAM_WINDOW_BYTES));
  }

  /**
   * A message flagged as compressed in a call that names no encoding makes the library throw out of
   * its reader and leaves the caller without an answer; with the encoding named it reaches us.
   */
  private static HttpServerRequest withEncoding(HttpServerRequest request) {
    if (!request.headers().contains(GrpcHeaderNames.GRPC_ENCODING)) {
      request.headers().set(GrpcHeaderNames.GRPC_ENCODING, "identity");
    }
    return request;
  }
}
