package io.quiver.front.grpc;

import io.quiver.bus.QuiverClient;
import io.quiver.front.grpc.v1.CreateCollectionResponse;
import io.quiver.front.grpc.v1.DeleteCollectionResponse;
import io.quiver.front.grpc.v1.UpdateResponse;
import io.quiver.front.grpc.v1.VectorDbGrpcService;
import java.util.List;
import java.util.stream.Stream;

/** The rpcs of {@code vectordb.v1.VectorDb} that this version serves, one row each. */
final class VectorDbRpcs {
  /** Hits or names that take longer to translate than a hop to the pool and back. */
  static final int INLINE_ITEMS_MAX = 200;

  private VectorDbRpcs() {}

  static List<Rpc<?, ?, ?, ?>> of() {
    return Stream.of(
            first(),
            PointRpcs.of(),
            SnapshotRpcs.of(),
            TextRpcs.of(),
            ArrangedRpcs.of(),
            ExplainRpc.of(),
            KeyRpcs.of())
        .<Rpc<?, ?, ?, ?>>flatMap(List::stream)
        .toList();
  }

  /** Those of d-vecDB 0.2.6. */
  private static List<Rpc<?, ?, ?, ?>> first() {
    return List.of(
        createCollection(),
        deleteCollection(),
        Rpc.of(
                VectorDbGrpcService.ListCollections,
                (request, deadline) -> request,
                (client, request) -> client.list(),
                (asked, names, nanos) -> Replies.names(names))
            .heavyWhen(names -> names.size() > INLINE_ITEMS_MAX),
        Rpc.of(
            VectorDbGrpcService.GetCollectionInfo,
            (request, deadline) -> Requests.collection(request.getCollectionName()),
            QuiverClient::describe,
            (asked, info, nanos) -> Replies.info(info)),
        Rpc.of(
            VectorDbGrpcService.Insert,
            (request, deadline) -> Requests.insert(request),
            QuiverClient::write,
            (asked, ack, nanos) -> Replies.inserted(asked)),
        Rpc.of(
                VectorDbGrpcService.BatchInsert,
                (request, deadline) -> Requests.batchInsert(request),
                QuiverClient::write,
                (asked, ack, nanos) -> Replies.batchInserted(asked, ack))
            .heavyWhen(ack -> ack.written() > INLINE_ITEMS_MAX),
        update(),
        Rpc.of(
            VectorDbGrpcService.Delete,
            (request, deadline) -> Requests.delete(request),
            QuiverClient::delete,
            (asked, ack, nanos) -> Replies.deleted(asked, ack)),
        Rpc.of(
                VectorDbGrpcService.Query,
                Requests::query,
                QuiverClient::search,
                (asked, hits, nanos) -> Replies.hits(hits, nanos))
            .heavyWhen(hits -> hits.hits().size() > INLINE_ITEMS_MAX),
        Rpc.of(
            VectorDbGrpcService.GetStats,
            (request, deadline) -> request,
            (client, request) -> client.describeNode(),
            (asked, info, nanos) -> Replies.nodeStats(info)),
        Rpc.of(
            VectorDbGrpcService.Health,
            (request, deadline) -> request,
            (client, request) -> client.health(false),
            (asked, report, nanos) -> Replies.health(report)));
  }

  private static Rpc<?, ?, ?, ?> createCollection() {
    return Rpc.of(
        VectorDbGrpcService.CreateCollection,
        (request, deadline) -> Requests.create(request),
        QuiverClient::create,
        (asked, info, nanos) ->
            CreateCollectionResponse.newBuilder()
                .setSuccess(true)
                .setMessage("Collection created successfully")
                .build());
  }

  private static Rpc<?, ?, ?, ?> deleteCollection() {
    return Rpc.of(
        VectorDbGrpcService.DeleteCollection,
        (request, deadline) -> Requests.collection(request.getCollectionName()),
        QuiverClient::drop,
        (asked, dropped, nanos) ->
            DeleteCollectionResponse.newBuilder()
                .setSuccess(true)
                .setMessage("Collection deleted successfully")
                .build());
  }

  private static Rpc<?, ?, ?, ?> update() {
    return Rpc.of(
        VectorDbGrpcService.Update,
        (request, deadline) -> Requests.update(request),
        QuiverClient::write,
        (asked, ack, nanos) ->
            UpdateResponse.newBuilder()
                .setSuccess(true)
                .setMessage("Vector updated successfully")
                .build());
  }
}
