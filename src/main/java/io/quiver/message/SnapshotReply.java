package io.quiver.message;

/** What comes back for a {@link SnapshotRequest}, if it is nothing that others have too. */
public sealed interface SnapshotReply extends Reply
    permits SnapshotInfo, SnapshotList, SnapshotDeleted, SnapshotPart, UploadState {}
