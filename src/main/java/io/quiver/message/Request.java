package io.quiver.message;

/** What a client asks of the node; each request has one {@link Reply} type, or {@link Failure}. */
public sealed interface Request extends Message
    permits CreateCollection,
        ImportCollection,
        DropCollection,
        ListCollections,
        DescribeCollection,
        DescribeNode,
        CheckHealth,
        WriteVectors,
        DeleteVectors,
        GetVectors,
        RecoveryRequest,
        SnapshotRequest,
        AliasRequest,
        IndexRequest,
        ShardRequest,
        PointRequest,
        TextRequest,
        ArrangedRequest,
        ExplainSearch,
        RowsRequest,
        KeyRequest {}
