package io.quiver.message;

import io.quiver.core.Required;

/**
 * How much of an upload is there.
 *
 * @param receivedBytes stored so far: where the next part belongs
 * @param totalBytes how long the whole will be; {@link #UNKNOWN} until its head is there
 */
public record UploadState(SnapshotName snapshot, long receivedBytes, long totalBytes)
    implements SnapshotReply {
  public static final long UNKNOWN = -1;

  public UploadState {
    Required.value("snapshot", snapshot);
  }

  /** Whether nothing is missing. */
  public boolean isWhole() {
    return receivedBytes == totalBytes;
  }
}
