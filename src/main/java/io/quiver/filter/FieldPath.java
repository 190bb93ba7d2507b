package io.quiver.filter;

import io.quiver.core.Limits;
import io.quiver.core.QuiverException;
import io.quiver.core.Required;
import java.util.ArrayList;
import java.util.List;

/**
 * Where in a metadata document a value stands: keys from the outside inwards, {@code a.b} for
 * {@code {"a":{"b":…}}}. Arrays on the way are entered, so a path may reach many values. In a key
 * that is written in a path, {@code \.} is a dot and {@code \\} a backslash.
 *
 * @param keys at least one, none empty
 */
public record FieldPath(List<String> keys) {
  public FieldPath {
    keys = Required.list("path", keys);
    Limits.check("path: number of keys", keys.size(), 1, Limits.METADATA_DEPTH_MAX);
    int chars = 0;
    for (String key : keys) {
      if (key.isEmpty()) {
        throw QuiverException.invalid("path", "keys of at least one character", keys);
      }
      chars += key.length();
    }
    Limits.check("path: number of characters", chars, 1, Limits.FILTER_PATH_CHARS_MAX);
  }

  public static FieldPath of(String... keys) {
    return new FieldPath(List.of(keys));
  }

  /**
   * Reads keys with dots between them. {@code []} behind a key is left out, for arrays are entered
   * anyway.
   */
  public static FieldPath parse(String dotted) {
    Limits.check(
        "path: number of characters", dotted.length(), 0, 2 * Limits.FILTER_PATH_CHARS_MAX);
    List<String> keys = new ArrayList<>();
    StringBuilder key = new StringBuilder();
    for (int i = 0; i < dotted.length(); i++) {
      char c = dotted.charAt(i);
      if (c == '\\' && i + 1 < dotted.length()) {
        key.append(dotted.charAt(++i));
      } else if (c == '.') {
        keys.add(withoutBrackets(key.toString()));
        key.setLength(0);
      } else {
        key.append(c);
      }
    }
    keys.add(withoutBrackets(key.toString()));
    return new FieldPath(keys);
  }

  /** The same; errors name the request's field that the path stands in. */
  public static FieldPath parse(String field, String dotted) {
    At at = new At(field, 0);
    return at.made(() -> parse(at.wellFormed(dotted)));
  }

  private static String withoutBrackets(String key) {
    return key.length() > 2 && key.endsWith("[]") ? key.substring(0, key.length() - 2) : key;
  }

  /** As {@link #parse} reads it. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    for (String key : keys) {
      if (!text.isEmpty()) {
        text.append('.');
      }
      text.append(key.replace("\\", "\\\\").replace(".", "\\."));
    }
    return text.toString();
  }
}
