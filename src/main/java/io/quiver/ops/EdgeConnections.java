package io.quiver.ops;

import io.vertx.core.http.HttpConnection;
import java.util.HashSet;
import java.util.Set;

/**
 * The connections of one instance of a front. Beyond the bound of all instances together a
 * connection is surplus: the front still answers its requests, with a refusal. Beyond twice the
 * bound it is closed.
 *
 * <p>Confined to the event loop of its instance.
 */
public final class EdgeConnections {
  private final EdgeLoad load;
  private final int connectionsMax;
  private final Set<HttpConnection> surplus = new HashSet<>();

  public EdgeConnections(EdgeLoad load, int connectionsMax) {
    this.load = load;
    this.connectionsMax = connectionsMax;
  }

  /** To be called once for each connection, when it opens. */
  public void open(HttpConnection connection) {
    int open = load.connect();
    connection.closeHandler(closed -> {
      load.disconnect();
      surplus.remove(connection);
    });
    if (open > 2L * connectionsMax) {
      connection.close();
    } else if (open > connectionsMax) {
      surplus.add(connection);
    }
  }

  /** Whether requests on this connection are to be refused. */
  public boolean isSurplus(HttpConnection connection) {
    return !surplus.isEmpty() && surplus.contains(connection);
  }
}
