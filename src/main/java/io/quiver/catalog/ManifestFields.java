package io.quiver.catalog;

import java.util.List;
import java.util.Map;

/**
 * A manifest as it was read: its values by dotted names ({@code checkpoint.lsn}), a whole number as
 * {@code Long} and anything else as its text; those of each shard apart. {@link ManifestStep}s
 * change it in place.
 */
record ManifestFields(Map<String, Object> whole, List<Map<String, Object>> shards) {
  long number(String name) {
    return number(whole, name);
  }

  String text(String name) {
    return text(whole, name);
  }

  static long number(Map<String, Object> fields, String name) {
    if (fields.get(name) instanceof Long value) {
      return value;
    }
    throw new IllegalArgumentException(
        "%s: expected a whole number, found %s".formatted(name, fields.get(name)));
  }

  static int count(Map<String, Object> fields, String name) {
    return Math.toIntExact(number(fields, name));
  }

  static String text(Map<String, Object> fields, String name) {
    if (fields.get(name) instanceof String value) {
      return value;
    }
    throw new IllegalArgumentException(
        "%s: expected text, found %s".formatted(name, fields.get(name)));
  }
}
