package io.quiver.example;

import io.quiver.front.grpc.v1.InsertRequest;
import io.quiver.front.grpc.v1.QueryRequest;
import io.quiver.front.grpc.v1.QueryResponse;
import io.quiver.front.grpc.v1.Vector;
import io.quiver.front.grpc.v1.VectorDbGrpcClient;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.SocketAddress;
import io.vertx.grpc.client.GrpcClient;
import java.util.List;

/** Writes a vector and searches for it with the client that the build generates from the proto. */
public final class GrpcExample {
  private GrpcExample() {}

  static Future<QueryResponse> run(Vertx vertx, String host, int port) {
    GrpcClient grpc = GrpcClient.client(vertx);
    VectorDbGrpcClient client =
        VectorDbGrpcClient.create(grpc, SocketAddress.inetSocketAddress(port, host));
    Vector stalker =
        Vector.newBuilder()
            .setId("stalker")
            .addAllData(List.of(0.7f, 0f, 0.1f, 0.6f))
            .putMetadata("title", "Stalker")
            .build();
    QueryRequest query =
        QueryRequest.newBuilder()
            .setCollectionName("films")
            .addAllQueryVector(List.of(0.7f, 0f, 0.1f, 0.6f))
            .setLimit(1)
            .build();
    return client
        .insert(InsertRequest.newBuilder().setCollectionName("films").setVector(stalker).build())
        .compose(written -> client.query(query))
        .eventually(grpc::close);
  }
}
