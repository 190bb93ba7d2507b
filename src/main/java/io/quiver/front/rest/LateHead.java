package io.quiver.front.rest;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.quiver.core.ErrorCode;
import io.quiver.core.QuiverException;
import io.vertx.core.buffer.Buffer;

/**
 * The answer to a request whose head never ended, as bytes: there is no request yet through which
 * it could be sent.
 */
final class LateHead {
  private static final int REQUEST_TIMEOUT = 408;

  private LateHead() {}

  static Buffer answer(Front front) {
    QuiverException late =
        new QuiverException(
            ErrorCode.DEADLINE_EXCEEDED,
            "the request came too slowly: its head may take "
                + front.options().patience().headSeconds()
                + " seconds");
    Answer answer = Answer.failure(REQUEST_TIMEOUT, late);
    Buffer document = front.write(answer);
    String head =
        "HTTP/1.1 408 Request Timeout\r\nContent-Type: "
            + answer.contentType()
            + "\r\nX-Request-ID: "
            + front.requestIds().next()
            + "\r\nConnection: close\r\nContent-Length: "
            + document.length()
            + "\r\n\r\n";
    return Buffer.buffer(head.getBytes(US_ASCII)).appendBuffer(document);
  }
}
