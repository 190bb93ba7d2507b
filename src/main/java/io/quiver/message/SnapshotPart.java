package io.quiver.message;

import io.quiver.core.Required;

/**
 * A part of a snapshot on its way out.
 *
 * @param totalBytes how long the whole is
 * @param checksum of the snapshot; another one means other bytes
 */
public record SnapshotPart(long totalBytes, String checksum, FileBytes bytes)
    implements SnapshotReply {
  public SnapshotPart {
    Required.value("checksum", checksum);
    Required.value("bytes", bytes);
  }
}
