package io.quiver.front.rest;

import io.quiver.core.ErrorCode;
import io.quiver.core.Limits;
import io.quiver.core.QuiverException;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * Pulls one JSON document (RFC 8259) out of UTF-8 bytes, straight into the caller's values. Strict:
 * duplicate keys, deep nesting, malformed UTF-8 and trailing text are refused. A value of the wrong
 * type is INVALID_ARGUMENT with the path of the field ({@code vectors[3].data[17]}); text that is
 * no JSON is MALFORMED_JSON with the byte offset. Used by one thread.
 */
class JsonReader {
  /** Metadata or a filter, whose conditions take up to four levels each, and what is around. */
  static final int DEPTH_MAX = 4 * Limits.FILTER_DEPTH_MAX + 16;

  private static final int PATH_CHARS_MAX = 200;

  protected final byte[] text;

  protected final int end;

  /** The next byte to read; a subclass moves it over the value it reads. */
  protected int at;

  private int depth;
  private int depthMax = DEPTH_MAX;
  private final int[] counts = new int[DEPTH_MAX];
  private final String[] names = new String[DEPTH_MAX];
  private final KeySet[] keys = new KeySet[DEPTH_MAX];
  private final boolean[] isObject = new boolean[DEPTH_MAX];

  /** Reads {@code text[0 .. length)}; the array must not change meanwhile. */
  JsonReader(byte[] text, int length) {
    this.text = text;
    this.end = length;
  }

  /** A place to come back to after a wrong value: before any token of a value. */
  record Mark(int at, int depth) {}

  final void beginObject() {
    expectContainer('{', "an object");
    push(true);
  }

  /** Moves to the next field, or closes the object and returns false. */
  final boolean nextField() {
    int level = depth - 1;
    if (!nextItem('}', counts[level])) {
      return false;
    }
    if (peek() != '"') {
      throw malformed("a field name in double quotes");
    }
    String name = stringToken();
    counts[level]++;
    if (!keys[level].add(name)) {
      names[level] = name;
      throw QuiverException.invalid(path(), "one value", "a duplicate key");
    }
    names[level] = name;
    if (peek() != ':') {
      throw malformed("':'");
    }
    at++;
    return true;
  }

  /** The name of the field that {@link #nextField()} found. */
  final String field() {
    return names[depth - 1];
  }

  final void beginArray(String expected) {
    expectContainer('[', expected);
    push(false);
  }

  /** Moves to the next element, or closes the array and returns false. */
  final boolean nextElement() {
    int level = depth - 1;
    if (!nextItem(']', counts[level])) {
      return false;
    }
    counts[level]++;
    return true;
  }

  /** How many elements or fields of the innermost container were begun. */
  final int count() {
    return counts[depth - 1];
  }

  /** Nothing but white space may follow the document. */
  final void endDocument() {
    if (peek() >= 0) {
      throw malformed("the end of the document");
    }
  }

  final Mark mark() {
    return new Mark(at, depth);
  }

  final void backTo(Mark mark) {
    at = mark.at();
    depth = mark.depth();
    depthMax = DEPTH_MAX;
  }

  /** Passes over one well-formed value. */
  final void skipValue() {
    int c = peek();
    if (c == '{') {
      beginObject();
      while (nextField()) {
        skipValue();
      }
    } else if (c == '[') {
      beginArray("an array");
      while (nextElement()) {
        skipValue();
      }
    } else if (c == '"') {
      skipString();
    } else if (!literal("true") && !literal("false") && !literal("null")) {
      skipNumber();
    }
  }

  /** Passes over an object of at most this many levels; returns nothing but its place. */
  final void skipObject(int levels) {
    int before = depthMax;
    depthMax = Math.min(DEPTH_MAX, depth + levels);
    skipValue();
    depthMax = before;
  }

  /** Whether the value is {@code null}; then it is behind us. */
  final boolean skipNull() {
    return peek() == 'n' && literal("null");
  }

  final boolean bool() {
    peek();
    if (literal("true")) {
      return true;
    }
    if (literal("false")) {
      return false;
    }
    throw wrongType("true or false");
  }

  final String string(String expected) {
    if (peek() != '"') {
      throw wrongType(expected);
    }
    return stringToken();
  }

  /** A whole number within bounds. */
  final long integer(long low, long high) {
    int c = peek();
    int from = at;
    if (c != '-' && (c < '0' || c > '9')) {
      throw wrongType("a whole number");
    }
    skipNumber();
    String digits = withoutZeros(new String(text, from, at - from, StandardCharsets.ISO_8859_1));
    boolean whole = digits.chars().allMatch(d -> d == '-' || (d >= '0' && d <= '9'));
    if (!whole) {
      throw QuiverException.invalid(path(), "a whole number", digits);
    }
    boolean fits = digits.length() <= 18;
    long value = fits ? Long.parseLong(digits) : 0;
    if (!fits || value < low || value > high) {
      throw QuiverException.invalid(path(), low + " to " + high, digits);
    }
    return value;
  }

  /** JSON has one kind of numbers, and some clients write 10 as 10.0. */
  private static String withoutZeros(String number) {
    int point = number.indexOf('.');
    boolean isWhole = point > 0 && number.chars().skip(point + 1L).allMatch(d -> d == '0');
    return isWhole ? number.substring(0, point) : number;
  }

  /** Refuses the field that {@link #nextField()} found. */
  final QuiverException unknownField() {
    return new QuiverException(
        ErrorCode.INVALID_ARGUMENT,
        "unknown field: " + path(),
        Map.of("field", path(), "expected", "a field of this request", "got", path()));
  }

  /** A field that the value just read should have had. */
  final QuiverException missing(String field, String expected) {
    String parent = path();
    return QuiverException.invalid(
        parent.equals("body") ? field : parent + "." + field, expected, "nothing");
  }

  /** The innermost array is too long. */
  final QuiverException wrongLength(String expected) {
    return QuiverException.invalid(path(), expected, "more");
  }

  /** The path of the value where the reader stands. */
  final String path() {
    StringBuilder path = new StringBuilder();
    for (int i = 0; i < depth && path.length() <= PATH_CHARS_MAX; i++) {
      if (!isObject[i]) {
        path.append('[').append(Math.max(0, counts[i] - 1)).append(']');
      } else if (counts[i] > 0) {
        path.append(path.isEmpty() ? "" : ".").append(names[i]);
      }
    }
    if (path.isEmpty()) {
      return "body";
    }
    return path.length() <= PATH_CHARS_MAX
        ? path.toString()
        : path.substring(0, PATH_CHARS_MAX) + "...";
  }

  /** A value of another type than expected; text that is no JSON at all is malformed instead. */
  final QuiverException wrongType(String expected) {
    return QuiverException.invalid(path(), expected, describe());
  }

  final QuiverException malformed(String expected) {
    String got = at >= end ? "the end of the body" : shown(text[at] & 0xFF);
    return new QuiverException(
        ErrorCode.MALFORMED_JSON,
        "malformed JSON at byte " + at + ": expected " + expected + ", got " + got,
        Map.of("field", path(), "expected", expected, "got", got, "offset", String.valueOf(at)));
  }

  /** Skips white space; the next byte, or −1 at the end. */
  protected final int peek() {
    while (at < end) {
      byte c = text[at];
      if (c != ' ' && c != '\n' && c != '\r' && c != '\t') {
        return c & 0xFF;
      }
      at++;
    }
    return -1;
  }

  /** Passes over a number (RFC 8259 §6). */
  protected final void skipNumber() {
    if (at < end && text[at] == '-') {
      at++;
    }
    if (at < end && text[at] == '0') {
      at++;
    } else {
      digits("a value");
    }
    if (at < end && text[at] == '.') {
      at++;
      digits("a digit");
    }
    if (at < end && (text[at] | 0x20) == 'e') {
      at++;
      if (at < end && (text[at] == '+' || text[at] == '-')) {
        at++;
      }
      digits("a digit");
    }
  }

  private void digits(String expected) {
    int from = at;
    while (at < end && text[at] >= '0' && text[at] <= '9') {
      at++;
    }
    if (at == from) {
      throw malformed(expected);
    }
  }

  private boolean nextItem(char close, int before) {
    int c = peek();
    if (c == close) {
      at++;
      depth--;
      return false;
    }
    if (before == 0) {
      return true;
    }
    if (c != ',') {
      throw malformed("',' or '" + close + "'");
    }
    at++;
    return true;
  }

  private void expectContainer(char open, String expected) {
    if (peek() != open) {
      throw wrongType(expected);
    }
    at++;
  }

  private void push(boolean object) {
    if (depth >= depthMax) {
      throw QuiverException.invalid(path(), "fewer nested levels", "more than " + depthMax);
    }
    counts[depth] = 0;
    isObject[depth] = object;
    if (object) {
      if (keys[depth] == null) {
        keys[depth] = new KeySet();
      }
      keys[depth].clear();
    }
    depth++;
  }

  protected final boolean literal(String word) {
    if (end - at < word.length()) {
      return false;
    }
    for (int i = 0; i < word.length(); i++) {
      if (text[at + i] != word.charAt(i)) {
        return false;
      }
    }
    at += word.length();
    return true;
  }

  private String stringToken() {
    int from = at;
    skipString();
    return JsonText.unescape(text, from + 1, at - 1);
  }

  private void skipString() {
    at++;
    while (true) {
      int c = at < end ? text[at] : -1;
      if (c == '"' && at < end) {
        at++;
        return;
      }
      int length = JsonText.characterLength(text, at, end);
      if (length == 0) {
        throw malformed("a string character in UTF-8 or an escape");
      }
      at += length;
    }
  }

  private String describe() {
    int c = peek();
    if (c == '{') {
      return "an object";
    }
    if (c == '[') {
      return "an array";
    }
    if (c == '"') {
      return "the string \"" + stringToken() + "\"";
    }
    for (String word : new String[] {"true", "false", "null", "NaN", "Infinity", "-Infinity"}) {
      if (literal(word)) {
        return word;
      }
    }
    int from = at;
    skipNumber();
    return new String(text, from, at - from, StandardCharsets.ISO_8859_1);
  }

  private static String shown(int c) {
    return c > 0x20 && c < 0x7F ? "'" + (char) c + "'" : "byte 0x%02X".formatted(c);
  }
}
