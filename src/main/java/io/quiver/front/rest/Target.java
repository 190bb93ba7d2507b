package io.quiver.front.rest;

import io.quiver.core.QuiverException;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A request target taken apart (RFC 9112 §3.2, RFC 3986): path segments first, then decoded, so
 * that an encoded slash belongs to its segment.
 *
 * @param path the path as it came
 */
record Target(String path, List<String> segments, Map<String, String> query) {
  Target {
    segments = List.copyOf(segments);
    query = Map.copyOf(query);
  }

  /**
   * Takes a target apart.
   *
   * @throws QuiverException INVALID_ARGUMENT for broken percent-encoding, text that is not UTF-8,
   *     or a query parameter that comes twice
   */
  static Target parse(String uri) {
    String origin = uri;
    int scheme = uri.indexOf("://");
    if (scheme > 0 && uri.charAt(0) != '/') { // the absolute form, as proxies send it
      int slash = uri.indexOf('/', scheme + 3);
      origin = slash < 0 ? "/" : uri.substring(slash);
    }
    int mark = origin.indexOf('?');
    String path = mark < 0 ? origin : origin.substring(0, mark);
    List<String> segments = new ArrayList<>();
    if (path.startsWith("/")) {
      for (String segment : path.substring(1).split("/", -1)) {
        segments.add(decode("path", segment, false));
      }
    }
    return new Target(path, segments, mark < 0 ? Map.of() : pairs(origin.substring(mark + 1)));
  }

  private static Map<String, String> pairs(String text) {
    Map<String, String> pairs = new HashMap<>();
    for (String pair : text.split("&", -1)) {
      if (pair.isEmpty()) {
        continue;
      }
      int equals = pair.indexOf('=');
      String name = decode("query", equals < 0 ? pair : pair.substring(0, equals), true);
      String value = equals < 0 ? "" : decode(name, pair.substring(equals + 1), true);
      if (pairs.put(name, value) != null) {
        throw QuiverException.invalid(name, "one value", "two");
      }
    }
    return pairs;
  }

  private static String decode(String field, String text, boolean plusIsSpace) {
    boolean plain = text.indexOf('%') < 0 && (!plusIsSpace || text.indexOf('+') < 0);
    if (plain && text.chars().allMatch(c -> c < 0x80)) {
      return text;
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '%') {
        bytes.write(hex(field, text, i));
        i += 2;
      } else if (c == '+' && plusIsSpace) {
        bytes.write(' ');
      } else {
        bytes.write(c); // Netty makes one character of each byte
      }
    }
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(bytes.toByteArray()))
          .toString();
    } catch (CharacterCodingException e) {
      throw QuiverException.invalid(field, "UTF-8 in percent-encoding", text);
    }
  }

  private static int hex(String field, String text, int percent) {
    int high = percent + 2 < text.length() ? Character.digit(text.charAt(percent + 1), 16) : -1;
    int low = percent + 2 < text.length() ? Character.digit(text.charAt(percent + 2), 16) : -1;
    if (high < 0 || low < 0) {
      throw QuiverException.invalid(field, "% and two hexadecimal digits", text);
    }
    return high << 4 | low;
  }
}
