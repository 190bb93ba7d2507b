package io.quiver.message;

/** Figures of the whole node: sums over its collections, the process, and its scrub. */
public record NodeInfo(
    String version,
    long vectors,
    int collections,
    long memoryBytes,
    long diskBytes,
    long uptimeMillis,
    ScrubInfo scrub)
    implements Reply {}
