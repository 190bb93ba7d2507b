package io.quiver.front.grpc;

import io.quiver.core.CollectionName;
import io.quiver.core.Metric;
import io.quiver.core.Quantization;
import io.quiver.core.VectorType;
import io.quiver.front.grpc.v1.BatchInsertResponse;
import io.quiver.front.grpc.v1.DeleteResponse;
import io.quiver.front.grpc.v1.DistanceMetric;
import io.quiver.front.grpc.v1.GetCollectionInfoResponse;
import io.quiver.front.grpc.v1.GetStatsResponse;
import io.quiver.front.grpc.v1.HealthResponse;
import io.quiver.front.grpc.v1.IndexConfig;
import io.quiver.front.grpc.v1.InsertResponse;
import io.quiver.front.grpc.v1.ListCollectionsResponse;
import io.quiver.front.grpc.v1.QueryResponse;
import io.quiver.front.grpc.v1.QueryResult;
import io.quiver.front.grpc.v1.ServerStats;
import io.quiver.message.CollectionConfig;
import io.quiver.message.CollectionInfo;
import io.quiver.message.CollectionStats;
import io.quiver.message.DeleteAck;
import io.quiver.message.DeleteVectors;
import io.quiver.message.HealthReport;
import io.quiver.message.Hit;
import io.quiver.message.IndexParams;
import io.quiver.message.NodeInfo;
import io.quiver.message.Row;
import io.quiver.message.SearchHits;
import io.quiver.message.WriteAck;
import io.quiver.message.WriteVectors;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** From messages to protobuf replies. */
final class Replies {
  private Replies() {}

  static ListCollectionsResponse names(List<CollectionName> names) {
    ListCollectionsResponse.Builder reply = ListCollectionsResponse.newBuilder();
    names.forEach(name -> reply.addCollectionNames(name.value()));
    return reply.build();
  }

  static GetCollectionInfoResponse info(CollectionInfo info) {
    return GetCollectionInfoResponse.newBuilder()
        .setConfig(config(info.config()))
        .setStats(stats(info.config(), info.stats()))
        .setOwner(info.manifest().owner().value())
        .setCreatedAtMillis(info.manifest().createdAtMillis())
        .setUpdatedAtMillis(info.manifest().updatedAtMillis())
        .setSchemaVersion(info.manifest().schemaVersion())
        .build();
  }

  static InsertResponse inserted(WriteVectors asked) {
    return InsertResponse.newBuilder()
        .setSuccess(true)
        .setMessage(asked.rows().getFirst().id().value())
        .build();
  }

  static BatchInsertResponse batchInserted(WriteVectors asked, WriteAck ack) {
    BatchInsertResponse.Builder reply =
        BatchInsertResponse.newBuilder()
            .setSuccess(true)
            .setMessage("Inserted " + ack.written() + " vectors")
            .setInsertedCount(ack.written());
    for (Row row : asked.rows()) {
      reply.addIds(row.id().value());
    }
    return reply.build();
  }

  static DeleteResponse deleted(DeleteVectors asked, DeleteAck ack) {
    boolean existed = ack.deleted() > 0;
    return DeleteResponse.newBuilder()
        .setSuccess(existed)
        .setMessage(
            existed
                ? "Vector deleted successfully"
                : "Not found: " + asked.ids().getFirst().value())
        .build();
  }

  static QueryResponse hits(SearchHits hits, long elapsedNanos) {
    return QueryResponse.newBuilder()
        .setQueryTimeMs(TimeUnit.NANOSECONDS.toMillis(elapsedNanos))
        .addAllResults(results(hits))
        .build();
  }

  static List<QueryResult> results(SearchHits hits) {
    List<QueryResult> results = new ArrayList<>(hits.hits().size());
    hits.hits().forEach(hit -> results.add(result(hit)));
    return results;
  }

  static QueryResult result(Hit hit) {
    QueryResult.Builder result =
        QueryResult.newBuilder().setId(hit.id().value()).setDistance(hit.distance());
    if (!hit.metadata().isAbsent()) {
      result.putAllMetadata(JsonEntries.of(hit.metadata().json()));
    }
    return result.build();
  }

  static GetStatsResponse nodeStats(NodeInfo info) {
    return GetStatsResponse.newBuilder()
        .setStats(
            ServerStats.newBuilder()
                .setTotalVectors(info.vectors())
                .setTotalCollections(info.collections())
                .setMemoryUsage(info.memoryBytes())
                .setDiskUsage(info.diskBytes())
                .setUptimeSeconds(TimeUnit.MILLISECONDS.toSeconds(info.uptimeMillis())))
        .build();
  }

  static HealthResponse health(HealthReport report) {
    return HealthResponse.newBuilder()
        .setHealthy(report.ready())
        .setStatus(report.ready() ? "OK" : faults(report))
        .build();
  }

  private static String faults(HealthReport report) {
    String faults =
        report.components().stream()
            .filter(component -> component.status() != HealthReport.Status.HEALTHY)
            .map(component -> component.name() + ": " + component.message())
            .collect(Collectors.joining("; "));
    return faults.isEmpty() ? "not ready" : faults;
  }

  private static io.quiver.front.grpc.v1.CollectionConfig config(CollectionConfig config) {
    IndexParams index = config.index();
    var builder = io.quiver.front.grpc.v1.CollectionConfig.newBuilder();
    if (!config.quantization().equals(new Quantization.Auto())) {
      builder.setQuantization(quantization(config.quantization()));
    }
    return builder
        .setName(config.name().value())
        .setDimension(config.dimension())
        .setDistanceMetric(metric(config.metric()))
        .setVectorType(vectorType(config.vectorType()))
        .setIndexConfig(
            IndexConfig.newBuilder()
                .setMaxConnections(index.maxConnections())
                .setEfConstruction(index.efConstruction())
                .setEfSearch(index.efSearch())
                .setMaxLayer(index.maxLayer()))
        .setShards(config.shards())
        .build();
  }

  private static io.quiver.front.grpc.v1.Quantization.Builder quantization(Quantization codes) {
    var builder = io.quiver.front.grpc.v1.Quantization.newBuilder().setType(codes.word());
    return codes instanceof Quantization.Product(int segments, int centroids)
        ? builder.setNumSegments(segments).setNumCentroids(centroids)
        : builder;
  }

  private static io.quiver.front.grpc.v1.CollectionStats stats(
      CollectionConfig config, CollectionStats stats) {
    return io.quiver.front.grpc.v1.CollectionStats.newBuilder()
        .setName(config.name().value())
        .setVectorCount(stats.vectorCount())
        .setDimension(config.dimension())
        .setIndexSize(stats.indexBytes())
        .setMemoryUsage(stats.memoryBytes())
        .build();
  }

  private static DistanceMetric metric(Metric metric) {
    return switch (metric) {
      case COSINE -> DistanceMetric.DISTANCE_METRIC_COSINE;
      case EUCLIDEAN -> DistanceMetric.DISTANCE_METRIC_EUCLIDEAN;
      case DOT_PRODUCT -> DistanceMetric.DISTANCE_METRIC_DOT_PRODUCT;
      case MANHATTAN -> DistanceMetric.DISTANCE_METRIC_MANHATTAN;
    };
  }

  private static io.quiver.front.grpc.v1.VectorType vectorType(VectorType type) {
    return switch (type) {
      case FLOAT32 -> io.quiver.front.grpc.v1.VectorType.VECTOR_TYPE_FLOAT32;
      case FLOAT16 -> io.quiver.front.grpc.v1.VectorType.VECTOR_TYPE_FLOAT16;
      case INT8 -> io.quiver.front.grpc.v1.VectorType.VECTOR_TYPE_INT8;
    };
  }
}
