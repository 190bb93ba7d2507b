package io.quiver.front.rest;

import io.quiver.core.DenseVector;
import io.quiver.core.Metadata;
import io.quiver.filter.FilterValue;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Writes one JSON document as UTF-8. Commas are placed here; nesting is the caller's. Floats are
 * the shortest text that reads back as the same float32. Used by one thread at a time.
 */
final class JsonWriter {
  private static final int KEPT_BYTES_MAX = 1 << 20;
  private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.ISO_8859_1);

  private byte[] bytes = new byte[1_024];
  private int length;
  private boolean comma;

  JsonWriter beginObject() {
    return open('{');
  }

  JsonWriter endObject() {
    return close('}');
  }

  JsonWriter beginArray() {
    return open('[');
  }

  JsonWriter endArray() {
    return close(']');
  }

  /** A field name that needs no escape. */
  JsonWriter name(String name) {
    separate();
    put('"');
    ascii(name);
    put('"');
    put(':');
    comma = false;
    return this;
  }

  JsonWriter value(String text) {
    separate();
    quoted(text);
    return this;
  }

  JsonWriter value(long number) {
    separate();
    ascii(Long.toString(number));
    return this;
  }

  JsonWriter value(boolean truth) {
    separate();
    ascii(truth ? "true" : "false");
    return this;
  }

  /** A number too large for a double is one that every reader finds too large. */
  JsonWriter value(FilterValue value) {
    return switch (value) {
      case FilterValue.Text(String text) -> value(text);
      case FilterValue.Whole(long whole) -> value(whole);
      case FilterValue.Fraction(double fraction) -> {
        separate();
        ascii(
            Double.isInfinite(fraction)
                ? fraction > 0 ? "1e999" : "-1e999"
                : Double.toString(fraction));
        yield this;
      }
      case FilterValue.Truth(boolean truth) -> value(truth);
      case FilterValue.Nothing nothing -> nullValue();
    };
  }

  JsonWriter nullValue() {
    separate();
    ascii("null");
    return this;
  }

  JsonWriter value(float number) {
    separate();
    ascii(Float.toString(number));
    return this;
  }

  JsonWriter value(DenseVector vector) {
    beginArray();
    for (int i = 0; i < vector.dimension(); i++) {
      value(vector.get(i));
    }
    return endArray();
  }

  /** The object as it was given, or null. */
  JsonWriter value(Metadata metadata) {
    if (metadata.isAbsent()) {
      return nullValue();
    }
    separate();
    byte[] utf8 = metadata.toUtf8();
    room(utf8.length);
    System.arraycopy(utf8, 0, bytes, length, utf8.length);
    length += utf8.length;
    return this;
  }

  /** The text of a whole document of another kind. */
  void raw(String document) {
    byte[] utf8 = document.getBytes(StandardCharsets.UTF_8);
    room(utf8.length);
    System.arraycopy(utf8, 0, bytes, length, utf8.length);
    length += utf8.length;
  }

  /** Copies the document out and makes the writer ready for the next one. */
  Buffer finish() {
    Buffer buffer = Buffer.buffer(length).appendBytes(bytes, 0, length);
    length = 0;
    comma = false;
    if (bytes.length > KEPT_BYTES_MAX) {
      bytes = new byte[1_024];
    }
    return buffer;
  }

  private JsonWriter open(char bracket) {
    separate();
    put(bracket);
    comma = false;
    return this;
  }

  private JsonWriter close(char bracket) {
    put(bracket);
    comma = true;
    return this;
  }

  private void separate() {
    if (comma) {
      put(',');
    }
    comma = true;
  }

  private void quoted(String text) {
    put('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c >= 0x80) {
        i += encoded(text, i);
      } else if (c == '"' || c == '\\') {
        put('\\');
        put(c);
      } else if (c < 0x20) {
        escaped(c);
      } else {
        put(c);
      }
    }
    put('"');
  }

  /**
   * Writes the character as UTF-8; returns how many more chars it took. A lone surrogate is
   * escaped.
   */
  private int encoded(String text, int index) {
    int point = text.codePointAt(index);
    if (point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE) {
      escaped((char) point);
      return 0;
    }
    byte[] utf8 = Character.toString(point).getBytes(StandardCharsets.UTF_8);
    for (byte b : utf8) {
      put((char) (b & 0xFF));
    }
    return Character.charCount(point) - 1;
  }

  private void escaped(char c) {
    ascii("\\u");
    for (int shift = 12; shift >= 0; shift -= 4) {
      put((char) HEX[c >> shift & 0xF]);
    }
  }

  private void ascii(String text) {
    room(text.length());
    for (int i = 0; i < text.length(); i++) {
      bytes[length++] = (byte) text.charAt(i);
    }
  }

  private void put(char c) {
    room(1);
    bytes[length++] = (byte) c;
  }

  private void room(int more) {
    if (bytes.length - length < more) {
      bytes = Arrays.copyOf(bytes, Math.max(length + more, 2 * bytes.length));
    }
  }
}
