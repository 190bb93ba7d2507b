package io.quiver.message;

/** Requests about the index of a collection. Answered by {@link IndexWork}. */
public sealed interface IndexRequest extends Request
    permits RebuildIndex, CompactCollection, DescribeIndex {}
