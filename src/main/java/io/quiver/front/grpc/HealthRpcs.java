package io.quiver.front.grpc;

import io.quiver.bus.QuiverClient;
import io.quiver.core.ErrorCode;
import io.quiver.core.QuiverException;
import io.quiver.front.grpc.v1.VectorDbGrpcService;
import io.quiver.message.HealthReport;
import io.vertx.core.Future;
import io.vertx.grpc.health.handler.GrpcHealthCheckV1Handler;
import io.vertx.grpc.health.handler.GrpcHealthListV1Handler;
import io.vertx.grpc.health.v1.HealthCheckResponse;
import io.vertx.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.vertx.grpc.health.v1.HealthListResponse;
import java.util.List;
import java.util.Map;

/**
 * {@code grpc.health.v1.Health} from the node's own report. The whole server, named by the empty
 * string, serves when the node is ready: the ready-made service says so always.
 */
final class HealthRpcs {
  static final String WHOLE_SERVER = "";
  static final String VECTOR_DB = VectorDbGrpcService.SERVICE_NAME.fullyQualifiedName();

  private HealthRpcs() {}

  static List<Rpc<?, ?, ?, ?>> of() {
    return List.of(
        Rpc.of(
            GrpcHealthCheckV1Handler.SERVICE_METHOD,
            (request, deadline) -> known(request.getService()),
            (client, service) -> status(client),
            (asked, status, nanos) -> reply(status)),
        Rpc.of(
            GrpcHealthListV1Handler.SERVICE_METHOD,
            (request, deadline) -> request,
            (client, request) -> status(client),
            (asked, status, nanos) ->
                HealthListResponse.newBuilder()
                    .putAllStatuses(Map.of(WHOLE_SERVER, reply(status), VECTOR_DB, reply(status)))
                    .build()));
  }

  /** A node that does not answer does not serve. */
  static Future<ServingStatus> status(QuiverClient client) {
    return client
        .health(false)
        .map(HealthReport::ready)
        .otherwise(false)
        .map(ready -> ready ? ServingStatus.SERVING : ServingStatus.NOT_SERVING);
  }

  static HealthCheckResponse reply(ServingStatus status) {
    return HealthCheckResponse.newBuilder().setStatus(status).build();
  }

  static boolean isKnown(String service) {
    return service.equals(WHOLE_SERVER) || service.equals(VECTOR_DB);
  }

  private static String known(String service) {
    if (!isKnown(service)) {
      throw new QuiverException(
          ErrorCode.ROUTE_NOT_FOUND,
          "no such service: " + service,
          Map.of("field", "service", "expected", VECTOR_DB, "got", service));
    }
    return service;
  }
}
