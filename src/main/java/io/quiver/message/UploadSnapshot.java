package io.quiver.message;

import io.quiver.core.CollectionName;
import io.quiver.core.Limits;
import io.quiver.core.Required;

/**
 * A part of a snapshot on its way in, in the form of {@link ReadSnapshot}. Nobody sees it before
 * {@link PublishSnapshot}. Answered by {@link UploadState}.
 *
 * @param offset where the part belongs: just what was received so far, or 0 to begin anew
 */
public record UploadSnapshot(
    CollectionName collection, SnapshotName snapshot, long offset, FileBytes bytes)
    implements SnapshotRequest {
  public UploadSnapshot {
    Required.value("collection", collection);
    Required.value("snapshot", snapshot);
    Required.value("bytes", bytes);
    Limits.check("offset", offset, 0, Long.MAX_VALUE);
  }
}
