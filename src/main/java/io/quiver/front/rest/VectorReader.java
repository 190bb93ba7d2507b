package io.quiver.front.rest;

import io.quiver.core.DenseVector;
import io.quiver.core.Limits;
import io.quiver.core.Metadata;
import io.quiver.core.QuiverException;
import io.quiver.core.VectorId;
import io.quiver.filter.Filter;
import io.quiver.filter.FilterJson;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;

/** Reads what rows are made of: vectors, ids and metadata. */
final class VectorReader extends JsonReader {
  private static final String VECTOR =
      "an array of numbers or base64 of little-endian float32 numbers";
  private static final long MANTISSA_ROOM = 100_000_000_000_000_000L;
  private static final int EXPONENT_MAX = 100_000;
  private static final int NUMBER_CHARS_MAX = 1_000;

  private float[] scratch = new float[1_024];

  VectorReader(byte[] text, int length) {
    super(text, length);
  }

  /** A vector of finite float32 numbers, as an array of numbers or as base64 of their bytes. */
  DenseVector vector() {
    return peek() == '"' ? base64Vector() : arrayVector();
  }

  /** A finite float32. */
  float number() {
    float value = floatToken();
    if (!Float.isFinite(value)) {
      throw QuiverException.invalid(path(), "a finite float32", value);
    }
    return value;
  }

  /** A finite number, as near as a double comes to it. */
  double realNumber() {
    peek();
    int from = at;
    floatToken();
    double value = Double.parseDouble(new String(text, from, at - from, StandardCharsets.US_ASCII));
    if (!Double.isFinite(value)) {
      throw QuiverException.invalid(path(), "a finite number", value);
    }
    return value;
  }

  VectorId id() {
    String text = string("a string");
    try {
      return new VectorId(text);
    } catch (QuiverException e) {
      throw QuiverException.invalid(path(), e.details().get("expected"), e.details().get("got"));
    }
  }

  /** The exact bytes of an object; absent for null. */
  Metadata metadata() {
    if (skipNull()) {
      return Metadata.ABSENT;
    }
    if (peek() != '{') {
      throw wrongType("an object or null");
    }
    int from = at;
    skipObject(Limits.METADATA_DEPTH_MAX);
    if (at - from > Limits.METADATA_BYTES_MAX) {
      throw QuiverException.invalid(
          path(), "at most " + Limits.METADATA_BYTES_MAX + " bytes", (at - from) + " bytes");
    }
    return Metadata.owning(Arrays.copyOfRange(text, from, at));
  }

  /** A filter in any dialect. */
  Filter filter() {
    String field = path();
    if (peek() != '{' && peek() != '[') {
      throw wrongType("a filter: an object or an array");
    }
    int from = at;
    skipObject(DEPTH_MAX);
    return FilterJson.read(field, Arrays.copyOfRange(text, from, at));
  }

  private DenseVector arrayVector() {
    beginArray(VECTOR);
    int count = 0;
    while (nextElement()) {
      if (count == scratch.length) {
        scratch = Arrays.copyOf(scratch, Math.min(Limits.DIMENSION_MAX + 1, 2 * count));
      }
      scratch[count++] = number();
      if (count > Limits.DIMENSION_MAX) {
        throw wrongLength("at most " + Limits.DIMENSION_MAX + " components");
      }
    }
    if (count == 0) {
      throw QuiverException.invalid(path(), "1 to " + Limits.DIMENSION_MAX + " components", 0);
    }
    return DenseVector.owning(Arrays.copyOf(scratch, count));
  }

  private DenseVector base64Vector() {
    byte[] bytes;
    try {
      bytes = Base64.getDecoder().decode(string(VECTOR).getBytes(StandardCharsets.UTF_8));
    } catch (IllegalArgumentException e) {
      throw QuiverException.invalid(path(), VECTOR, "text that is not base64");
    }
    int count = bytes.length / Float.BYTES;
    if (count * Float.BYTES != bytes.length || count == 0 || count > Limits.DIMENSION_MAX) {
      throw QuiverException.invalid(
          path(),
          "4 bytes for each of 1 to " + Limits.DIMENSION_MAX + " components",
          bytes.length + " bytes");
    }
    float[] components = new float[count];
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(components);
    for (int i = 0; i < count; i++) {
      if (!Float.isFinite(components[i])) {
        throw QuiverException.invalid(path() + "[" + i + "]", "a finite float32", components[i]);
      }
    }
    return DenseVector.owning(components);
  }

  /** Reads a number's digits and rounds them in one pass; see {@link FloatText}. */
  private float floatToken() {
    int c = peek();
    if (c != '-' && (c < '0' || c > '9')) {
      throw wrongType("a finite number");
    }
    final int from = at;
    if (c == '-') {
      at++;
      if (at < end && text[at] == 'I') {
        at = from;
        throw wrongType("a finite number");
      }
    }
    long mantissa = 0;
    int scale = 0;
    boolean cut = false;
    boolean fraction = false;
    int i = at;
    for (; i < end; i++) {
      int digit = text[i] - '0';
      if (digit >= 0 && digit <= 9) {
        if (mantissa < MANTISSA_ROOM) {
          mantissa = mantissa * 10 + digit;
          scale -= fraction ? 1 : 0;
        } else {
          cut = true;
          scale += fraction ? 0 : 1;
        }
      } else if (text[i] == '.' && !fraction) {
        fraction = true;
      } else {
        break;
      }
    }
    int exponent = exponent(i);
    checkShape(from, i);
    return FloatText.parse(text, from, at, c == '-', mantissa, scale + exponent, cut);
  }

  /** The power of ten written after the digits, 0 if none; leaves the reader where it stood. */
  private int exponent(int digitsEnd) {
    if (digitsEnd >= end || (text[digitsEnd] | 0x20) != 'e') {
      return 0;
    }
    int i = digitsEnd + 1;
    boolean negative = i < end && text[i] == '-';
    if (i < end && (text[i] == '-' || text[i] == '+')) {
      i++;
    }
    int value = 0;
    for (; i < end && text[i] >= '0' && text[i] <= '9'; i++) {
      value = Math.min(EXPONENT_MAX, value * 10 + (text[i] - '0'));
    }
    return negative ? -value : value;
  }

  /** Moves past the number; digits with a plain shape need no second look. */
  private void checkShape(int from, int digitsEnd) {
    int first = text[from] == '-' ? from + 1 : from;
    byte last = digitsEnd > first ? text[digitsEnd - 1] : (byte) '.';
    boolean leadingZero = digitsEnd - first > 1 && text[first] == '0' && text[first + 1] != '.';
    boolean plain = last != '.' && digitsEnd > first && text[first] != '.' && !leadingZero;
    boolean exponentFollows = digitsEnd < end && (text[digitsEnd] | 0x20) == 'e';
    if (plain && !exponentFollows) {
      at = digitsEnd;
    } else {
      at = from;
      skipNumber();
      if (leadingZero) {
        throw malformed("no leading zero");
      }
    }
    if (at - from > NUMBER_CHARS_MAX) {
      throw QuiverException.invalid(
          path(), "at most " + NUMBER_CHARS_MAX + " characters", (at - from) + " characters");
    }
  }
}
