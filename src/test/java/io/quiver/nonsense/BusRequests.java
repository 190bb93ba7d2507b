package io.quiver.nonsense;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.quiver.core.CollectionName;
import io.quiver.core.DenseVector;
import io.quiver.core.Durability;
import io.quiver.core.Metadata;
import io.quiver.core.Metric;
import io.quiver.core.Owner;
import io.quiver.core.Quantization;
import io.quiver.core.VectorId;
import io.quiver.core.VectorType;
import io.quiver.message.BackupPath;
import io.quiver.message.CleanUpDeleted;
import io.quiver.message.CollectionConfig;
import io.quiver.message.CreateCollection;
import io.quiver.message.DeleteVectors;
import io.quiver.message.Effort;
import io.quiver.message.ImportCollection;
import io.quiver.message.IndexParams;
import io.quiver.message.OnError;
import io.quiver.message.RestoreCollection;
import io.quiver.message.Row;
import io.quiver.message.SearchVectors;
import io.quiver.message.WriteMode;
import io.quiver.message.WriteVectors;
import io.quiver.nonsense.Surface.CannotSay;
import java.util.ArrayList;
import java.util.List;

/** The table's requests as an embedding application makes them; what is missing is null. */
final class BusRequests {
  private BusRequests() {}

  static CreateCollection create(String request) {
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
    String name = Words.text(json, "name");
    int dimension = Words.whole(json, "dimension", 0);
    String metric = Words.text(json, "distance_metric");
    String type = Words.text(json, "vector_type");
    int shards = Words.whole(json, "shards", 1);
    return new CreateCollection(
        new CollectionConfig(
            name == null ? null : new CollectionName(name),
            dimension,
            metric == null ? null : Metric.parse(metric),
            type == null ? VectorType.FLOAT32 : VectorType.parse(type),
            index(json),
            shards,
            quantization(json)),
        Words.isThere(json, "owner") ? new Owner(Words.text(json, "owner")) : Owner.NONE);
  }

  /** Those with figures; a wrong word cannot be said in types. */
  private static Quantization quantization(ObjectNode json) {
    if (!Words.isThere(json, "quantization")) {
      return new Quantization.Auto();
    }
    ObjectNode codes =
        Words.object(json.get("quantization"), "type", "num_segments", "num_centroids");
    return switch (String.valueOf(Words.text(codes, "type"))) {
      case "scalar" -> new Quantization.Scalar();
      case "binary" -> new Quantization.Binary();
      case "product" ->
          new Quantization.Product(
              Words.whole(codes, "num_segments", 1), Words.whole(codes, "num_centroids", 256));
      default -> throw new CannotSay("no such type");
    };
  }

  static ImportCollection importing(String request) {
    ObjectNode json =
        Words.object(
            request,
            "orphaned_path",
            "collection_name",
            "dimension",
            "distance_metric",
            "vector_type");
    String path = Words.text(json, "orphaned_path");
    String name = Words.text(json, "collection_name");
    int dimension = Words.whole(json, "dimension", 0);
    String metric = Words.text(json, "distance_metric");
    String type = Words.text(json, "vector_type");
    return new ImportCollection(
        path,
        new CollectionConfig(
            name == null ? null : new CollectionName(name),
            dimension,
            metric == null ? null : Metric.parse(metric),
            type == null ? VectorType.FLOAT32 : VectorType.parse(type),
            IndexParams.DEFAULT,
            1));
  }

  static RestoreCollection restore(String request) {
    ObjectNode json = Words.object(request, "backup_path", "new_name");
    String path = Words.text(json, "backup_path");
    String name = Words.text(json, "new_name");
    BackupPath from = path == null ? null : new BackupPath(path);
    return name == null && from != null
        ? RestoreCollection.asItWas(from)
        : new RestoreCollection(from, name == null ? null : new CollectionName(name));
  }

  static CleanUpDeleted cleanUp(String request) {
    ObjectNode json = Words.object(request, "retention_hours");
    return CleanUpDeleted.ofHours(Words.whole(json, "retention_hours", 0));
  }

  static IndexParams index(ObjectNode json) {
    IndexParams otherwise = IndexParams.DEFAULT;
    if (!Words.isThere(json, "index_config")) {
      return otherwise;
    }
    ObjectNode index =
        Words.object(
            json.get("index_config"),
            "max_connections",
            "ef_construction",
            "ef_search",
            "max_layer");
    return new IndexParams(
        Words.whole(index, "max_connections", otherwise.maxConnections()),
        Words.whole(index, "ef_construction", otherwise.efConstruction()),
        Words.whole(index, "ef_search", otherwise.efSearch()),
        Words.whole(index, "max_layer", otherwise.maxLayer()));
  }

  static WriteVectors insert(String collection, String request) {
    ObjectNode json = Words.object(request, "id", "data", "metadata");
    return write(collection, WriteMode.INSERT, List.of(row(json)), OnError.ABORT);
  }

  static WriteVectors update(String collection, String id, String request) {
    ObjectNode json = Words.object(request, "data", "metadata");
    json.put("id", id);
    return write(collection, WriteMode.UPDATE, List.of(row(json)), OnError.ABORT);
  }

  static WriteVectors batch(String collection, WriteMode mode, String request) {
    ObjectNode json = Words.object(request, "vectors", "on_error");
    List<ObjectNode> objects = new ArrayList<>();
    for (JsonNode row : Words.elements(json, "vectors")) {
      objects.add(Words.object(row, "id", "data", "metadata"));
      Words.text(objects.getLast(), "id");
      Words.floats(objects.getLast(), "data");
    }
    String onError = Words.text(json, "on_error");
    List<Row> rows = new ArrayList<>();
    objects.forEach(row -> rows.add(row(row)));
    return write(collection, mode, rows, onError == null ? OnError.ABORT : OnError.parse(onError));
  }

  private static WriteVectors write(
      String collection, WriteMode mode, List<Row> rows, OnError onError) {
    return new WriteVectors(new CollectionName(collection), mode, rows, onError, Durability.FSYNC);
  }

  static Row row(ObjectNode json) {
    String id = Words.text(json, "id");
    float[] data = Words.floats(json, "data");
    Metadata metadata =
        Words.isThere(json, "metadata")
            ? Metadata.ofJson(Words.json(json.get("metadata")))
            : Metadata.ABSENT;
    return new Row(
        id == null ? VectorId.random() : new VectorId(id),
        Words.isThere(json, "data") ? DenseVector.of(data) : null,
        metadata);
  }

  static DeleteVectors delete(String collection, List<String> ids) {
    return new DeleteVectors(
        new CollectionName(collection), ids.stream().map(VectorId::new).toList(), Durability.FSYNC);
  }

  static DeleteVectors deleteBatch(String collection, String request) {
    ObjectNode json = Words.object(request, "ids");
    return delete(collection, Words.elements(json, "ids").stream().map(Words::text).toList());
  }

  static List<SearchVectors> searches(String collection, String request) {
    List<ObjectNode> objects =
        Words.elements(Words.object(request, "searches"), "searches").stream()
            .map(search -> Words.object(search, "vector", "limit", "filter"))
            .toList();
    List<SearchVectors> searches = new ArrayList<>();
    for (int i = 0; i < objects.size(); i++) {
      searches.add(search(collection, objects.get(i), "searches[" + i + "]."));
    }
    return searches;
  }

  static SearchVectors search(String collection, String request) {
    return search(
        collection,
        Words.object(
            request,
            "vector",
            "query_vector",
            "limit",
            "offset",
            "ef_search",
            "exact",
            "with_vectors",
            "with_metadata",
            "max_distance",
            "deadline_ms",
            "oversampling",
            "target_recall",
            "filter"),
        "");
  }

  private static SearchVectors search(String collection, ObjectNode json, String place) {
    if (json.has("vector") && json.has("query_vector")) {
      throw new CannotSay("two vectors");
    }
    String field = json.has("vector") ? "vector" : "query_vector";
    float[] vector = Words.floats(json, field);
    int limit = Words.whole(json, "limit", SearchVectors.LIMIT_DEFAULT);
    int offset = Words.whole(json, "offset", 0);
    int efSearch = orDefault(json, "ef_search");
    int deadlineMillis = orDefault(json, "deadline_ms");
    if (json.has("max_distance") && !json.get("max_distance").isNumber()) {
      throw new CannotSay("no number");
    }
    float maxDistance = json.path("max_distance").floatValue();
    if (Float.isInfinite(maxDistance)) {
      throw new CannotSay("infinity is no bound");
    }
    return new SearchVectors(
        new CollectionName(collection),
        Words.isThere(json, field) ? DenseVector.of(vector) : null,
        limit,
        offset,
        efSearch,
        Words.flag(json, "exact", false),
        Words.flag(json, "with_vectors", false),
        Words.flag(json, "with_metadata", true),
        json.has("max_distance") ? maxDistance : Float.POSITIVE_INFINITY,
        deadlineMillis,
        new Effort(true, number(json, "oversampling"), number(json, "target_recall")),
        BusPoints.filter(place + "filter", json));
  }

  private static float number(ObjectNode json, String field) {
    float value = json.path(field).floatValue();
    if (value == 0 && json.has(field)) {
      throw new CannotSay("zero is the default, and what is no number is nothing");
    }
    return value;
  }

  private static int orDefault(ObjectNode json, String field) {
    int value = Words.whole(json, field, 0);
    if (value == 0 && Words.isThere(json, field)) {
      throw new CannotSay("zero is the default");
    }
    return value;
  }
}
