package io.quiver.message;

import io.quiver.core.CollectionName;

/**
 * A snapshot of a collection.
 *
 * @param createdSeconds Unix time
 * @param sizeBytes of its files, also of those that it shares with others
 * @param checksum 8 hex digits; empty until the background has read the files
 */
public record SnapshotInfo(
    SnapshotName name,
    CollectionName collection,
    long createdSeconds,
    long sizeBytes,
    long vectorCount,
    String checksum)
    implements SnapshotReply {}
