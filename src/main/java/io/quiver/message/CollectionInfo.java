package io.quiver.message;

/** A collection's configuration and its present figures. */
public record CollectionInfo(CollectionConfig config, CollectionStats stats) implements Reply {}
