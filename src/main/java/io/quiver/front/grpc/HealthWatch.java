package io.quiver.front.grpc;

import io.quiver.bus.QuiverClient;
import io.quiver.core.ErrorCode;
import io.quiver.core.QuiverException;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.grpc.common.GrpcMessage;
import io.vertx.grpc.health.handler.GrpcHealthWatchV1Handler;
import io.vertx.grpc.health.v1.HealthCheckRequest;
import io.vertx.grpc.health.v1.HealthCheckResponse;
import io.vertx.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.vertx.grpc.server.GrpcServerRequest;
import io.vertx.grpc.server.GrpcServerResponse;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The stream {@code grpc.health.v1.Health/Watch}: the status now, then each change. While anybody
 * watches, the node is asked once a second for all of them. Belongs to one event loop.
 */
final class HealthWatch
    implements Handler<GrpcServerRequest<HealthCheckRequest, HealthCheckResponse>> {
  private static final long PERIOD_MILLIS = 1_000;
  private static final int WATCHERS_MAX = 256;
  private static final int REQUEST_BYTES_MAX = 1 << 16;

  private final Vertx vertx;
  private final QuiverClient client;
  private final Map<GrpcServerResponse<HealthCheckRequest, HealthCheckResponse>, ServingStatus>
      watchers = new HashMap<>();
  private long timer = -1;

  HealthWatch(Vertx vertx, QuiverClient client) {
    this.vertx = vertx;
    this.client = client;
  }

  @Override
  public void handle(GrpcServerRequest<HealthCheckRequest, HealthCheckResponse> request) {
    request.errorHandler(error -> remove(request.response()));
    request.exceptionHandler(error -> endEarly(error, request.response()));
    request.messageHandler(message -> watch(message, request.response()));
  }

  /** Ends every stream. */
  void close() {
    List.copyOf(watchers.keySet())
        .forEach(watcher -> {
          remove(watcher);
          Statuses.send(
              watcher, new QuiverException(ErrorCode.UNAVAILABLE, "the server is stopping"));
        });
  }

  private void watch(
      GrpcMessage message, GrpcServerResponse<HealthCheckRequest, HealthCheckResponse> watcher) {
    if (watchers.containsKey(watcher)) {
      return;
    }
    try {
      HealthCheckRequest asked =
          Payloads.parse(GrpcHealthWatchV1Handler.SERVICE_METHOD, message, REQUEST_BYTES_MAX);
      if (watchers.size() >= WATCHERS_MAX) {
        throw new QuiverException(
            ErrorCode.OVERLOADED, "too many health watchers: max=" + WATCHERS_MAX);
      }
      if (HealthRpcs.isKnown(asked.getService())) {
        watchers.put(watcher, ServingStatus.UNKNOWN);
        startTimer();
        poll();
      } else {
        // The protocol keeps the stream open, for the service might appear; here none ever does.
        watchers.put(watcher, ServingStatus.SERVICE_UNKNOWN);
        watcher.write(HealthRpcs.reply(ServingStatus.SERVICE_UNKNOWN));
      }
    } catch (QuiverException e) {
      Statuses.send(watcher, e);
    }
  }

  /** The watcher went away, or was refused before its message was there. */
  private void endEarly(
      Throwable cause, GrpcServerResponse<HealthCheckRequest, HealthCheckResponse> watcher) {
    remove(watcher);
    if (cause instanceof QuiverException error) {
      Statuses.send(watcher, error);
    }
  }

  private void poll() {
    HealthRpcs.status(client)
        .onSuccess(status ->
            watchers.replaceAll((watcher, last) -> {
              if (last != ServingStatus.SERVICE_UNKNOWN
                  && last != status
                  && !watcher.writeQueueFull()) {
                watcher.write(HealthRpcs.reply(status));
                return status;
              }
              return last;
            }));
  }

  private void startTimer() {
    if (timer < 0) {
      timer = vertx.setPeriodic(PERIOD_MILLIS, tick -> poll());
    }
  }

  private void remove(GrpcServerResponse<HealthCheckRequest, HealthCheckResponse> watcher) {
    watchers.remove(watcher);
    if (watchers.isEmpty() && timer >= 0) {
      vertx.cancelTimer(timer);
      timer = -1;
    }
  }
}
