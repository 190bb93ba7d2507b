package io.quiver.message;

/** The replies of {@link PointRequest}s that are no {@link SearchHits}. */
public sealed interface PointReply extends Reply
    permits BatchHits, Counted, MeasuredRecall, ScrolledRows {}
