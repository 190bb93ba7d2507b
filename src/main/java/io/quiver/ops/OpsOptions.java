package io.quiver.ops;

import io.quiver.core.QuiverException;

/**
 * Where metrics and probes are served.
 *
 * @param host address or name to bind
 * @param port 0 = any free port
 */
public record OpsOptions(String host, int port) {
  public static final int PORT_DEFAULT = 9091;

  public OpsOptions {
    if (host.isBlank()) {
      throw QuiverException.invalid("host", "an address or a name", host);
    }
    if (port < 0 || port > 65_535) {
      throw QuiverException.invalid("metrics_port", "0 to 65535", port);
    }
  }
}
