package io.quiver.front.grpc;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Takes the top level of a JSON object apart: keys, and values as text. A string value comes out
 * unquoted, any other value as its JSON text, untouched; of a key that stands twice the last value
 * counts. The text was checked where it entered the house; should an embedding application have put
 * something else there, the entries before the fault come out and nothing is thrown.
 */
final class JsonEntries {
  private final String json;
  private int at;

  private JsonEntries(String json) {
    this.json = json;
  }

  static Map<String, String> of(String json) {
    Map<String, String> entries = new LinkedHashMap<>();
    JsonEntries reader = new JsonEntries(json);
    if (reader.skip('{')) {
      while (reader.readEntry(entries)) {
        reader.skip(',');
      }
    }
    return entries;
  }

  private boolean readEntry(Map<String, String> entries) {
    if (!peek('"')) {
      return false;
    }
    String key = readString();
    if (!skip(':')) {
      return false;
    }
    String value = peek('"') ? readString() : readRaw();
    if (value.isEmpty() && json.charAt(Math.min(at, json.length()) - 1) != '"') {
      return false;
    }
    entries.put(key, value);
    return true;
  }

  /** The value's text up to the comma or brace that ends it at this level. */
  private String readRaw() {
    int start = at;
    int depth = 0;
    while (at < json.length()) {
      char c = json.charAt(at);
      if (c == '"') {
        skipString();
        continue;
      }
      if (c == '{' || c == '[') {
        depth++;
      } else if (c == '}' || c == ']') {
        depth--;
      }
      if (depth < 0 || (depth == 0 && c == ',')) {
        break;
      }
      at++;
    }
    return json.substring(start, at).strip();
  }

  private void skipString() {
    at++;
    while (at < json.length() && json.charAt(at) != '"') {
      at += json.charAt(at) == '\\' ? 2 : 1;
    }
    at = Math.min(at + 1, json.length());
  }

  private String readString() {
    int start = at + 1;
    skipString();
    int end = Math.max(start, at - 1);
    int escape = json.indexOf('\\', start);
    return escape < 0 || escape >= end
        ? json.substring(start, end)
        : unescaped(json.substring(start, end));
  }

  private static String unescaped(String text) {
    StringBuilder out = new StringBuilder(text.length());
    int i = 0;
    while (i < text.length()) {
      char c = text.charAt(i);
      if (c != '\\' || i + 1 == text.length()) {
        out.append(c);
        i++;
      } else if (text.charAt(i + 1) == 'u') {
        out.append(codeUnit(text, i + 2));
        i += 6;
      } else {
        out.append(unescaped(text.charAt(i + 1)));
        i += 2;
      }
    }
    return out.toString();
  }

  private static char unescaped(char escaped) {
    return switch (escaped) {
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      case 'b' -> '\b';
      case 'f' -> '\f';
      default -> escaped;
    };
  }

  private static char codeUnit(String text, int from) {
    int unit = 0;
    for (int i = from; i < from + 4; i++) {
      int digit = i < text.length() ? Character.digit(text.charAt(i), 16) : -1;
      if (digit < 0) {
        return '\uFFFD';
      }
      unit = unit << 4 | digit;
    }
    return (char) unit;
  }

  private boolean skip(char wanted) {
    boolean found = peek(wanted);
    if (found) {
      at++;
    }
    skipSpace();
    return found;
  }

  private boolean peek(char wanted) {
    skipSpace();
    return at < json.length() && json.charAt(at) == wanted;
  }

  private void skipSpace() {
    while (at < json.length() && json.charAt(at) <= ' ') {
      at++;
    }
  }
}
