package io.quiver.message;

/** How many rows there were when the node looked. */
public record Counted(long count) implements PointReply {}
