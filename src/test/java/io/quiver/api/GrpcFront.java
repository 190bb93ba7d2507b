package io.quiver.api;

import io.quiver.core.DenseVector;
import io.quiver.front.grpc.v1.BatchInsertRequest;
import io.quiver.front.grpc.v1.CollectionConfig;
import io.quiver.front.grpc.v1.CreateCollectionRequest;
import io.quiver.front.grpc.v1.DeleteCollectionRequest;
import io.quiver.front.grpc.v1.DeleteRequest;
import io.quiver.front.grpc.v1.DistanceMetric;
import io.quiver.front.grpc.v1.GetCollectionInfoRequest;
import io.quiver.front.grpc.v1.InsertRequest;
import io.quiver.front.grpc.v1.ListCollectionsRequest;
import io.quiver.front.grpc.v1.QueryRequest;
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
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
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
  public boolean hasEverything() {
    return false;
  }

  @Override
  public Outcome upsert(String collection, List<Row> rows) {
    throw new UnsupportedOperationException("gRPC has no upsert");
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

  @Override
  public Set<String> collections() {
    return new TreeSet<>(
        answer(client.listCollections(ListCollectionsRequest.getDefaultInstance()))
            .getCollectionNamesList());
  }

  @Override
  public long count(String collection) {
    return answer(
            client.getCollectionInfo(
                GetCollectionInfoRequest.newBuilder().setCollectionName(collection).build()))
        .getStats()
        .getVectorCount();
  }

  @Override
  public boolean has(String collection, String id) {
    throw new UnsupportedOperationException("gRPC reads no row by its id");
  }

  /** An effort that is no less than a sixteenth of the rows makes the server compare all. */
  @Override
  public List<Found> scan(String collection, float[] query, int limit) {
    return query(collection, query, limit, 10_000);
  }

  @Override
  public Optional<Found> nearest(String collection, float[] query) {
    return query(collection, query, 1, 400).stream().findFirst();
  }

  private List<Found> query(String collection, float[] query, int limit, int efSearch) {
    QueryRequest.Builder request =
        QueryRequest.newBuilder()
            .setCollectionName(collection)
            .setLimit(limit)
            .setEfSearch(efSearch);
    for (float component : query) {
      request.addQueryVector(component);
    }
    return answer(client.query(request.build())).getResultsList().stream()
        .map(hit ->
            new Found(
                new Row(hit.getId(), hit.getMetadataOrDefault("value", "")), DenseVector.NONE))
        .toList();
  }

  private static <T> T answer(Future<T> call) {
    try {
      return call.toCompletionStage().toCompletableFuture().get(60, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException | InterruptedException e) {
      throw new AssertionError("gRPC: " + e, e);
    }
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
