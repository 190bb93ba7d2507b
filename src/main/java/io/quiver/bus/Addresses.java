package io.quiver.bus;

import io.quiver.core.CollectionName;

/**
 * The event bus addresses of a node. A {@link Route} holds those of one collection ready made, so
 * that a search builds no strings.
 */
public final class Addresses {
  /** Create, drop, list, describe; figures of the node. */
  public static final String CATALOG = "quiver.catalog";

  /** Appends to the log: between the collections and the log writer of one node, never beyond. */
  public static final String LOG = "quiver.log";

  public static final String HEALTH = "quiver.health";

  private Addresses() {}

  /** Writes and deletes of one collection. */
  public static String write(CollectionName name) {
    return "quiver.collection." + name.value();
  }

  /** Reads by id of one collection. */
  public static String read(CollectionName name) {
    return "quiver.read." + name.value();
  }

  /** Searches of one shard, counted from 0. */
  public static String search(CollectionName name, int shard) {
    return "quiver.search." + name.value() + "." + shard;
  }

  /** Where every change of one collection is published. */
  public static String events(CollectionName name) {
    return "quiver.events." + name.value();
  }
}
