package io.quiver.message;

/** What is asked about collections that were deleted or backed up. */
public sealed interface RecoveryRequest extends Request
    permits HardDelete, ListDeleted, RestoreCollection, CleanUpDeleted, BackUpCollection {}
