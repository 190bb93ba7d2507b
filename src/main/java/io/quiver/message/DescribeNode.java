package io.quiver.message;

/** Answered by {@link NodeInfo}. */
public record DescribeNode() implements Request {}
