package io.quiver.message;

import io.quiver.core.CollectionName;
import io.quiver.core.Required;
import java.util.List;

/**
 * A collection's configuration and its present figures.
 *
 * @param aliases other names that stand for it, sorted
 */
public record CollectionInfo(
    CollectionConfig config,
    CollectionStats stats,
    List<CollectionName> aliases,
    ManifestInfo manifest)
    implements Reply {
  public CollectionInfo {
    aliases = List.copyOf(aliases);
    Required.value("manifest", manifest);
  }

  /** One that does not tell of its manifest. */
  public CollectionInfo(
      CollectionConfig config, CollectionStats stats, List<CollectionName> aliases) {
    this(config, stats, aliases, ManifestInfo.NONE);
  }

  /** One that has no alias. */
  public CollectionInfo(CollectionConfig config, CollectionStats stats) {
    this(config, stats, List.of());
  }

  /** The same with what its manifest says. */
  public CollectionInfo with(ManifestInfo told) {
    return new CollectionInfo(config, stats, aliases, told);
  }
}
