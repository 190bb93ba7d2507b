package io.quiver.metadata;

import io.quiver.core.Metadata;
import java.util.function.BiConsumer;

/**
 * Finds the texts in a row's metadata: every JSON string, with the dotted path of keys that leads
 * to it. Arrays have no part in a path: what stands in one stands at the array's own path. Used
 * once, by one thread.
 */
final class JsonTexts {
  private final String json;
  private final StringBuilder path = new StringBuilder();
  private final BiConsumer<String, String> found;
  private int at;

  private JsonTexts(String json, BiConsumer<String, String> found) {
    this.json = json;
    this.found = found;
  }

  /**
   * Tells of every text, in the order in which they stand.
   *
   * @param metadata was checked when it was written: a well-formed object, or absent
   * @param found takes path and text
   */
  static void each(Metadata metadata, BiConsumer<String, String> found) {
    if (!metadata.isAbsent()) {
      new JsonTexts(metadata.json(), found).value();
    }
  }

  private void value() {
    switch (peek()) {
      case '{' -> object();
      case '[' -> array();
      case '"' -> found.accept(path.toString(), string());
      default -> skipScalar();
    }
  }

  private void object() {
    at++;
    int before = path.length();
    while (peek() != '}') {
      if (json.charAt(at) == ',') {
        at++;
        peek();
      }
      if (before > 0) {
        path.append('.');
      }
      path.append(string());
      peek();
      at++; // the colon
      value();
      path.setLength(before);
    }
    at++;
  }

  private void array() {
    at++;
    while (peek() != ']') {
      if (json.charAt(at) == ',') {
        at++;
      }
      value();
    }
    at++;
  }

  private String string() {
    int from = ++at;
    while (json.charAt(at) != '"' && json.charAt(at) != '\\') {
      at++;
    }
    if (json.charAt(at) == '"') {
      return json.substring(from, at++);
    }
    StringBuilder text = new StringBuilder(json.substring(from, at));
    while (json.charAt(at) != '"') {
      char c = json.charAt(at++);
      text.append(c == '\\' ? escape() : c);
    }
    at++;
    return text.toString();
  }

  private char escape() {
    char c = json.charAt(at++);
    return switch (c) {
      case 'b' -> '\b';
      case 'f' -> '\f';
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      case 'u' -> {
        at += 4;
        yield (char) Integer.parseInt(json, at - 4, at, 16);
      }
      default -> c;
    };
  }

  private void skipScalar() {
    while (",]} \n\r\t".indexOf(json.charAt(at)) < 0) {
      at++;
    }
  }

  /** Skips white space; the next character. */
  private char peek() {
    while (json.charAt(at) <= ' ') {
      at++;
    }
    return json.charAt(at);
  }
}
