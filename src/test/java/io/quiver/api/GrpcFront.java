package io.quiver.api;

import io.quiver.front.grpc.v1.BatchInsertRequest;
import io.quiver.front.grpc.v1.CollectionConfig;
import io.quiver.front.grpc.v1.CreateCollectionRequest;
import io.quiver.front.grpc.v1.DeleteCollectionRequest;
import io.quiver.front.grpc.v1.DeleteRequest;
import io.quiver.front.grpc.v1.DistanceMetric;
import io.quiver.front.grpc.v1.InsertRequest;
import io.quiver.front.grpc.v1.UpdateRequest;
import io.quiver.front.grpc.v1.Vector;
import io.quiver.front.grpc.v1.VectorDbGrpcClient;
import io.vertx.core.Future;
import io.vertx.core.net.SocketAddress;
import io.vertx.grpc.client.GrpcClient;
import io.vertx.grpc.client.InvalidStatusException;
import io.vertx.grpc.common.GrpcStatus;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Writes over gRPC, with the generated client. */
final class GrpcFront implements Front {
  private static final Set<GrpcStatus> REFUSALS =
      Set.of(GrpcStatus.NOT_FOUND, GrpcStatus.ALREADY_EXISTS);
  private static final Set<GrpcStatus> UNSETTLED =
      Set.of(
          GrpcStatus.UNAVAILABLE,
          GrpcStatus.CANCELLED,
          GrpcStatus.DEADLINE_EXCEEDED,
          GrpcStatus.UNKNOWN);

  private final VectorDbGrpcClient client;

  GrpcFront(GrpcClient grpc, int port) {
    this.client =
        VectorDbGrpcClient.create(grpc, SocketAddress.inetSocketAddress(port, "127.0.0.1"));
  }

  @Override
  public Outcome create(String collection, int dimension, String metric, int shards) {
    CollectionConfig config =
        CollectionConfig.newBuilder()
            .setName(collection)
            .setDimension(dimension)
            .setDistanceMetric(
                DistanceMetric.valueOf("DISTANCE_METRIC_" + metric.toUpperCase(Locale.ROOT)))
            .setShards(shards)
            .build();
    return outcome(
        client.createCollection(CreateCollectionRequest.newBuilder().setConfig(config).build()));
  }

  @Override
  public Outcome drop(String collection) {
    return outcome(
        client.deleteCollection(
            DeleteCollectionRequest.newBuilder().setCollectionName(collection).build()));
  }

  @Override
  public Outcome insert(String collection, List<Row> rows) {
    if (rows.size() == 1) {
      return outcome(
          client.insert(
              InsertRequest.newBuilder()
                  .setCollectionName(collection)
                  .setVector(vector(rows.getFirst()))
                  .build()));
    }
    BatchInsertRequest.Builder batch =
        BatchInsertRequest.newBuilder().setCollectionName(collection);
    rows.forEach(row -> batch.addVectors(vector(row)));
    return outcome(client.batchInsert(batch.build()));
  }

  @Override
  public Outcome update(String collection, Row row) {
    return outcome(
        client.update(
            UpdateRequest.newBuilder()
                .setCollectionName(collection)
                .setVector(vector(row))
                .build()));
  }

  /** gRPC deletes one at a time. */
  @Override
  public Outcome delete(String collection, List<String> ids) {
    if (ids.size() != 1) {
      throw new IllegalArgumentException("one id, got " + ids.size());
    }
    return outcome(
        client.delete(
            DeleteRequest.newBuilder()
                .setCollectionName(collection)
                .setVectorId(ids.getFirst())
                .build()));
  }

  private static Vector vector(Row row) {
    Vector.Builder vector = Vector.newBuilder().setId(row.id()).putMetadata("value", row.value());
    for (float component : Ledger.vector(row)) {
      vector.addData(component);
    }
    return vector.build();
  }

  private static Outcome outcome(Future<?> call) {
    try {
      call.toCompletionStage().toCompletableFuture().get(60, TimeUnit.SECONDS);
      return Outcome.DONE;
    } catch (ExecutionException e) {
      if (!(e.getCause() instanceof InvalidStatusException refused)) {
        return Outcome.UNKNOWN;
      }
      if (REFUSALS.contains(refused.actualStatus())) {
        return Outcome.REFUSED;
      }
      if (UNSETTLED.contains(refused.actualStatus())) {
        return Outcome.UNKNOWN;
      }
      throw new AssertionError("unexpected status " + refused.actualStatus(), e);
    } catch (TimeoutException e) {
      return Outcome.UNKNOWN;
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
