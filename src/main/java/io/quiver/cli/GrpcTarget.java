package io.quiver.cli;

import io.quiver.core.DenseVector;
import io.quiver.front.grpc.v1.QueryRequest;
import io.quiver.front.grpc.v1.QueryResponse;
import io.quiver.front.grpc.v1.QueryResult;
import io.quiver.front.grpc.v1.VectorDbGrpcClient;
import io.quiver.message.Row;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.SocketAddress;
import io.vertx.grpc.client.GrpcClient;
import java.util.List;
import java.util.concurrent.CompletionException;

/** Loads over REST, which can say when the graph is complete, and searches over gRPC. */
final class GrpcTarget implements SearchTarget {
  private final RestTarget rest;
  private final String collection;
  private final Vertx vertx = Vertx.vertx();
  private final VectorDbGrpcClient grpc;

  GrpcTarget(SocketAddress address, RestTarget rest, String collection) {
    this.rest = rest;
    this.collection = collection;
    this.grpc = VectorDbGrpcClient.create(GrpcClient.client(vertx), address);
  }

  /** Reads {@code HOST:PORT}. */
  static SocketAddress parse(String address) {
    int colon = address.lastIndexOf(':');
    try {
      int port = Integer.parseInt(address.substring(colon + 1));
      if (colon > 0 && port > 0 && port < 65_536) {
        return SocketAddress.inetSocketAddress(port, address.substring(0, colon));
      }
    } catch (NumberFormatException e) {
      throw new CommandException("--grpc: expected HOST:PORT, got " + address, e);
    }
    throw new CommandException("--grpc: expected HOST:PORT, got " + address);
  }

  @Override
  public void load(List<Row> rows) {
    rest.load(rows);
  }

  @Override
  public List<String> search(DenseVector query, int limit, int efSearch) {
    QueryRequest.Builder request =
        QueryRequest.newBuilder()
            .setCollectionName(collection)
            .setLimit(limit)
            .setEfSearch(efSearch);
    for (int i = 0; i < query.dimension(); i++) {
      request.addQueryVector(query.get(i));
    }
    QueryResponse response = await(grpc.query(request.build()));
    return response.getResultsList().stream().map(QueryResult::getId).toList();
  }

  static <T> T await(Future<T> future) {
    try {
      return future.toCompletionStage().toCompletableFuture().join();
    } catch (CompletionException e) {
      throw new CommandException("gRPC: " + e.getCause().getMessage(), e.getCause());
    }
  }

  @Override
  public void close() {
    try (rest) {
      await(vertx.close());
    }
  }
}
