package io.quiver.message;

/** The replies of {@link KeyRequest}s that no other request has. */
public sealed interface KeyReply extends Reply permits WriteOutcome, VersionedRows, RangeHits {}
