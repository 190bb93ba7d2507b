package io.quiver.message;

import io.quiver.core.Owner;
import io.quiver.core.Required;

/**
 * What a collection's manifest says beside its configuration.
 *
 * @param createdAtMillis Unix time
 * @param updatedAtMillis Unix time of the last checkpoint
 * @param schemaVersion of the manifest as it is written today
 */
public record ManifestInfo(
    Owner owner, long createdAtMillis, long updatedAtMillis, int schemaVersion) {
  /** Of an answer that does not tell. */
  public static final ManifestInfo NONE = new ManifestInfo(Owner.NONE, 0, 0, 0);

  public ManifestInfo {
    Required.value("owner", owner);
  }
}
