package io.quiver.front.grpc;

import io.quiver.bus.QuiverClient;
import io.quiver.front.grpc.v1.CreateCollectionResponse;
import io.quiver.front.grpc.v1.DeleteCollectionResponse;
import io.quiver.front.grpc.v1.UpdateResponse;
import io.quiver.front.grpc.v1.VectorDbGrpcService;
import java.util.List;

/** The rpcs of {@code vectordb.v1.VectorDb} that this version serves, one row each. */
final class VectorDbRpcs {
  /** Hits or names that take longer to translate than a hop to the pool and back. */
  private static final int INLINE_ITEMS_MAX = 200;

  private VectorDbRpcs() {}

  static List<Rpc<?, ?, ?, ?>> of(QuiverClient client) {
    return List.of(
        createCollection(client),
        deleteCollection(client),
        Rpc.of(
                VectorDbGrpcService.ListCollections,
                (request, deadline) -> request,
                request -> client.list(),
                (asked, names, nanos) -> Replies.names(names))
            .heavyWhen(names -> names.size() > INLINE_ITEMS_MAX),
        Rpc.of(
            VectorDbGrpcService.GetCollectionInfo,
            (request, deadline) -> Requests.name(request.getCollectionName()),
            client::describe,
            (asked, info, nanos) -> Replies.info(info)),
        Rpc.of(
            VectorDbGrpcService.Insert,
            (request, deadline) -> Requests.insert(request),
            client::write,
            (asked, ack, nanos) -> Replies.inserted(asked)),
        Rpc.of(
                VectorDbGrpcService.BatchInsert,
                (request, deadline) -> Requests.batchInsert(request),
                client::write,
                (asked, ack, nanos) -> Replies.batchInserted(asked, ack))
            .heavyWhen(ack -> ack.written() > INLINE_ITEMS_MAX),
        update(client),
        Rpc.of(
            VectorDbGrpcService.Delete,
            (request, deadline) -> Requests.delete(request),
            client::delete,
            (asked, ack, nanos) -> Replies.deleted(asked, ack)),
        Rpc.of(
                VectorDbGrpcService.Query,
                Requests::query,
                client::search,
                (asked, hits, nanos) -> Replies.hits(hits, nanos))
            .heavyWhen(hits -> hits.hits().size() > INLINE_ITEMS_MAX),
        Rpc.of(
            VectorDbGrpcService.GetStats,
            (request, deadline) -> request,
            request -> client.describeNode(),
            (asked, info, nanos) -> Replies.nodeStats(info)),
        Rpc.of(
            VectorDbGrpcService.Health,
            (request, deadline) -> request,
            request -> client.health(false),
            (asked, report, nanos) -> Replies.health(report)));
  }

  private static Rpc<?, ?, ?, ?> createCollection(QuiverClient client) {
    return Rpc.of(
        VectorDbGrpcService.CreateCollection,
        (request, deadline) -> Requests.config(request),
        client::create,
        (asked, info, nanos) ->
            CreateCollectionResponse.newBuilder()
                .setSuccess(true)
                .setMessage("Collection created successfully")
                .build());
  }

  private static Rpc<?, ?, ?, ?> deleteCollection(QuiverClient client) {
    return Rpc.of(
        VectorDbGrpcService.DeleteCollection,
        (request, deadline) -> Requests.name(request.getCollectionName()),
        client::drop,
        (asked, dropped, nanos) ->
            DeleteCollectionResponse.newBuilder()
                .setSuccess(true)
                .setMessage("Collection deleted successfully")
                .build());
  }

  private static Rpc<?, ?, ?, ?> update(QuiverClient client) {
    return Rpc.of(
        VectorDbGrpcService.Update,
        (request, deadline) -> Requests.update(request),
        client::write,
        (asked, ack, nanos) ->
            UpdateResponse.newBuilder()
                .setSuccess(true)
                .setMessage("Vector updated successfully")
                .build());
  }
}
