package io.quiver.bus;

import io.quiver.core.CollectionName;
import io.quiver.core.ErrorCode;
import io.quiver.core.QuiverException;
import io.quiver.message.AliasTable;
import io.vertx.core.Vertx;
import io.vertx.core.shareddata.LocalMap;
import io.vertx.core.shareddata.Shareable;
import io.vertx.core.shareddata.SharedData;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
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
  private static final String ALIASES = "quiver.aliases";
  private static final String NODES = "quiver.nodes";
  private static final String HELD = "quiver.held";
  private static final String NODE = "node";

  private final LocalMap<String, Route> table;
  private final LocalMap<String, AliasNames> aliases;
  private final LocalMap<String, Boolean> nodes;
  private final LocalMap<String, String> held;

  private Routes(
      LocalMap<String, Route> table,
      LocalMap<String, AliasNames> aliases,
      LocalMap<String, Boolean> nodes,
      LocalMap<String, String> held) {
    this.table = table;
    this.aliases = aliases;
    this.nodes = nodes;
    this.held = held;
  }

  /** The one table of this Vert.x instance. */
  public static Routes of(Vertx vertx) {
    SharedData data = vertx.sharedData();
    return new Routes(
        data.getLocalMap(TABLE),
        data.getLocalMap(ALIASES),
        data.getLocalMap(NODES),
        data.getLocalMap(HELD));
  }

  /** Takes the addresses of this Vert.x instance for one node; false if another node has them. */
  public boolean claim() {
    return nodes.putIfAbsent(NODE, true) == null;
  }

  /** Gives the addresses back, and forgets every route. */
  public void release() {
    table.clear();
    aliases.clear();
    held.clear();
    nodes.remove(NODE);
  }

  /** Whether a node runs, starts or stops here. */
  public boolean claimed() {
    return nodes.get(NODE) != null;
  }

  public Optional<Route> find(CollectionName name) {
    return Optional.ofNullable(find(name.value()));
  }

  /**
   * A collection comes before an alias of the same name. An alias that is switched, and whose
   * former collection is dropped, always leads somewhere: whoever read it before looks again.
   */
  private Route find(String name) {
    AliasNames names;
    Route route;
    do {
      names = aliases.get(ALIASES);
      route = table.get(name);
      String target = names == null ? null : names.targets().get(name);
      if (route == null && target != null) {
        route = table.get(target);
      }
    } while (route == null && !Objects.equals(names, aliases.get(ALIASES)));
    return route;
  }

  /** Names that lead to the routes of others from now on, all at once. */
  public void setAliases(AliasTable all) {
    Map<String, String> targets = new HashMap<>();
    all.targets().forEach((alias, target) -> targets.put(alias.value(), target.value()));
    aliases.put(ALIASES, new AliasNames(Map.copyOf(targets)));
  }

  private record AliasNames(Map<String, String> targets) implements Shareable {}

  /** Whether a search that comes now would be turned away; counts it if so. */
  boolean isFlooded(String name) {
    Route route = find(name);
    return route != null && !route.gate().lets();
  }

  public void add(CollectionName name, int shards, Gate gate) {
    table.put(name.value(), Route.of(name, shards, gate));
  }

  public void remove(CollectionName name) {
    table.remove(name.value());
  }

  /**
   * From now on requests to a collection that has no route are told why to come again later, not
   * that there is none.
   */
  public void hold(CollectionName name, String reason) {
    held.put(name.value(), reason);
  }

  /** Ends {@link #hold}. */
  public void release(CollectionName name) {
    held.remove(name.value());
  }

  /**
   * Why {@link #find} found nothing: there is no such collection yet, or at all, or no node.
   * Whoever looked just before a route came is told to come again, not that there is none.
   */
  public QuiverException missing(CollectionName name) {
    if (!claimed()) {
      return noNode();
    }
    String reason = held.get(name.value());
    if (reason == null && find(name.value()) == null) {
      return QuiverException.collectionNotFound(name.value());
    }
    return new QuiverException(
        ErrorCode.UNAVAILABLE,
        "Collection %s is not served yet: %s"
            .formatted(name, reason == null ? "it only begins to be" : reason));
  }

  static QuiverException noNode() {
    return new QuiverException(
        ErrorCode.UNAVAILABLE, "the node is not running, is starting, or is stopping");
  }
}
