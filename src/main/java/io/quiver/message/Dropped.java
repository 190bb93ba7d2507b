package io.quiver.message;

import io.quiver.core.CollectionName;

/** The collection is gone for every client and will not come back after a restart. */
public record Dropped(CollectionName name) implements Reply {}
