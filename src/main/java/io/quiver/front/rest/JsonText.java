package io.quiver.front.rest;

import java.nio.charset.StandardCharsets;

/** The characters within a JSON string: UTF-8 (RFC 3629) and escapes (RFC 8259 §7). */
final class JsonText {
  private JsonText() {}

  /**
   * Bytes of the well-formed character or escape at {@code at}, 0 if there is none: a control
   * character, a quote that is not escaped, broken UTF-8 or the end.
   */
  static int characterLength(byte[] text, int at, int end) {
    if (at >= end) {
      return 0;
    }
    int c = text[at];
    if (c == '\\') {
      return escapeLength(text, at, end);
    }
    if (c >= 0) {
      return c >= 0x20 && c != '"' ? 1 : 0;
    }
    return sequenceLength(text, at, end);
  }

  /** The string whose checked body is {@code text[from .. to)}. */
  static String unescape(byte[] text, int from, int to) {
    boolean ascii = true;
    for (int i = from; i < to; i++) {
      if (text[i] == '\\') {
        return unescapeSlowly(text, from, to);
      }
      ascii &= text[i] >= 0;
    }
    return new String(
        text, from, to - from, ascii ? StandardCharsets.ISO_8859_1 : StandardCharsets.UTF_8);
  }

  private static String unescapeSlowly(byte[] text, int from, int to) {
    StringBuilder result = new StringBuilder(to - from);
    int run = from;
    for (int i = from; i < to; ) {
      if (text[i] != '\\') {
        i++;
        continue;
      }
      result.append(new String(text, run, i - run, StandardCharsets.UTF_8));
      if (text[i + 1] == 'u') {
        result.append((char) hex4(text, i + 2));
        i += 6;
      } else {
        result.append(escaped(text[i + 1]));
        i += 2;
      }
      run = i;
    }
    return result.append(new String(text, run, to - run, StandardCharsets.UTF_8)).toString();
  }

  private static char escaped(byte c) {
    return switch (c) {
      case 'b' -> '\b';
      case 'f' -> '\f';
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      default -> (char) c;
    };
  }

  private static int escapeLength(byte[] text, int at, int end) {
    if (at + 1 >= end) {
      return 0;
    }
    if (text[at + 1] == 'u') {
      return at + 5 < end && hex4(text, at + 2) >= 0 ? 6 : 0;
    }
    return "\"\\/bfnrt".indexOf(text[at + 1]) >= 0 ? 2 : 0;
  }

  private static int hex4(byte[] text, int at) {
    int value = 0;
    for (int i = at; i < at + 4; i++) {
      int digit = text[i] < 0 ? -1 : Character.digit(text[i], 16);
      if (digit < 0) {
        return -1;
      }
      value = value << 4 | digit;
    }
    return value;
  }

  /** The well-formed byte sequences of RFC 3629 §4 beyond ASCII. */
  private static int sequenceLength(byte[] text, int at, int end) {
    int first = text[at] & 0xFF;
    if (first >= 0xC2 && first <= 0xDF) {
      return follows(text, at + 1, end, 0x80, 0xBF) ? 2 : 0;
    }
    if (first >= 0xE0 && first <= 0xEF) {
      int low = first == 0xE0 ? 0xA0 : 0x80;
      int high = first == 0xED ? 0x9F : 0xBF;
      boolean whole =
          follows(text, at + 1, end, low, high) && follows(text, at + 2, end, 0x80, 0xBF);
      return whole ? 3 : 0;
    }
    if (first >= 0xF0 && first <= 0xF4) {
      int low = first == 0xF0 ? 0x90 : 0x80;
      int high = first == 0xF4 ? 0x8F : 0xBF;
      boolean whole =
          follows(text, at + 1, end, low, high)
              && follows(text, at + 2, end, 0x80, 0xBF)
              && follows(text, at + 3, end, 0x80, 0xBF);
      return whole ? 4 : 0;
    }
    return 0;
  }

  private static boolean follows(byte[] text, int at, int end, int low, int high) {
    return at < end && (text[at] & 0xFF) >= low && (text[at] & 0xFF) <= high;
  }
}
