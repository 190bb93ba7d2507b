package io.quiver.message;

import io.quiver.core.QuiverException;
import io.quiver.core.Required;

/**
 * Makes a collection of vectors that d-vecDB left without a metadata.json. Answered by {@link
 * CollectionInfo} when all of them are written, or PERMISSION_DENIED for a folder outside the roots
 * from which the node imports.
 *
 * @param orphanedPath the folder, on the node's machine
 * @param config what the collection is to be like
 */
public record ImportCollection(String orphanedPath, CollectionConfig config) implements Request {
  private static final int PATH_CHARS_MAX = 4_096;

  public ImportCollection {
    Required.value("orphaned_path", orphanedPath);
    Required.value("config", config);
    if (orphanedPath.isEmpty()
        || orphanedPath.length() > PATH_CHARS_MAX
        || orphanedPath.indexOf('\0') >= 0) {
      throw QuiverException.invalid(
          "orphaned_path", "a path of 1 to " + PATH_CHARS_MAX + " characters", orphanedPath);
    }
  }
}
