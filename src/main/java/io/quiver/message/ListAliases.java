package io.quiver.message;

/** All aliases of the node. */
public record ListAliases() implements AliasRequest {}
