package io.quiver.message;

/** Answered by {@link CollectionNames}. */
public record ListCollections() implements Request {}
