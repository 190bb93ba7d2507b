package io.quiver.message;

/** Figures of the whole node: sums over its collections, and the process. */
public record NodeInfo(
    String version,
    long vectors,
    int collections,
    long memoryBytes,
    long diskBytes,
    long uptimeMillis)
    implements Reply {}
