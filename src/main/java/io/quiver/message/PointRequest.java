package io.quiver.message;

/** Requests about the points of one collection beyond plain reads, writes and searches. */
public sealed interface PointRequest extends Request
    permits RecommendVectors,
        DiscoverVectors,
        SearchByExamples,
        BatchSearch,
        CountRows,
        MeasureRecall,
        ScrollRows {}
