package io.quiver.front.grpc;

import io.quiver.core.Limits;
import io.quiver.core.QuiverException;

/**
 * Where gRPC is served.
 *
 * @param host address or name to bind
 * @param port 0 = any free port, the same for every instance of one deployment
 * @param connectionsMax open connections; calls on as many again are refused, more are closed
 * @param messageBytesMax largest request message, packed or unpacked
 * @param bytesInFlightMax messages and answers held by all instances together, in bytes
 * @param headSeconds time a connection may take to show that it speaks HTTP/2, in seconds
 * @param messageSeconds time a message may take to arrive, in seconds, on top of one second per 256
 *     KiB
 */
public record GrpcOptions(
    String host,
    int port,
    int connectionsMax,
    int messageBytesMax,
    long bytesInFlightMax,
    int headSeconds,
    int messageSeconds) {
  public static final int PORT_DEFAULT = 9090;

  public GrpcOptions {
    if (host.isBlank()) {
      throw QuiverException.invalid("host", "an address or a name", host);
    }
    if (port < 0 || port > 65_535) {
      throw QuiverException.invalid("grpc_port", "0 to 65535", port);
    }
    if (messageBytesMax < 1 || messageBytesMax > Limits.BODY_BYTES_MAX) {
      throw QuiverException.invalid(
          "grpc_message_bytes_max", "1 to " + Limits.BODY_BYTES_MAX, messageBytesMax);
    }
    Limits.check("max_connections", connectionsMax, 1, 1_000_000);
    Limits.check("grpc.bytes_in_flight_max", bytesInFlightMax, messageBytesMax, Long.MAX_VALUE);
    Limits.check("head_seconds", headSeconds, 1, 3_600);
    Limits.check("body_seconds", messageSeconds, 1, 3_600);
  }

  /** Default limits; an eighth of the heap may be messages and answers. */
  public static GrpcOptions of(String host, int port) {
    long eighth = Math.max(Limits.BODY_BYTES_MAX, Runtime.getRuntime().maxMemory() / 8);
    return new GrpcOptions(host, port, 10_000, Limits.BODY_BYTES_MAX, eighth, 10, 30);
  }

  public GrpcOptions withConnectionsMax(int connections) {
    return new GrpcOptions(
        host, port, connections, messageBytesMax, bytesInFlightMax, headSeconds, messageSeconds);
  }

  public GrpcOptions withSeconds(int forHead, int forMessage) {
    return new GrpcOptions(
        host, port, connectionsMax, messageBytesMax, bytesInFlightMax, forHead, forMessage);
  }
}
