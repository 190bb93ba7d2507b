package io.quiver.message;

import java.util.List;

/** The snapshots of a collection, newest first. */
public record SnapshotList(List<SnapshotInfo> snapshots) implements SnapshotReply {
  public SnapshotList {
    snapshots = List.copyOf(snapshots);
  }
}
