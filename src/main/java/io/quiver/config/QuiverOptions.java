package io.quiver.config;

import io.quiver.front.grpc.GrpcOptions;
import io.quiver.front.rest.RestOptions;
import io.quiver.node.NodeOptions;
import io.quiver.ops.OpsOptions;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What {@code Quiver.start} starts: a node, and the fronts that are named.
 *
 * @param rest where REST is served; empty = nowhere
 * @param grpc where gRPC is served
 * @param ops where metrics and probes are served
 */
public record QuiverOptions(
    NodeOptions node,
    Optional<RestOptions> rest,
    Optional<GrpcOptions> grpc,
    Optional<OpsOptions> ops) {

  /** A node without a port, for an application that talks to it over the event bus. */
  public static QuiverOptions embedded(Path dataDirectory) {
    return new QuiverOptions(
        NodeOptions.of(dataDirectory), Optional.empty(), Optional.empty(), Optional.empty());
  }

  public QuiverOptions withNode(NodeOptions options) {
    return new QuiverOptions(options, rest, grpc, ops);
  }

  public QuiverOptions withRest(RestOptions options) {
    return new QuiverOptions(node, Optional.of(options), grpc, ops);
  }

  public QuiverOptions withGrpc(GrpcOptions options) {
    return new QuiverOptions(node, rest, Optional.of(options), ops);
  }

  public QuiverOptions withOps(OpsOptions options) {
    return new QuiverOptions(node, rest, grpc, Optional.of(options));
  }
}
