package io.quiver.snapshot;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.quiver.core.CollectionName;
import io.quiver.disk.DamagedFileException;
import io.quiver.message.SnapshotName;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** Reads and writes {@code snapshot.json} (docs/formats/snapshot.md). */
final class SnapshotJson {
  private static final long FORMAT_VERSION = 1;
  private static final JsonFactory JSON = new JsonFactory();

  private SnapshotJson() {}

  static byte[] write(SnapshotIndex index) {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = JSON.createGenerator(text)) {
      json.useDefaultPrettyPrinter();
      json.writeStartObject();
      json.writeStringField("name", index.name().value());
      json.writeStringField("collection", index.collection().value());
      json.writeNumberField("created_at", index.createdSeconds());
      json.writeNumberField("size_bytes", index.sizeBytes());
      json.writeNumberField("vector_count", index.vectors());
      json.writeStringField("checksum", index.checksum());
      json.writeNumberField("format_version", FORMAT_VERSION);
      json.writeStringField("crc32c", index.digest());
      if (index.uuid().isPresent()) {
        json.writeStringField("uuid", index.uuid().get().toString());
      }
      json.writeStringField("files_uuid", index.filesUuid().toString());
      json.writeArrayFieldStart("files");
      for (SavedFile file : index.files()) {
        writeFile(json, file);
      }
      json.writeEndArray();
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException("a string refused text", e);
    }
    return text.toString().getBytes(StandardCharsets.UTF_8);
  }

  private static void writeFile(JsonGenerator json, SavedFile file) throws IOException {
    json.writeStartObject();
    json.writeStringField("path", file.path());
    json.writeNumberField("bytes", file.bytes());
    json.writeArrayFieldStart("crc32c");
    for (int sum : file.sums()) {
      json.writeString(HexFormat.of().toHexDigits(sum));
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  /**
   * Reads it back.
   *
   * @throws DamagedFileException if it is not what was written
   */
  static SnapshotIndex read(Path file, byte[] bytes) throws DamagedFileException {
    Map<String, Object> fields = new HashMap<>();
    List<SavedFile> files = new ArrayList<>();
    try (JsonParser json = JSON.createParser(bytes)) {
      json.nextToken();
      readObject(json, fields, files);
      long version = (Long) fields.getOrDefault("format_version", -1L);
      expect(file, "format version " + FORMAT_VERSION, version == FORMAT_VERSION, version);
      SnapshotIndex index =
          new SnapshotIndex(
              new SnapshotName((String) fields.get("name")),
              new CollectionName((String) fields.get("collection")),
              Optional.ofNullable((String) fields.get("uuid")).map(UUID::fromString),
              UUID.fromString((String) fields.get("files_uuid")),
              (Long) fields.get("created_at"),
              (Long) fields.get("vector_count"),
              files);
      expect(
          file, "crc32c " + index.digest(), index.digest().equals(fields.get("crc32c")), "another");
      return index;
    } catch (DamagedFileException e) {
      throw e;
    } catch (RuntimeException | IOException e) {
      throw new DamagedFileException(file, 0, "a snapshot's index", String.valueOf(e.getMessage()));
    }
  }

  private static void expect(Path file, String expected, boolean holds, Object found)
      throws DamagedFileException {
    if (!holds) {
      throw new DamagedFileException(file, 0, expected, String.valueOf(found));
    }
  }

  private static void readObject(JsonParser json, Map<String, Object> fields, List<SavedFile> files)
      throws IOException {
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String name = json.currentName();
      JsonToken value = json.nextToken();
      if (value == JsonToken.START_ARRAY && name.equals("files")) {
        while (json.nextToken() == JsonToken.START_OBJECT) {
          files.add(readFile(json));
        }
      } else if (value == JsonToken.VALUE_NUMBER_INT) {
        fields.put(name, json.getLongValue());
      } else if (value == JsonToken.VALUE_STRING) {
        fields.put(name, json.getText());
      } else {
        json.skipChildren();
      }
    }
  }

  private static SavedFile readFile(JsonParser json) throws IOException {
    Map<String, Object> fields = new HashMap<>();
    List<Integer> sums = new ArrayList<>();
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String name = json.currentName();
      JsonToken value = json.nextToken();
      if (value == JsonToken.START_ARRAY && name.equals("crc32c")) {
        while (json.nextToken() == JsonToken.VALUE_STRING) {
          sums.add(HexFormat.fromHexDigits(json.getText()));
        }
      } else {
        fields.put(name, name.equals("bytes") ? (Object) json.getLongValue() : json.getText());
      }
    }
    return new SavedFile((String) fields.get("path"), (Long) fields.get("bytes"), sums);
  }
}
