package io.quiver.message;

import io.quiver.core.CollectionName;
import io.quiver.core.Required;

/**
 * Serves what was deleted or backed up under a name that is free. Answered by {@link
 * CollectionInfo}, or COLLECTION_NOT_FOUND, COLLECTION_ALREADY_EXISTS, COLLECTION_DAMAGED.
 */
public record RestoreCollection(BackupPath path, CollectionName name) implements RecoveryRequest {
  public RestoreCollection {
    Required.value("backup_path", path);
    Required.value("new_name", name);
  }

  /** Under the name that it had. */
  public static RestoreCollection asItWas(BackupPath path) {
    return new RestoreCollection(path, path.collection());
  }
}
