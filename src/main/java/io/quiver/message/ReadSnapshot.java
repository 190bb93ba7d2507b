package io.quiver.message;

import io.quiver.core.CollectionName;
import io.quiver.core.Limits;
import io.quiver.core.Required;

/**
 * A part of a snapshot in the one form in which snapshots travel (docs/formats/snapshot.md).
 * Answered by {@link SnapshotPart}; the part is shorter if that form ends before.
 *
 * @param checksum of the snapshot that is meant, so that parts of two do not mix; empty = whichever
 *     has the name, which is asked first, for it may have to be read before there is a checksum
 * @param offset in that form
 * @param length 0 asks only how long the whole is
 */
public record ReadSnapshot(
    CollectionName collection, SnapshotName snapshot, String checksum, long offset, int length)
    implements SnapshotRequest {
  public ReadSnapshot {
    Required.value("collection", collection);
    Required.value("snapshot", snapshot);
    Required.value("checksum", checksum);
    Limits.check("offset", offset, 0, Long.MAX_VALUE);
    Limits.check("length", length, 0, Limits.FILE_BYTES_MAX);
  }
}
