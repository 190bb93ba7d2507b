package io.quiver.catalog;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import io.quiver.collection.Manifest;
import io.quiver.collection.Manifest.ShardCheckpoint;
import io.quiver.core.CollectionName;
import io.quiver.core.Metric;
import io.quiver.core.Owner;
import io.quiver.core.Quantization;
import io.quiver.core.VectorType;
import io.quiver.disk.DamagedFileException;
import io.quiver.message.CollectionConfig;
import io.quiver.message.IndexParams;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * Reads what {@link ManifestJson} wrote, of any version: {@link ManifestMigrations} make it what is
 * written today. Unknown fields are ignored: a later minor version may have added them.
 */
final class ManifestReader {
  private static final JsonFactory JSON =
      JsonFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  private final Map<String, Object> fields = new HashMap<>();
  private final List<Map<String, Object>> shards = new ArrayList<>();

  private ManifestReader() {}

  /**
   * Reads a whole file.
   *
   * @throws DamagedFileException if it is not as it was written
   */
  static Manifest read(Path file, byte[] bytes) throws DamagedFileException {
    checkCrc(file, bytes);
    ManifestReader reader = new ManifestReader();
    try (JsonParser json = JSON.createParser(bytes)) {
      json.nextToken();
      reader.object("", json);
      return reader.manifest();
    } catch (RuntimeException | IOException e) {
      throw new DamagedFileException(file, 0, "a manifest", String.valueOf(e.getMessage()));
    }
  }

  /** Refuses bytes that do not end with the CRC32C of what is before it. */
  static void checkCrc(Path file, byte[] bytes) throws DamagedFileException {
    // One byte a character, so that places in the text are offsets in the file.
    String text = new String(bytes, StandardCharsets.ISO_8859_1);
    int at = text.lastIndexOf(ManifestJson.CRC_FIELD);
    if (at < 0) {
      throw new DamagedFileException(file, bytes.length, "a crc32c field", "none");
    }
    String expected = ManifestJson.crc(bytes, at);
    int from = at + ManifestJson.CRC_FIELD.length();
    String found = text.substring(from, Math.min(from + 8, text.length()));
    if (!found.equals(expected)) {
      throw new DamagedFileException(file, from, "crc32c " + expected, found);
    }
  }

  /** Collects scalars under dotted names; the objects of {@code shards} one by one. */
  private void object(String prefix, JsonParser json) throws IOException {
    expect(json, JsonToken.START_OBJECT);
    while (json.nextToken() != JsonToken.END_OBJECT) {
      String name = prefix + json.currentName();
      JsonToken value = json.nextToken();
      if (value == JsonToken.START_OBJECT) {
        object(name + ".", json);
      } else if (value == JsonToken.START_ARRAY && name.equals("shards")) {
        readShards(json);
      } else if (value == JsonToken.START_ARRAY) {
        json.skipChildren();
      } else {
        fields.put(name, scalar(json));
      }
    }
  }

  private void readShards(JsonParser json) throws IOException {
    while (json.nextToken() != JsonToken.END_ARRAY) {
      ManifestReader one = new ManifestReader();
      one.object("", json);
      shards.add(one.fields);
    }
  }

  private static Object scalar(JsonParser json) throws IOException {
    return json.currentToken() == JsonToken.VALUE_NUMBER_INT
        ? (Object) json.getLongValue()
        : json.getText();
  }

  private static void expect(JsonParser json, JsonToken token) throws IOException {
    if (json.currentToken() != token) {
      throw new IOException(
          "expected %s, found %s at %s"
              .formatted(token, json.currentToken(), json.currentLocation().offsetDescription()));
    }
  }

  private Manifest manifest() {
    ManifestFields found = new ManifestFields(fields, shards);
    ManifestMigrations.run(found);
    UUID uuid = UUID.fromString(found.text("uuid"));
    Manifest manifest =
        new Manifest(
            config(found),
            uuid,
            Instant.parse(found.text("created_at")).toEpochMilli(),
            Instant.parse(found.text("updated_at")).toEpochMilli(),
            found.number("checkpoint.lsn"),
            shards.stream().map(ManifestReader::checkpoint).toList(),
            fields.containsKey("files_uuid") ? UUID.fromString(found.text("files_uuid")) : uuid,
            new Owner(found.text("owner")));
    if (found.number("vector_count") != manifest.live()) {
      throw new IllegalArgumentException(
          "vector_count: want=%d got=%d".formatted(manifest.live(), found.number("vector_count")));
    }
    return manifest;
  }

  private static ShardCheckpoint checkpoint(Map<String, Object> shard) {
    return new ShardCheckpoint(
        ManifestFields.text(shard, "folder"),
        ManifestFields.number(shard, "lsn"),
        ManifestFields.count(shard, "rows"),
        ManifestFields.count(shard, "live"),
        ManifestFields.number(shard, "payload_bytes"),
        ManifestFields.count(shard, "indexed"),
        ManifestFields.count(shard, "graph_nodes"));
  }

  private CollectionConfig config(ManifestFields found) {
    return new CollectionConfig(
        new CollectionName(found.text("name")),
        ManifestFields.count(fields, "dimension"),
        Metric.parse(found.text("distance_metric")),
        VectorType.parse(found.text("vector_type")),
        new IndexParams(
            ManifestFields.count(fields, "index_config.max_connections"),
            ManifestFields.count(fields, "index_config.ef_construction"),
            ManifestFields.count(fields, "index_config.ef_search"),
            ManifestFields.count(fields, "index_config.max_layer")),
        shards.size(),
        quantization());
  }

  /** Absent where the engine chooses, and in files of before there was a choice. */
  private Quantization quantization() {
    return Quantization.of(
        String.valueOf(fields.getOrDefault("quantization.type", "auto")),
        () ->
            new Quantization.Product(
                ManifestFields.count(fields, "quantization.num_segments"),
                ManifestFields.count(fields, "quantization.num_centroids")));
  }
}
