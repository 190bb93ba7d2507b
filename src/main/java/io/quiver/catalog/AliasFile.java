package io.quiver.catalog;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import io.quiver.core.CollectionName;
import io.quiver.disk.AtomicFile;
import io.quiver.disk.DamagedFileException;
import io.quiver.disk.Disk;
import io.quiver.message.AliasTable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/**
 * {@code .aliases.json}: all aliases, as JSON for people, closed by a CRC32C like a manifest's
 * (docs/formats/data-directory.md). No collection can have that name. It is replaced as a whole.
 */
final class AliasFile {
  static final String NAME = ".aliases.json";

  private static final int FORMAT_VERSION = 1;
  private static final JsonFactory JSON =
      JsonFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  private AliasFile() {}

  /** Durable when it returns. */
  static void write(Disk disk, Path root, AliasTable table) throws IOException {
    StringBuilder text = new StringBuilder(64 + 32 * table.targets().size());
    text.append("{\n  \"format_version\" : ").append(FORMAT_VERSION).append(",\n  \"aliases\" : {");
    String comma = "\n";
    for (Map.Entry<CollectionName, CollectionName> each : table.targets().entrySet()) {
      // Names have no characters that JSON would have to escape.
      text.append(comma).append("    \"").append(each.getKey()).append("\" : \"");
      text.append(each.getValue()).append('"');
      comma = ",\n";
    }
    byte[] body = text.append("\n  }").toString().getBytes(StandardCharsets.UTF_8);
    text.append(ManifestJson.CRC_FIELD).append(ManifestJson.crc(body, body.length));
    byte[] whole = text.append("\"\n}\n").toString().getBytes(StandardCharsets.UTF_8);
    AtomicFile.write(disk, root.resolve(NAME), whole);
  }

  /**
   * What the file says; nothing if there is none.
   *
   * @throws DamagedFileException if it is not what was written
   */
  static AliasTable read(Disk disk, Path root) throws IOException {
    Path file = root.resolve(NAME);
    if (!disk.exists(file)) {
      return AliasTable.EMPTY;
    }
    byte[] bytes = disk.readAll(file);
    ManifestReader.checkCrc(file, bytes);
    Map<CollectionName, CollectionName> targets = new TreeMap<>();
    try (JsonParser json = JSON.createParser(bytes)) {
      json.nextToken();
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        String field = json.currentName();
        JsonToken value = json.nextToken();
        if (field.equals("format_version") && json.getIntValue() != FORMAT_VERSION) {
          throw new IllegalArgumentException("format_version " + json.getIntValue());
        } else if (field.equals("aliases")) {
          while (json.nextToken() == JsonToken.FIELD_NAME) {
            CollectionName alias = new CollectionName(json.currentName());
            targets.put(alias, new CollectionName(json.nextTextValue()));
          }
        } else if (value.isStructStart()) {
          json.skipChildren();
        }
      }
    } catch (RuntimeException | IOException e) {
      throw new DamagedFileException(file, 0, "aliases", String.valueOf(e.getMessage()));
    }
    return new AliasTable(targets);
  }
}
