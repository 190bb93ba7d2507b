package io.quiver.message;

/** Answered by {@link CollectionInfo}, or COLLECTION_ALREADY_EXISTS. */
public record CreateCollection(CollectionConfig config) implements Request {}
