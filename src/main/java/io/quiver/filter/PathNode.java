package io.quiver.filter;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** One key of the paths that a filter asks for, and what is asked of the values there. */
final class PathNode {
  final List<FieldListener> leaves = new ArrayList<>();

  /** Filters over the objects that stand here. */
  final List<Scope> nested = new ArrayList<>();

  private final Map<String, PathNode> children = new HashMap<>();
  private boolean asksForPlaces;

  /** The node at the end of the path, made if need be. */
  PathNode at(FieldPath path) {
    PathNode node = this;
    for (String key : path.keys()) {
      node = node.children.computeIfAbsent(key, k -> new PathNode());
    }
    return node;
  }

  /** Null if no path goes on so. */
  PathNode child(String key) {
    return children.get(key);
  }

  Map<String, PathNode> children() {
    return children;
  }

  void add(FieldListener listener) {
    leaves.add(listener);
    asksForPlaces |= listener.asksForPlaces();
  }

  boolean asksForPlaces() {
    return asksForPlaces;
  }
}
