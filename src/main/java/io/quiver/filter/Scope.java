package io.quiver.filter;

import io.quiver.core.VectorId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** A filter over one document at a time: a row's metadata, or an object inside them. */
final class Scope {
  /** Where the paths begin. */
  final PathNode root = new PathNode();

  private final Filter filter;
  private final List<Leaf> leaves = new ArrayList<>();
  private final IdentityHashMap<Filter.Where, Leaf> leafOf = new IdentityHashMap<>();
  private final IdentityHashMap<Filter.Nested, Scope> scopeOf = new IdentityHashMap<>();
  private final IdentityHashMap<Filter.HasId, Set<VectorId>> idsOf = new IdentityHashMap<>();

  /** Of a nested filter: an object met it. */
  private boolean met;

  Scope(Filter filter) {
    this.filter = filter;
    gather(filter);
  }

  private void gather(Filter part) {
    switch (part) {
      case Filter.All all -> {}
      case Filter.HasId has -> idsOf.put(has, new HashSet<>(has.ids()));
      case Filter.Not not -> gather(not.filter());
      case Filter.And and -> and.filters().forEach(this::gather);
      case Filter.Or or -> or.filters().forEach(this::gather);
      case Filter.AtLeast some -> some.filters().forEach(this::gather);
      case Filter.Where where -> {
        // The same part may stand in a tree twice.
        if (!leafOf.containsKey(where)) {
          Leaf leaf = new Leaf(where.condition());
          leafOf.put(where, leaf);
          leaves.add(leaf);
          root.at(where.path()).add(leaf);
        }
      }
      case Filter.Nested nested -> {
        if (!scopeOf.containsKey(nested)) {
          Scope scope = new Scope(nested.filter());
          scopeOf.put(nested, scope);
          root.at(nested.path()).nested.add(scope);
        }
      }
    }
  }

  boolean asksForFields() {
    return !leafOf.isEmpty() || !scopeOf.isEmpty();
  }

  /** Another document begins. */
  void begin() {
    for (int i = 0; i < leaves.size(); i++) {
      leaves.get(i).begin();
    }
    if (!scopeOf.isEmpty()) {
      scopeOf.values().forEach(scope -> scope.met = false);
    }
  }

  /** What the document that was walked says, of a row with this id. */
  boolean holds(VectorId id) {
    return holds(filter, id);
  }

  /** An object was walked as a document of this nested filter. */
  void end() {
    met |= holds(filter, null);
  }

  private boolean holds(Filter part, VectorId id) {
    return switch (part) {
      case Filter.All all -> true;
      case Filter.Not not -> !holds(not.filter(), id);
      case Filter.And and -> {
        for (Filter one : and.filters()) {
          if (!holds(one, id)) {
            yield false;
          }
        }
        yield true;
      }
      case Filter.Or or -> countOf(or.filters(), id, 1) == 1;
      case Filter.AtLeast some -> countOf(some.filters(), id, some.least()) == some.least();
      case Filter.HasId has -> idsOf.get(has).contains(id);
      case Filter.Where where -> leafOf.get(where).holds();
      case Filter.Nested nested -> scopeOf.get(nested).met;
    };
  }

  /** How many of them hold, counted up to {@code enough}. */
  private int countOf(List<Filter> filters, VectorId id, int enough) {
    int count = 0;
    for (int i = 0; i < filters.size() && count < enough; i++) {
      count += holds(filters.get(i), id) ? 1 : 0;
    }
    return count;
  }

  void addFields(String prefix, Set<String> fields) {
    fields.addAll(
        leafOf.keySet().stream().map(where -> prefix + where.path()).collect(Collectors.toSet()));
    scopeOf.forEach((nested, scope) -> scope.addFields(prefix + nested.path() + ".", fields));
  }
}
