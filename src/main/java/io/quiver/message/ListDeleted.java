package io.quiver.message;

/** Answered by {@link DeletedCollections}. */
public record ListDeleted() implements RecoveryRequest {}
