package io.quiver.front.rest;

import io.quiver.core.ErrorCode;
import io.quiver.core.QuiverException;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * What goes back: a status and how its document is written.
 *
 * @param weight about how many bytes the document will have
 * @param headers beside those that every answer has
 * @param contentType of the document
 */
record Answer(
    int status,
    long weight,
    Map<String, String> headers,
    String contentType,
    Consumer<JsonWriter> document) {
  private static final String JSON = "application/json";
  private static final long SMALL = 1_024;

  /** Success in the envelope {@code {"success":true,"data":…,"error":null}}. */
  static Answer data(Consumer<JsonWriter> data) {
    return data(SMALL, Map.of(), data);
  }

  static Answer data(long weight, Map<String, String> headers, Consumer<JsonWriter> data) {
    return new Answer(
        200,
        weight,
        headers,
        JSON,
        json -> {
          json.beginObject().name("success").value(true).name("data");
          data.accept(json);
          json.name("error").nullValue().endObject();
        });
  }

  /** The same under another status. */
  Answer withStatus(int other) {
    return new Answer(other, weight, headers, contentType, document);
  }

  /** A document without the envelope, as health probes expect it. */
  static Answer bare(int status, Consumer<JsonWriter> document) {
    return new Answer(status, SMALL, Map.of(), JSON, document);
  }

  /** A failure in the envelope, with the status of its code. */
  static Answer failure(QuiverException error) {
    return failure(HttpStatus.of(error.code()), error);
  }

  /** A failure of HTTP itself, whose status says more than any code. */
  static Answer failure(int status, QuiverException error) {
    Map<String, String> headers = new TreeMap<>();
    int seconds = HttpStatus.retryAfterSeconds(error.code());
    if (seconds > 0) {
      headers.put("Retry-After", String.valueOf(seconds));
    }
    if (error.code() == ErrorCode.METHOD_NOT_ALLOWED) {
      headers.put("Allow", error.details().get("expected"));
    }
    return new Answer(status, SMALL, headers, JSON, json -> writeFailure(json, error));
  }

  private static void writeFailure(JsonWriter json, QuiverException error) {
    json.beginObject().name("success").value(false).name("data").nullValue();
    json.name("error").value(error.getMessage());
    json.name("code").value(error.code().name());
    json.name("message").value(error.getMessage());
    json.name("details").beginObject();
    new TreeMap<>(error.details()).forEach((key, value) -> json.name(key).value(value));
    json.endObject().endObject();
  }
}
