package io.quiver.catalog;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import io.quiver.collection.Manifest;
import io.quiver.collection.Manifest.ShardCheckpoint;
import io.quiver.core.Quantization;
import io.quiver.disk.Crc;
import io.quiver.message.CollectionConfig;
import io.quiver.message.IndexParams;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HexFormat;

/**
 * Writes {@code metadata.json} (docs/formats/manifest.md): JSON for people, whose last field is the
 * CRC32C of all bytes before the comma in front of it. {@link ManifestReader} reads it.
 */
final class ManifestJson {
  static final String CRC_FIELD = ",\n  \"crc32c\" : \"";

  private static final JsonFactory JSON = new JsonFactory();

  private ManifestJson() {}

  static byte[] write(Manifest manifest) {
    StringWriter text = new StringWriter(1024);
    try (JsonGenerator json = JSON.createGenerator(text)) {
      json.setPrettyPrinter(
          new DefaultPrettyPrinter().withObjectIndenter(new DefaultIndenter("  ", "\n")));
      writeFields(json, manifest);
    } catch (IOException e) {
      throw new UncheckedIOException("a string refused text", e);
    }
    String whole = text.toString();
    byte[] body = whole.substring(0, whole.lastIndexOf("\n}")).getBytes(StandardCharsets.UTF_8);
    String tail = CRC_FIELD + crc(body, body.length) + "\"\n}\n";
    return (new String(body, StandardCharsets.UTF_8) + tail).getBytes(StandardCharsets.UTF_8);
  }

  static String crc(byte[] bytes, int length) {
    return HexFormat.of().toHexDigits(Crc.of(bytes, 0, length));
  }

  private static void writeFields(JsonGenerator json, Manifest manifest) throws IOException {
    CollectionConfig config = manifest.config();
    json.writeStartObject();
    json.writeStringField("name", config.name().value());
    json.writeNumberField("dimension", config.dimension());
    json.writeStringField("distance_metric", config.metric().word());
    json.writeStringField("vector_type", config.vectorType().word());
    writeIndex(json, config.index());
    writeQuantization(json, config.quantization());
    json.writeNumberField("format_version", ManifestMigrations.VERSION);
    json.writeStringField("uuid", manifest.uuid().toString());
    if (!manifest.filesUuid().equals(manifest.uuid())) {
      json.writeStringField("files_uuid", manifest.filesUuid().toString());
    }
    json.writeStringField("owner", manifest.owner().value());
    json.writeStringField(
        "created_at", Instant.ofEpochMilli(manifest.createdAtMillis()).toString());
    json.writeStringField(
        "updated_at", Instant.ofEpochMilli(manifest.updatedAtMillis()).toString());
    json.writeNumberField("vector_count", manifest.live());
    json.writeObjectFieldStart("checkpoint");
    json.writeNumberField("lsn", manifest.checkpointLsn());
    json.writeEndObject();
    json.writeArrayFieldStart("shards");
    for (ShardCheckpoint shard : manifest.shards()) {
      json.writeStartObject();
      json.writeStringField("folder", shard.folder());
      json.writeNumberField("lsn", shard.lsn());
      json.writeNumberField("rows", shard.count());
      json.writeNumberField("live", shard.live());
      json.writeNumberField("payload_bytes", shard.payloadBytes());
      json.writeNumberField("indexed", shard.indexed());
      json.writeNumberField("graph_nodes", shard.graphNodes());
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  private static void writeQuantization(JsonGenerator json, Quantization quantization)
      throws IOException {
    if (quantization instanceof Quantization.Auto) {
      return;
    }
    json.writeObjectFieldStart("quantization");
    json.writeStringField("type", quantization.word());
    if (quantization instanceof Quantization.Product(int segments, int centroids)) {
      json.writeNumberField("num_segments", segments);
      json.writeNumberField("num_centroids", centroids);
    }
    json.writeEndObject();
  }

  private static void writeIndex(JsonGenerator json, IndexParams index) throws IOException {
    json.writeObjectFieldStart("index_config");
    json.writeNumberField("max_connections", index.maxConnections());
    json.writeNumberField("ef_construction", index.efConstruction());
    json.writeNumberField("ef_search", index.efSearch());
    json.writeNumberField("max_layer", index.maxLayer());
    json.writeEndObject();
  }
}
