package io.quiver.message;

/** The replies of {@link ArrangedRequest}s. */
public sealed interface ArrangedReply extends Reply
    permits Facets, GroupedHits, OrderedRows, RerankedHits {}
