package io.quiver.message;

/** Requests about rows by their ids and versions, and about all rows of a collection. */
public sealed interface KeyRequest extends Request
    permits KeyWrite, ReadRows, ScrollVersions, SearchVersions, SearchRange {}
