package io.quiver.front.grpc;

import io.quiver.core.ErrorCode;
import io.quiver.core.QuiverException;
import io.vertx.grpc.common.GrpcStatus;
import io.vertx.grpc.server.GrpcServerResponse;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * The one place where an error becomes a gRPC status. The text goes into {@code grpc-message}; the
 * code and the details go into trailers named {@code quiver-code}, {@code quiver-field}, {@code
 * quiver-expected}, {@code quiver-got}…, percent-encoded as {@code grpc-message} is.
 */
final class Statuses {
  /** Keeps all trailers of one error well under the 8 KiB that clients take by default. */
  private static final int TEXT_CHARS_MAX = 400;

  private static final int ENCODED_BYTES_MAX = 800;

  private Statuses() {}

  static GrpcStatus of(ErrorCode code) {
    return switch (code) {
      case INVALID_ARGUMENT, DIMENSION_MISMATCH, MALFORMED_JSON, UNSUPPORTED_MEDIA_TYPE ->
          GrpcStatus.INVALID_ARGUMENT;
      case COLLECTION_NOT_FOUND, VECTOR_NOT_FOUND, SNAPSHOT_NOT_FOUND, ROUTE_NOT_FOUND ->
          GrpcStatus.NOT_FOUND;
      case COLLECTION_ALREADY_EXISTS, VECTOR_ALREADY_EXISTS -> GrpcStatus.ALREADY_EXISTS;
      case CONFLICT, VERSION_CONFLICT -> GrpcStatus.ABORTED;
      case METHOD_NOT_ALLOWED -> GrpcStatus.UNIMPLEMENTED;
      case UNAUTHENTICATED -> GrpcStatus.UNAUTHENTICATED;
      case PERMISSION_DENIED -> GrpcStatus.PERMISSION_DENIED;
      case OVERLOADED, STORAGE_FULL, PAYLOAD_TOO_LARGE -> GrpcStatus.RESOURCE_EXHAUSTED;
      case UNAVAILABLE -> GrpcStatus.UNAVAILABLE;
      case DEADLINE_EXCEEDED -> GrpcStatus.DEADLINE_EXCEEDED;
      // Clients repeat UNAVAILABLE by themselves; a read-only node stays so until someone acts.
      case READ_ONLY -> GrpcStatus.FAILED_PRECONDITION;
      case COLLECTION_DAMAGED -> GrpcStatus.DATA_LOSS;
      case INTERNAL -> GrpcStatus.INTERNAL;
    };
  }

  /** Ends the response with the error. */
  static void send(GrpcServerResponse<?, ?> response, QuiverException error) {
    response.status(of(error.code()));
    response.statusMessage(clip(error.getMessage()));
    response.trailers().set("quiver-code", error.code().name());
    error.details().forEach((name, value) -> detail(response, name, value));
    response.end();
  }

  private static void detail(GrpcServerResponse<?, ?> response, String name, String value) {
    String header = "quiver-" + name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9-]", "-");
    response.trailers().set(header, percentEncoded(clip(value)));
  }

  private static String clip(String text) {
    return text.length() <= TEXT_CHARS_MAX ? text : text.substring(0, TEXT_CHARS_MAX - 3) + "...";
  }

  /**
   * Printable ASCII but {@code %} as it is, every other byte of the UTF-8 form as {@code %XX}. So
   * is a space at either end: HTTP/2 knows no such header, and the whole answer would be lost with
   * it.
   */
  static String percentEncoded(String text) {
    StringBuilder out = new StringBuilder(text.length() + 16);
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    for (int i = 0; i < bytes.length && out.length() <= ENCODED_BYTES_MAX; i++) {
      byte b = bytes[i];
      boolean atEnd = i == 0 || i == bytes.length - 1;
      if (b >= 0x20 && b < 0x7F && b != '%' && !(b == ' ' && atEnd)) {
        out.append((char) b);
      } else {
        out.append('%').append("%02X".formatted(b & 0xFF));
      }
    }
    return out.toString();
  }
}
