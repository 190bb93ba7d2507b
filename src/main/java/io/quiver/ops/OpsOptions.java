package io.quiver.ops;

import io.quiver.core.Limits;
import io.quiver.core.QuiverException;
import java.util.Set;

/**
 * Where metrics and probes are served.
 *
 * @param host address or name to bind
 * @param port 0 = any free port
 * @param allowedHosts names in {@code Host} that are served on loopback, beside localhost and the
 *     bound one
 * @param slowMillis requests that take so many milliseconds or more are logged; 0 = none
 */
public record OpsOptions(String host, int port, Set<String> allowedHosts, int slowMillis) {

  public static final int PORT_DEFAULT = 9091;

  public OpsOptions {
    allowedHosts = Set.copyOf(allowedHosts);
    if (host.isBlank()) {
      throw QuiverException.invalid("host", "an address or a name", host);
    }
    Limits.check("metrics_port", port, 0, 65_535);
    Limits.check("slow_query_millis", slowMillis, 0, 3_600_000);
  }

  /** No other names, and nothing is slow. */
  public static OpsOptions of(String host, int port) {
    return new OpsOptions(host, port, Set.of(), 0);
  }

  public OpsOptions withSlowMillis(int millis) {
    return new OpsOptions(host, port, allowedHosts, millis);
  }
}
