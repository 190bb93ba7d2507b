package io.quiver.message;

import io.quiver.core.CollectionName;

/** Answered by {@link Dropped}, or COLLECTION_NOT_FOUND. */
public record DropCollection(CollectionName name) implements Request {}
