package io.quiver.core;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;

/**
 * Whether a text is one JSON object (RFC 8259) that any JSON reader takes: no key twice, no lone
 * surrogate, at most {@link Limits#METADATA_DEPTH_MAX} levels. For metadata that an application
 * hands over as text; what comes over REST was checked as bytes. Used once, by one thread.
 */
final class MetadataSyntax {
  private final String text;
  private final Deque<Set<String>> open = new ArrayDeque<>();
  private int at;

  private MetadataSyntax(String text) {
    this.text = text;
  }

  /** Refuses a text that is no object as INVALID_ARGUMENT of {@code metadata}. */
  static void check(String text) {
    MetadataSyntax reader = new MetadataSyntax(text);
    reader.space();
    if (reader.peek() != '{') {
      throw reader.invalid("a JSON object");
    }
    reader.value();
    reader.space();
    if (reader.at < text.length()) {
      throw reader.invalid("the end of the JSON object");
    }
  }

  private void value() {
    space();
    switch (peek()) {
      case '{' -> container('}');
      case '[' -> container(']');
      case '"' -> string();
      case 't' -> word("true");
      case 'f' -> word("false");
      case 'n' -> word("null");
      default -> number();
    }
  }

  private void container(char close) {
    if (open.size() == Limits.METADATA_DEPTH_MAX) {
      throw invalid("at most " + Limits.METADATA_DEPTH_MAX + " nested levels");
    }
    open.push(new HashSet<>());
    at++;
    space();
    boolean first = true;
    while (peek() != close) {
      if (!first) {
        expect(',');
      }
      first = false;
      if (close == '}') {
        key();
      }
      value();
      space();
      if (peek() != ',' && peek() != close) {
        throw invalid("',' or '" + close + "'");
      }
    }
    at++;
    open.pop();
  }

  private void key() {
    space();
    int from = at;
    String name = string();
    if (!open.element().add(name)) {
      at = from;
      throw invalid("each key once");
    }
    space();
    expect(':');
  }

  /** The string's value. */
  private String string() {
    expect('"');
    StringBuilder value = new StringBuilder();
    while (peek() != '"') {
      int c = peek();
      if (c < 0x20) {
        throw invalid("a string character");
      }
      at++;
      value.append(c == '\\' ? escape() : (char) c);
      boolean pairs = !Character.isSurrogate((char) c) || Character.isHighSurrogate((char) c);
      if (!pairs || (Character.isHighSurrogate((char) c) && !Character.isLowSurrogate(low()))) {
        throw invalid("well-formed Unicode");
      }
      if (Character.isHighSurrogate((char) c)) {
        value.append(low());
        at++;
      }
    }
    at++;
    return value.toString();
  }

  private char low() {
    return (char) Math.max(0, peek());
  }

  private char escape() {
    int c = peek();
    int simple = "\"\\/bfnrt".indexOf(c);
    if (simple >= 0) {
      at++;
      return "\"\\/\b\f\n\r\t".charAt(simple);
    }
    if (c != 'u') {
      throw invalid("an escape");
    }
    int code = 0;
    for (int i = 0; i < 4; i++) {
      at++;
      int digit = peek() < 0x80 ? Character.digit(peek(), 16) : -1;
      if (digit < 0) {
        throw invalid("four hexadecimal digits");
      }
      code = code << 4 | digit;
    }
    at++;
    return (char) code;
  }

  private void number() {
    if (peek() == '-') {
      at++;
    }
    if (peek() == '0') {
      at++;
    } else {
      digits("a value");
    }
    if (peek() == '.') {
      at++;
      digits("a digit");
    }
    if ((peek() | 0x20) == 'e') {
      at++;
      if (peek() == '+' || peek() == '-') {
        at++;
      }
      digits("a digit");
    }
  }

  private void digits(String expected) {
    if (!isDigit()) {
      throw invalid(expected);
    }
    while (isDigit()) {
      at++;
    }
  }

  private boolean isDigit() {
    return peek() >= '0' && peek() <= '9';
  }

  private void word(String word) {
    if (!text.startsWith(word, at)) {
      throw invalid("a value");
    }
    at += word.length();
  }

  private void expect(char wanted) {
    if (peek() != wanted) {
      throw invalid("'" + wanted + "'");
    }
    at++;
  }

  private void space() {
    while (peek() >= 0 && " \n\r\t".indexOf(peek()) >= 0) {
      at++;
    }
  }

  /** The next character, −1 at the end. */
  private int peek() {
    return at < text.length() ? text.charAt(at) : -1;
  }

  private QuiverException invalid(String expected) {
    String got = at < text.length() ? text.substring(at, Math.min(text.length(), at + 20)) : "";
    return QuiverException.invalid(
        "metadata", expected + " at character " + at, got.isEmpty() ? "the end" : got);
  }
}
