package io.quiver.front.grpc;

import io.quiver.core.Metadata;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** The flat string map of the contract as the JSON object that Quiver keeps. */
final class MetadataMap {
  private static final String HEX = "0123456789abcdef";

  private MetadataMap() {}

  /** An object whose values are all JSON strings; absent when the map is empty. */
  static Metadata toMetadata(Map<String, String> entries) {
    if (entries.isEmpty()) {
      return Metadata.ABSENT;
    }
    StringBuilder json = new StringBuilder(32 * entries.size());
    char separator = '{';
    for (Map.Entry<String, String> entry : entries.entrySet()) {
      json.append(separator);
      quote(json, entry.getKey());
      json.append(':');
      quote(json, entry.getValue());
      separator = ',';
    }
    return Metadata.owning(json.append('}').toString().getBytes(StandardCharsets.UTF_8));
  }

  private static void quote(StringBuilder json, String text) {
    json.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"' -> json.append("\\\"");
        case '\\' -> json.append("\\\\");
        case '\n' -> json.append("\\n");
        case '\r' -> json.append("\\r");
        case '\t' -> json.append("\\t");
        default -> {
          if (c < 0x20) {
            json.append("\\u00").append(HEX.charAt(c >> 4)).append(HEX.charAt(c & 15));
          } else {
            json.append(c);
          }
        }
      }
    }
    json.append('"');
  }
}
