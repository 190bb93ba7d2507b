package io.quiver.front.grpc;

import io.quiver.core.CollectionName;
import io.quiver.core.DenseVector;
import io.quiver.core.Durability;
import io.quiver.core.Limits;
import io.quiver.core.Metadata;
import io.quiver.core.Metric;
import io.quiver.core.Owner;
import io.quiver.core.Quantization;
import io.quiver.core.QuiverException;
import io.quiver.core.VectorId;
import io.quiver.core.VectorType;
import io.quiver.filter.Filter;
import io.quiver.filter.FilterParser;
import io.quiver.front.grpc.v1.BatchInsertRequest;
import io.quiver.front.grpc.v1.CreateCollectionRequest;
import io.quiver.front.grpc.v1.DeleteRequest;
import io.quiver.front.grpc.v1.DistanceMetric;
import io.quiver.front.grpc.v1.IndexConfig;
import io.quiver.front.grpc.v1.InsertRequest;
import io.quiver.front.grpc.v1.QueryRequest;
import io.quiver.front.grpc.v1.UpdateRequest;
import io.quiver.front.grpc.v1.Vector;
import io.quiver.message.CollectionConfig;
import io.quiver.message.CreateCollection;
import io.quiver.message.DeleteVectors;
import io.quiver.message.Effort;
import io.quiver.message.IndexParams;
import io.quiver.message.OnError;
import io.quiver.message.Row;
import io.quiver.message.SearchVectors;
import io.quiver.message.WriteMode;
import io.quiver.message.WriteVectors;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * From protobuf requests to messages. What is wrong is an INVALID_ARGUMENT that names the field.
 */
final class Requests {
  private Requests() {}

  /** The collection that a request is about. */
  static CollectionName collection(String text) {
    try {
      return new CollectionName(text);
    } catch (QuiverException e) {
      throw renamed("collection_name", e);
    }
  }

  static CreateCollection create(CreateCollectionRequest request) {
    return new CreateCollection(config(request), new Owner(request.getOwner()));
  }

  private static CollectionConfig config(CreateCollectionRequest request) {
    if (!request.hasConfig()) {
      throw QuiverException.invalid("config", "a collection config", "nothing");
    }
    io.quiver.front.grpc.v1.CollectionConfig config = request.getConfig();
    return new CollectionConfig(
        new CollectionName(config.getName()),
        count("dimension", config.getDimension(), Limits.DIMENSION_MAX),
        metric(config.getDistanceMetric()),
        vectorType(config.getVectorType()),
        indexParams(config.getIndexConfig()),
        orDefault(count("shards", config.getShards(), Limits.SHARDS_MAX), 1),
        quantization(config.getQuantization(), config.getDimension()));
  }

  private static Quantization quantization(
      io.quiver.front.grpc.v1.Quantization codes, int dimension) {
    int most = Quantization.Product.CENTROIDS_MAX;
    return Quantization.of(
        codes.getType().isEmpty() ? "auto" : codes.getType(),
        () ->
            new Quantization.Product(
                orDefault(
                    count(
                        "quantization.num_segments", codes.getNumSegments(), Limits.DIMENSION_MAX),
                    Quantization.Product.segmentsOf(dimension)),
                orDefault(
                    count("quantization.num_centroids", codes.getNumCentroids(), Integer.MAX_VALUE),
                    most)));
  }

  static WriteVectors insert(InsertRequest request) {
    CollectionName collection = collection(request.getCollectionName());
    requireVector(request.hasVector());
    return write(collection, WriteMode.INSERT, List.of(row(request.getVector(), "vector", true)));
  }

  static WriteVectors update(UpdateRequest request) {
    CollectionName collection = collection(request.getCollectionName());
    requireVector(request.hasVector());
    return write(collection, WriteMode.UPDATE, List.of(row(request.getVector(), "vector", false)));
  }

  static WriteVectors batchInsert(BatchInsertRequest request) {
    CollectionName collection = collection(request.getCollectionName());
    int count = request.getVectorsCount();
    if (count > Limits.BATCH_ROWS_MAX) {
      throw QuiverException.invalid("vectors", "1 to " + Limits.BATCH_ROWS_MAX, count);
    }
    List<Row> rows = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      rows.add(row(request.getVectors(i), "vectors[" + i + "]", true));
    }
    return write(collection, WriteMode.INSERT, rows);
  }

  static DeleteVectors delete(DeleteRequest request) {
    return new DeleteVectors(
        collection(request.getCollectionName()),
        List.of(id("vector_id", request.getVectorId())),
        Durability.FSYNC);
  }

  static SearchVectors query(QueryRequest request, long deadlineMillis) {
    CollectionName collection = collection(request.getCollectionName());
    Filter filter = FilterParser.equalities("filter", request.getFilterMap());
    float[] vector = new float[request.getQueryVectorCount()];
    for (int i = 0; i < vector.length; i++) {
      vector[i] = request.getQueryVector(i);
    }
    int limit = count("limit", request.getLimit(), Limits.SEARCH_LIMIT_MAX);
    return new SearchVectors(
        collection,
        vector("query_vector", vector),
        orDefault(limit, SearchVectors.LIMIT_DEFAULT),
        0,
        count("ef_search", request.getEfSearch(), Limits.EF_SEARCH_MAX),
        request.getExact(),
        false,
        true,
        Float.POSITIVE_INFINITY,
        deadlineMillis,
        new Effort(
            !request.hasRescore() || request.getRescore(),
            request.getOversampling(),
            request.getTargetRecall()),
        filter);
  }

  private static WriteVectors write(CollectionName collection, WriteMode mode, List<Row> rows) {
    return new WriteVectors(collection, mode, rows, OnError.ABORT, Durability.FSYNC);
  }

  static Row row(Vector vector, String field, boolean mayGenerateId) {
    boolean generated = mayGenerateId && vector.getId().isEmpty();
    VectorId id = generated ? VectorId.random() : id(field + ".id", vector.getId());
    float[] components = new float[vector.getDataCount()];
    for (int i = 0; i < components.length; i++) {
      components[i] = vector.getData(i);
    }
    return new Row(
        id,
        vector(field + ".data", components),
        metadata(field + ".metadata", vector.getMetadataMap()));
  }

  static VectorId id(String field, String text) {
    try {
      return new VectorId(text);
    } catch (QuiverException e) {
      throw renamed(field, e);
    }
  }

  static DenseVector vector(String field, float[] components) {
    try {
      return DenseVector.owning(components);
    } catch (QuiverException e) {
      throw renamed(e.details().get("field").replaceFirst("^vector", field), e);
    }
  }

  private static Metadata metadata(String field, Map<String, String> entries) {
    try {
      return MetadataMap.toMetadata(entries);
    } catch (QuiverException e) {
      throw renamed(field, e);
    }
  }

  /** The same error, said of the field by its name in the contract. */
  private static QuiverException renamed(String field, QuiverException error) {
    return QuiverException.invalid(
        field, error.details().get("expected"), error.details().get("got"));
  }

  private static void requireVector(boolean present) {
    if (!present) {
      throw QuiverException.invalid("vector", "a vector", "nothing");
    }
  }

  private static IndexParams indexParams(IndexConfig config) {
    IndexParams defaults = IndexParams.DEFAULT;
    return new IndexParams(
        orDefault(index("max_connections", config.getMaxConnections()), defaults.maxConnections()),
        orDefault(index("ef_construction", config.getEfConstruction()), defaults.efConstruction()),
        orDefault(index("ef_search", config.getEfSearch()), defaults.efSearch()),
        orDefault(index("max_layer", config.getMaxLayer()), defaults.maxLayer()));
  }

  private static int index(String field, int value) {
    return count("index_config." + field, value, Integer.MAX_VALUE);
  }

  /** A uint32, which Java shows as an int that may have turned negative. */
  static int count(String field, int uint32, int max) {
    if (uint32 < 0 || uint32 > max) {
      throw QuiverException.invalid(field, "at most " + max, Integer.toUnsignedLong(uint32));
    }
    return uint32;
  }

  static int orDefault(int value, int ifZero) {
    return value == 0 ? ifZero : value;
  }

  private static Metric metric(DistanceMetric metric) {
    return switch (metric) {
      case DISTANCE_METRIC_UNSPECIFIED, DISTANCE_METRIC_COSINE, UNRECOGNIZED -> Metric.COSINE;
      case DISTANCE_METRIC_EUCLIDEAN -> Metric.EUCLIDEAN;
      case DISTANCE_METRIC_DOT_PRODUCT -> Metric.DOT_PRODUCT;
      case DISTANCE_METRIC_MANHATTAN -> Metric.MANHATTAN;
    };
  }

  private static VectorType vectorType(io.quiver.front.grpc.v1.VectorType type) {
    return switch (type) {
      case VECTOR_TYPE_UNSPECIFIED, VECTOR_TYPE_FLOAT32, UNRECOGNIZED -> VectorType.FLOAT32;
      case VECTOR_TYPE_FLOAT16 -> VectorType.FLOAT16;
      case VECTOR_TYPE_INT8 -> VectorType.INT8;
    };
  }
}
