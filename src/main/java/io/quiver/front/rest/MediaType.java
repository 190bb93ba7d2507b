package io.quiver.front.rest;

import io.quiver.core.ErrorCode;
import io.quiver.core.QuiverException;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import java.util.Locale;
import java.util.Map;

/** What a body says it is: JSON in UTF-8, not compressed, or it is not read. */
final class MediaType {
  private MediaType() {}

  /**
   * Checks the headers of a request whose operation takes a body.
   *
   * @param declared the Content-Length, −1 if the body is chunked
   * @throws QuiverException UNSUPPORTED_MEDIA_TYPE
   */
  static void check(MultiMap headers, long declared) {
    String encoding = headers.get(HttpHeaders.CONTENT_ENCODING);
    if (encoding != null && !encoding.equalsIgnoreCase("identity")) {
      throw unsupported("Content-Encoding", "identity", encoding);
    }
    String coding = headers.get(HttpHeaders.TRANSFER_ENCODING);
    if (coding != null && !coding.equalsIgnoreCase("chunked")) {
      throw unsupported("Transfer-Encoding", "chunked", coding);
    }
    String type = headers.get(HttpHeaders.CONTENT_TYPE);
    if (type == null) {
      if (declared > 0 || coding != null) {
        throw unsupported("Content-Type", "application/json", "nothing");
      }
      return; // no body at all: the endpoint says what it misses
    }
    String[] parts = type.toLowerCase(Locale.ROOT).split(";", -1);
    if (!parts[0].strip().equals("application/json")) {
      throw unsupported("Content-Type", "application/json", type);
    }
    for (int i = 1; i < parts.length; i++) {
      String parameter = parts[i].strip().replace("\"", "");
      if (parameter.startsWith("charset=") && !parameter.equals("charset=utf-8")) {
        throw unsupported("Content-Type", "charset=utf-8", type);
      }
    }
  }

  /**
   * Whether a body of bytes is deflated; checks its other headers.
   *
   * @throws QuiverException UNSUPPORTED_MEDIA_TYPE
   */
  static boolean isDeflated(MultiMap headers) {
    String type = headers.get(HttpHeaders.CONTENT_TYPE);
    if (type != null && !type.equalsIgnoreCase("application/octet-stream")) {
      throw unsupported("Content-Type", "application/octet-stream", type);
    }
    String encoding = headers.get(HttpHeaders.CONTENT_ENCODING);
    if (encoding == null || encoding.equalsIgnoreCase("identity")) {
      return false;
    }
    if (!encoding.equalsIgnoreCase("deflate")) {
      throw unsupported("Content-Encoding", "identity or deflate", encoding);
    }
    return true;
  }

  private static QuiverException unsupported(String header, String expected, String got) {
    String shown = QuiverException.clip(got);
    return new QuiverException(
        ErrorCode.UNSUPPORTED_MEDIA_TYPE,
        header + ": expected " + expected + ", got " + shown,
        Map.of("field", header, "expected", expected, "got", shown));
  }
}
