package io.quiver.message;

import io.quiver.core.CollectionName;

/** The snapshot is gone. */
public record SnapshotDeleted(CollectionName collection, SnapshotName snapshot)
    implements SnapshotReply {}
