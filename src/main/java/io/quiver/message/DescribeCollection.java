package io.quiver.message;

import io.quiver.core.CollectionName;

/** Answered by {@link CollectionInfo}, or COLLECTION_NOT_FOUND. */
public record DescribeCollection(CollectionName name) implements Request {}
