package io.quiver.front.grpc;

import com.google.protobuf.MessageLite;
import io.quiver.bus.QuiverClient;
import io.quiver.front.grpc.v1.VectorDbGrpcService;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.WorkerExecutor;
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
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Serves gRPC over plain HTTP/2 on one event loop; deploy one instance per loop. All instances of
 * one deployment share one port, also when any free port was asked for.
 */
public final class GrpcVerticle extends VerticleBase {
  /** Translations of large messages are pure computing: more threads than cores gain nothing. */
  private static final int POOL_THREADS = Math.max(2, Runtime.getRuntime().availableProcessors());

  private static final int STOP_SECONDS_MAX = 10;
  private static final int CONNECTION_STREAMS_MAX = 1_000;

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
  private WorkerExecutor pool;
  private HealthWatch watch;
  private HttpServer server;

  public GrpcVerticle(GrpcOptions options, QuiverClient client) {
    this.options = options;
    this.client = client;
  }

  @Override
  public Future<?> start() {
    pool = vertx.createSharedWorkerExecutor("quiver-grpc-translate", POOL_THREADS);
    watch = new HealthWatch(vertx, client);
    GrpcServer grpc = grpcServer();
    server =
        vertx
            .createHttpServer(httpOptions())
            .requestHandler(request -> grpc.handle(withEncoding(request)));
    // A negative number is Vert.x's word for a free port that everybody who names it shares: the
    // instances of this deployment, but not the REST front, which says -1.
    return server.listen(options.port() == 0 ? -2 : options.port(), options.host());
  }

  /** Takes no more calls, lets those in flight finish for a bounded time, then closes. */
  @Override
  public Future<?> stop() {
    watch.close();
    return server.shutdown(STOP_SECONDS_MAX, TimeUnit.SECONDS).eventually(pool::close);
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
                VectorDbRpcs.of(client))
            .build());
    grpc.addService(
        bindAll(
                Service.service(
                    ServiceName.create("grpc.health.v1.Health"),
                    HealthProto.getDescriptor().findServiceByName("Health")),
                translator,
                HealthRpcs.of(client))
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
    service.bind(rpc.method(), new UnaryHandler<>(vertx, translator, rpc));
  }

  private HttpServerOptions httpOptions() {
    return new HttpServerOptions()
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
