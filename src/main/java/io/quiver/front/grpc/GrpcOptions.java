package io.quiver.front.grpc;

import io.quiver.core.Limits;
import io.quiver.core.QuiverException;

/**
 * Where gRPC is served.
 *
 * @param host address or name to bind
 * @param port 0 = any free port, the same for every instance of one deployment
 * @param messageBytesMax largest request message, packed or unpacked
 */
public record GrpcOptions(String host, int port, int messageBytesMax) {
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
  }

  /** With the largest message that the house takes. */
  public static GrpcOptions of(String host, int port) {
    return new GrpcOptions(host, port, Limits.BODY_BYTES_MAX);
  }
}
