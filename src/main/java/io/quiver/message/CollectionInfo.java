package io.quiver.message;

import io.quiver.core.CollectionName;
import java.util.List;

/**
 * A collection's configuration and its present figures.
 *
 * @param aliases other names that stand for it, sorted
 */
public record CollectionInfo(
    CollectionConfig config, CollectionStats stats, List<CollectionName> aliases) implements Reply {
  public CollectionInfo {
    aliases = List.copyOf(aliases);
  }

  /** One that has no alias. */
  public CollectionInfo(CollectionConfig config, CollectionStats stats) {
    this(config, stats, List.of());
  }
}
