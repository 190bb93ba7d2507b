package io.quiver.migrate;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.quiver.core.CollectionName;
import io.quiver.core.Metric;
import io.quiver.core.Quantization;
import io.quiver.core.QuiverException;
import io.quiver.core.VectorType;
import io.quiver.disk.Disk;
import io.quiver.message.CollectionConfig;
import io.quiver.message.IndexParams;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * Reads d-vecDB's {@code metadata.json}: {@code name}, {@code dimension}, {@code distance_metric};
 * {@code vector_type} and {@code index_config} may be absent, other fields are ignored.
 */
final class DvecMetadata {
  static final String METADATA = "metadata.json";

  private static final int BYTES_MAX = 1 << 20;

  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private DvecMetadata() {}

  /**
   * Reads the file of a collection.
   *
   * @throws MalformedFileException if it is none of d-vecDB's, or says what no collection can be
   */
  static CollectionConfig read(Disk disk, Path folder) throws IOException {
    Path file = folder.resolve(METADATA);
    long size = disk.size(file);
    if (size > BYTES_MAX) {
      throw new MalformedFileException(file, "file", 0, "at most " + BYTES_MAX + " bytes: " + size);
    }
    return parse(file, disk.readAll(file));
  }

  static CollectionConfig parse(Path file, byte[] bytes) throws MalformedFileException {
    try {
      JsonNode json = JSON.readTree(bytes);
      if (json == null || !json.isObject()) {
        throw QuiverException.invalid("metadata", "a JSON object", "something else");
      }
      return config(json);
    } catch (JsonProcessingException e) {
      long at = e.getLocation() == null ? 0 : Math.max(0, e.getLocation().getByteOffset());
      throw new MalformedFileException(file, "JSON", at, e.getOriginalMessage());
    } catch (QuiverException e) {
      throw new MalformedFileException(file, "field", 0, e.getMessage());
    } catch (IOException e) {
      throw new MalformedFileException(file, "JSON", 0, String.valueOf(e.getMessage()));
    }
  }

  /** What d-vecDB would write for this. */
  static byte[] write(CollectionConfig config) {
    ObjectNode json = JSON.createObjectNode();
    json.put("name", config.name().value()).put("dimension", config.dimension());
    json.put("distance_metric", config.metric().word());
    json.put("vector_type", config.vectorType().word());
    json.putObject("index_config")
        .put("max_connections", config.index().maxConnections())
        .put("ef_construction", config.index().efConstruction())
        .put("ef_search", config.index().efSearch())
        .put("max_layer", config.index().maxLayer());
    if (!(config.quantization() instanceof Quantization.Auto)) {
      ObjectNode codes = json.putObject("quantization").put("type", config.quantization().word());
      if (config.quantization() instanceof Quantization.Product(int segments, int centroids)) {
        codes.put("num_segments", segments).put("num_centroids", centroids);
      }
    }
    return json.toPrettyString().getBytes(StandardCharsets.UTF_8);
  }

  private static CollectionConfig config(JsonNode json) {
    IndexParams index = IndexParams.DEFAULT;
    JsonNode given = json.path("index_config");
    if (given.isObject()) {
      index =
          new IndexParams(
              whole(given, "max_connections", index.maxConnections()),
              whole(given, "ef_construction", index.efConstruction()),
              whole(given, "ef_search", index.efSearch()),
              whole(given, "max_layer", index.maxLayer()));
    }
    VectorType type =
        json.hasNonNull("vector_type")
            ? VectorType.parse(text(json, "vector_type"))
            : VectorType.FLOAT32;
    CollectionConfig config =
        new CollectionConfig(
            new CollectionName(text(json, "name")),
            whole(json, "dimension", 0),
            Metric.parse(text(json, "distance_metric")),
            type,
            index,
            1);
    try {
      return config.withQuantization(quantization(json.path("quantization")));
    } catch (QuiverException e) {
      return config; // d-vecDB kept whatever was said and used none of it.
    }
  }

  private static Quantization quantization(JsonNode json) {
    return Quantization.of(
        json.path("type").asText(),
        () ->
            new Quantization.Product(
                whole(json, "num_segments", 0), whole(json, "num_centroids", 0)));
  }

  private static String text(JsonNode json, String field) {
    JsonNode value = json.path(field);
    if (!value.isTextual()) {
      throw QuiverException.invalid(field, "text", value.isMissingNode() ? "nothing" : value);
    }
    return value.asText();
  }

  private static int whole(JsonNode json, String field, int otherwise) {
    JsonNode value = json.path(field);
    if (value.isMissingNode() || value.isNull()) {
      return otherwise;
    }
    if (!value.isIntegralNumber() || !value.canConvertToInt()) {
      throw QuiverException.invalid(field, "a whole number", value);
    }
    return value.asInt();
  }
}
