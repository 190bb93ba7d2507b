package io.quiver.message;

/** What comes back for a {@link RecoveryRequest}, if it is nothing that others have too. */
public sealed interface RecoveryReply extends Reply
    permits DeletedCollections, CleanedUp, BackedUp {}
