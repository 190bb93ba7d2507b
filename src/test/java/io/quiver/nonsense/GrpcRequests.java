package io.quiver.nonsense;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.MessageLite;
import io.quiver.front.grpc.v1.BatchInsertRequest;
import io.quiver.front.grpc.v1.CollectionConfig;
import io.quiver.front.grpc.v1.CreateCollectionRequest;
import io.quiver.front.grpc.v1.DeleteCollectionRequest;
import io.quiver.front.grpc.v1.DeleteRequest;
import io.quiver.front.grpc.v1.DistanceMetric;
import io.quiver.front.grpc.v1.GetCollectionInfoRequest;
import io.quiver.front.grpc.v1.GetSnapshotRequest;
import io.quiver.front.grpc.v1.IndexConfig;
import io.quiver.front.grpc.v1.InsertRequest;
import io.quiver.front.grpc.v1.Quantization;
import io.quiver.front.grpc.v1.QueryRequest;
import io.quiver.front.grpc.v1.UpdateRequest;
import io.quiver.front.grpc.v1.Vector;
import io.quiver.nonsense.Surface.CannotSay;
import java.util.List;
import java.util.Locale;

/** The table's requests in the generated messages, as a client with our contract makes them. */
final class GrpcRequests {
  /** Zero is the contract's word for the default. */
  private static final int DEFAULT = 0;

  private GrpcRequests() {}

  static CreateCollectionRequest create(String request) {
    ObjectNode json =
        Words.object(
            request,
            "name",
            "dimension",
            "distance_metric",
            "vector_type",
            "index_config",
            "shards",
            "quantization",
            "owner");
    CollectionConfig.Builder config =
        CollectionConfig.newBuilder()
            .setName(text(json, "name"))
            .setDimension(Words.whole(json, "dimension", 0))
            .setDistanceMetric(metric(Words.text(json, "distance_metric")))
            .setShards(given(json, "shards"));
    if (Words.isThere(json, "vector_type")) {
      throw new CannotSay("an unknown type is float32");
    }
    if (Words.isThere(json, "quantization")) {
      config.setQuantization(quantization(json));
    }
    if (Words.isThere(json, "index_config")) {
      ObjectNode index =
          Words.object(
              json.get("index_config"),
              "max_connections",
              "ef_construction",
              "ef_search",
              "max_layer");
      config.setIndexConfig(
          IndexConfig.newBuilder()
              .setMaxConnections(given(index, "max_connections"))
              .setEfConstruction(given(index, "ef_construction"))
              .setEfSearch(given(index, "ef_search"))
              .setMaxLayer(given(index, "max_layer")));
    }
    return CreateCollectionRequest.newBuilder()
        .setConfig(config)
        .setOwner(text(json, "owner"))
        .build();
  }

  static GetCollectionInfoRequest describe(String collection) {
    return GetCollectionInfoRequest.newBuilder().setCollectionName(wellFormed(collection)).build();
  }

  static DeleteCollectionRequest drop(String collection) {
    return DeleteCollectionRequest.newBuilder().setCollectionName(wellFormed(collection)).build();
  }

  /** The fields are the same in every request about snapshots. */
  static GetSnapshotRequest snapshot(String collection, String snapshot) {
    return GetSnapshotRequest.newBuilder()
        .setCollectionName(wellFormed(collection))
        .setSnapshotName(wellFormed(snapshot))
        .build();
  }

  static InsertRequest insert(String collection, String request) {
    return InsertRequest.newBuilder()
        .setCollectionName(collection)
        .setVector(newVector(Words.object(request, "id", "data", "metadata")))
        .build();
  }

  static BatchInsertRequest batch(String collection, String request) {
    BatchInsertRequest.Builder batch =
        BatchInsertRequest.newBuilder().setCollectionName(collection);
    for (JsonNode row : Words.elements(Words.object(request, "vectors"), "vectors")) {
      batch.addVectors(newVector(Words.object(row, "id", "data", "metadata")));
    }
    return batch.build();
  }

  static UpdateRequest update(String collection, String id, String request) {
    ObjectNode row = Words.object(request, "data", "metadata");
    return UpdateRequest.newBuilder()
        .setCollectionName(collection)
        .setVector(vector(row).setId(wellFormed(id)))
        .build();
  }

  static DeleteRequest delete(String collection, String id) {
    return DeleteRequest.newBuilder().setCollectionName(collection).setVectorId(id).build();
  }

  private static Quantization quantization(ObjectNode json) {
    ObjectNode codes =
        Words.object(json.get("quantization"), "type", "num_segments", "num_centroids");
    return Quantization.newBuilder()
        .setType(text(codes, "type"))
        .setNumSegments(given(codes, "num_segments"))
        .setNumCentroids(given(codes, "num_centroids"))
        .build();
  }

  static MessageLite query(String collection, String request) {
    ObjectNode json =
        Words.object(
            request,
            "vector",
            "query_vector",
            "limit",
            "ef_search",
            "oversampling",
            "target_recall",
            "filter");
    if (json.has("vector") && json.has("query_vector")) {
      throw new CannotSay("two vectors");
    }
    QueryRequest.Builder query =
        QueryRequest.newBuilder()
            .setCollectionName(collection)
            .setLimit(given(json, "limit"))
            .setEfSearch(given(json, "ef_search"));
    query.setOversampling(number(json, "oversampling"));
    query.setTargetRecall(number(json, "target_recall"));
    for (float component : Words.floats(json, json.has("vector") ? "vector" : "query_vector")) {
      query.addQueryVector(component);
    }
    if (Words.isThere(json, "filter")) {
      Words.object(json.get("filter"), names(json.get("filter")))
          .properties()
          .forEach(e -> query.putFilter(e.getKey(), Words.text(e.getValue())));
    }
    return query.build();
  }

  private static float number(ObjectNode json, String field) {
    float value = json.path(field).floatValue();
    if (value == 0 && json.has(field)) {
      throw new CannotSay("zero is the default, and what is no number is nothing");
    }
    return value;
  }

  private static String[] names(JsonNode object) {
    List<String> names = new java.util.ArrayList<>();
    object.fieldNames().forEachRemaining(names::add);
    return names.toArray(String[]::new);
  }

  /** An empty id asks for a fresh one. */
  static Vector.Builder newVector(ObjectNode row) {
    if (row.path("id").asText("x").isEmpty()) {
      throw new CannotSay("an empty id");
    }
    return vector(row).setId(text(row, "id"));
  }

  private static Vector.Builder vector(ObjectNode row) {
    Vector.Builder vector = Vector.newBuilder();
    for (float component : Words.floats(row, "data")) {
      vector.addData(component);
    }
    if (Words.isThere(row, "metadata")) {
      Words.object(row.get("metadata"), names(row.get("metadata")))
          .properties()
          .forEach(e -> vector.putMetadata(e.getKey(), Words.text(e.getValue())));
    }
    return vector;
  }

  private static DistanceMetric metric(String word) {
    for (DistanceMetric metric : DistanceMetric.values()) {
      if (word != null
          && metric
              .name()
              .endsWith("_" + word.toUpperCase(Locale.ROOT).replace("PRODUCT", "_PRODUCT"))) {
        return metric;
      }
    }
    throw new CannotSay("an unknown metric is cosine");
  }

  /** A number that was given; zero means that none was. */
  static int given(ObjectNode json, String field) {
    int value = Words.whole(json, field, DEFAULT);
    if (value == DEFAULT && Words.isThere(json, field)) {
      throw new CannotSay("zero is the default");
    }
    return value;
  }

  static String text(ObjectNode json, String field) {
    String text = Words.text(json, field);
    return text == null ? "" : wellFormed(text);
  }

  /** Protobuf has no way to write half a character. */
  private static String wellFormed(String text) {
    for (int i = 0; i < text.length(); i++) {
      boolean pair =
          i + 1 < text.length() && Character.isSurrogatePair(text.charAt(i), text.charAt(i + 1));
      if (Character.isSurrogate(text.charAt(i)) && !pair) {
        throw new CannotSay("a lone surrogate");
      }
      i += pair ? 1 : 0;
    }
    return text;
  }
}
