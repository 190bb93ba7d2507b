package io.quiver.message;

import io.quiver.core.CollectionName;

/** Where the copy is; it is on stable storage. */
public record BackedUp(CollectionName collection, BackupPath path) implements RecoveryReply {}
