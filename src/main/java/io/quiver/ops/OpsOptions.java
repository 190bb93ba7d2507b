package io.quiver.ops;

import io.quiver.core.Limits;
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
    Limits.check("metrics_port", port, 0, 65_535);
  }
}
