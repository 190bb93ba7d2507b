package io.quiver.bus;

import io.quiver.core.CollectionName;
import io.quiver.core.ErrorCode;
import io.quiver.core.QuiverException;
import io.vertx.core.Vertx;
import io.vertx.core.shareddata.LocalMap;
import java.util.Optional;

/**
 * Which collections the node on this Vert.x instance serves, and whether there is a node at all.
 * Every client reads the same table without asking anybody: a collection is there for all of them
 * at once, and gone for all of them at once.
 *
 * <p>Thread safety: all methods, from any thread. Only the node changes the table.
 */
public final class Routes {
  private static final String TABLE = "quiver.routes";
  private static final String NODES = "quiver.nodes";
  private static final String NODE = "node";

  private final LocalMap<String, Route> table;
  private final LocalMap<String, Boolean> nodes;

  private Routes(LocalMap<String, Route> table, LocalMap<String, Boolean> nodes) {
    this.table = table;
    this.nodes = nodes;
  }

  /** The one table of this Vert.x instance. */
  public static Routes of(Vertx vertx) {
    return new Routes(vertx.sharedData().getLocalMap(TABLE), vertx.sharedData().getLocalMap(NODES));
  }

  /** Takes the addresses of this Vert.x instance for one node; false if another node has them. */
  public boolean claim() {
    return nodes.putIfAbsent(NODE, true) == null;
  }

  /** Gives the addresses back, and forgets every route. */
  public void release() {
    table.clear();
    nodes.remove(NODE);
  }

  /** Whether a node runs, starts or stops here. */
  public boolean claimed() {
    return nodes.get(NODE) != null;
  }

  public Optional<Route> find(CollectionName name) {
    return Optional.ofNullable(table.get(name.value()));
  }

  /** Whether a search that comes now would be turned away; counts it if so. */
  boolean isFlooded(String name) {
    Route route = table.get(name);
    return route != null && !route.gate().lets();
  }

  public void add(CollectionName name, int shards, Gate gate) {
    table.put(name.value(), Route.of(name, shards, gate));
  }

  public void remove(CollectionName name) {
    table.remove(name.value());
  }

  /** Why {@link #find} finds nothing: there is no such collection, or no node. */
  public QuiverException missing(CollectionName name) {
    return claimed() ? QuiverException.collectionNotFound(name.value()) : noNode();
  }

  static QuiverException noNode() {
    return new QuiverException(
        ErrorCode.UNAVAILABLE, "the node is not running, is starting, or is stopping");
  }
}
