package io.quiver.core;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;

/**
 * The user's key of a vector: any well-formed Unicode string of 1 to {@link Limits#ID_BYTES_MAX}
 * UTF-8 bytes without control characters. UUIDs in their hyphenated, plain hexadecimal, braced or
 * {@code urn:uuid:} form all become the hyphenated lower-case form.
 */
public record VectorId(String value) {
  public VectorId {
    if (value == null || value.isEmpty()) {
      throw QuiverException.invalid("id", "1 to " + Limits.ID_BYTES_MAX + " bytes", "nothing");
    }
    value = canonical(value);
    check(value);
  }

  /** A fresh id, a version 7 UUID (RFC 9562): ordered by time, so new rows sort together. */
  public static VectorId random() {
    ThreadLocalRandom random = ThreadLocalRandom.current();
    long high = (System.currentTimeMillis() << 16) | 0x7000L | random.nextInt(1 << 12);
    long low = (random.nextLong() & 0x3FFF_FFFF_FFFF_FFFFL) | 0x8000_0000_0000_0000L;
    return new VectorId(new UUID(high, low).toString());
  }

  /** Length of the UTF-8 form. */
  public int utf8Bytes() {
    int bytes = 0;
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      // A surrogate pair is 4 bytes: 2 for each half.
      bytes += c < 0x80 ? 1 : c < 0x800 || Character.isSurrogate(c) ? 2 : 3;
    }
    return bytes;
  }

  /** The UTF-8 form, a fresh array. */
  public byte[] utf8() {
    return value.getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public String toString() {
    return value;
  }

  private static void check(String text) {
    if (text.length() > Limits.ID_BYTES_MAX) {
      throw QuiverException.invalid("id", "at most " + Limits.ID_BYTES_MAX + " bytes", text);
    }
    boolean ascii = true;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < 0x20 || c == 0x7F) {
        throw QuiverException.invalid("id", "no control characters", "U+%04X".formatted((int) c));
      }
      ascii &= c < 0x80;
    }
    if (!ascii) {
      checkUnicode(text);
    }
  }

  private static void checkUnicode(String text) {
    try {
      ByteBuffer utf8 = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text));
      if (utf8.remaining() > Limits.ID_BYTES_MAX) {
        throw QuiverException.invalid(
            "id", "at most " + Limits.ID_BYTES_MAX + " bytes", utf8.remaining() + " bytes");
      }
    } catch (CharacterCodingException e) {
      throw QuiverException.invalid("id", "well-formed Unicode", "a lone surrogate");
    }
  }

  private static String canonical(String text) {
    int length = text.length();
    String body = text;
    if (length == 38 && text.charAt(0) == '{' && text.charAt(37) == '}') {
      body = text.substring(1, 37);
    } else if (length == 45 && text.regionMatches(true, 0, "urn:uuid:", 0, 9)) {
      body = text.substring(9);
    }
    if (body.length() == 36 && isHyphenated(body)) {
      return lower(body);
    }
    return length == 32 && isHex(text, 0, 32) ? hyphenated(lower(text)) : text;
  }

  private static boolean isHyphenated(String text) {
    return text.charAt(8) == '-'
        && text.charAt(13) == '-'
        && text.charAt(18) == '-'
        && text.charAt(23) == '-'
        && isHex(text, 0, 8)
        && isHex(text, 9, 13)
        && isHex(text, 14, 18)
        && isHex(text, 19, 23)
        && isHex(text, 24, 36);
  }

  private static boolean isHex(String text, int from, int to) {
    for (int i = from; i < to; i++) {
      if (Character.digit(text.charAt(i), 16) < 0 || text.charAt(i) > 'f') {
        return false;
      }
    }
    return true;
  }

  private static String lower(String hex) {
    return hex.toLowerCase(Locale.ROOT);
  }

  private static String hyphenated(String hex) {
    return String.join(
        "-",
        hex.substring(0, 8),
        hex.substring(8, 12),
        hex.substring(12, 16),
        hex.substring(16, 20),
        hex.substring(20));
  }
}
