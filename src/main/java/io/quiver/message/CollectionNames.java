package io.quiver.message;

import io.quiver.core.CollectionName;
import java.util.List;

/** All collections, sorted by name. */
public record CollectionNames(List<CollectionName> names) implements Reply {
  public CollectionNames {
    names = List.copyOf(names);
  }
}
