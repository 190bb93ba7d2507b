package io.quiver.front.rest;

import io.quiver.core.Limits;
import java.util.Set;

/**
 * Where REST listens and what it takes at most.
 *
 * @param port 0 = any free port, the same for every instance of one deployment
 * @param connectionsMax open connections; as many again are answered 429 and closed, more are
 *     closed
 * @param bodyBytesMax largest request body, in bytes
 * @param bytesInFlightMax bodies and answers held by all instances together, in bytes
 * @param allowedHosts names in {@code Host} that are served, beside localhost and the bound one;
 *     empty = no others on loopback, and any beyond it
 */
public record RestOptions(
    String host,
    int port,
    int connectionsMax,
    int bodyBytesMax,
    long bytesInFlightMax,
    Patience patience,
    Set<String> allowedHosts) {

  /**
   * How long a client may take. Who takes longer is cut off.
   *
   * @param headSeconds for the head of a request, from the connection or the first byte of it, in
   *     seconds
   * @param bodySeconds for a body to arrive, or an answer to be taken, in seconds, on top of one
   *     second per 256 KiB
   * @param idleSeconds for a connection to stay silent, in seconds
   */
  public record Patience(int headSeconds, int bodySeconds, int idleSeconds) {
    public Patience {
      Limits.check("head_seconds", headSeconds, 1, 3_600);
      Limits.check("body_seconds", bodySeconds, 1, 3_600);
      Limits.check("rest.idle_seconds", idleSeconds, 1, 86_400);
    }
  }

  public RestOptions {
    allowedHosts = Set.copyOf(allowedHosts);
    Limits.check("rest_port", port, 0, 65_535);
    Limits.check("max_connections", connectionsMax, 1, 1_000_000);
    Limits.check("rest.body_bytes_max", bodyBytesMax, 1, Limits.BODY_BYTES_MAX);
    Limits.check("rest.bytes_in_flight_max", bytesInFlightMax, bodyBytesMax, Long.MAX_VALUE);
  }

  /** Default limits; a quarter of the heap may be bodies and answers. */
  public static RestOptions of(String host, int port) {
    long quarter = Math.max(2L * Limits.BODY_BYTES_MAX, Runtime.getRuntime().maxMemory() / 4);
    return new RestOptions(
        host, port, 10_000, Limits.BODY_BYTES_MAX, quarter, new Patience(10, 30, 75), Set.of());
  }

  public RestOptions withConnectionsMax(int connections) {
    return new RestOptions(
        host, port, connections, bodyBytesMax, bytesInFlightMax, patience, allowedHosts);
  }

  public RestOptions withSeconds(int forHead, int forBody) {
    Patience times = new Patience(forHead, forBody, patience.idleSeconds());
    return new RestOptions(
        host, port, connectionsMax, bodyBytesMax, bytesInFlightMax, times, allowedHosts);
  }

  public RestOptions withAllowedHosts(Set<String> hosts) {
    return new RestOptions(
        host, port, connectionsMax, bodyBytesMax, bytesInFlightMax, patience, hosts);
  }
}
