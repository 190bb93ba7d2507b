package io.quiver.message;

/** What comes back for a {@link Request}. */
public sealed interface Reply extends Message
    permits CollectionInfo,
        CollectionNames,
        NodeInfo,
        HealthReport,
        Dropped,
        WriteAck,
        DeleteAck,
        FoundVectors,
        SearchHits,
        RecoveryReply,
        SnapshotReply,
        AliasTable,
        IndexWork,
        PointReply,
        TextReply,
        ArrangedReply,
        KeyReply,
        Explained,
        Failure {}
