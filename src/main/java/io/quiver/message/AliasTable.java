package io.quiver.message;

import io.quiver.core.CollectionName;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * All aliases, each with the collection that it stands for.
 *
 * @param targets by alias, sorted
 */
public record AliasTable(Map<CollectionName, CollectionName> targets) implements Reply {
  public static final AliasTable EMPTY = new AliasTable(Map.of());

  public AliasTable {
    targets = Collections.unmodifiableMap(new TreeMap<>(targets));
  }

  /** The collection of an alias; any other name stands for itself. */
  public CollectionName resolve(CollectionName name) {
    return targets.getOrDefault(name, name);
  }

  /** The aliases of one collection, sorted. */
  public List<CollectionName> of(CollectionName collection) {
    return targets.entrySet().stream()
        .filter(each -> each.getValue().equals(collection))
        .map(Map.Entry::getKey)
        .toList();
  }
}
