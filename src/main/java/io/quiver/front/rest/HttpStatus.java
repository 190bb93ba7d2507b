package io.quiver.front.rest;

import io.quiver.core.ErrorCode;

/** The one place where an error code becomes an HTTP status. */
final class HttpStatus {
  private HttpStatus() {}

  static int of(ErrorCode code) {
    return switch (code) {
      case INVALID_ARGUMENT, DIMENSION_MISMATCH, MALFORMED_JSON -> 400;
      case UNAUTHENTICATED -> 401;
      case PERMISSION_DENIED -> 403;
      case ROUTE_NOT_FOUND, COLLECTION_NOT_FOUND, VECTOR_NOT_FOUND, SNAPSHOT_NOT_FOUND -> 404;
      case METHOD_NOT_ALLOWED -> 405;
      case COLLECTION_ALREADY_EXISTS, VECTOR_ALREADY_EXISTS, CONFLICT, VERSION_CONFLICT -> 409;
      case PAYLOAD_TOO_LARGE -> 413;
      case UNSUPPORTED_MEDIA_TYPE -> 415;
      case OVERLOADED -> 429;
      case COLLECTION_DAMAGED, INTERNAL -> 500;
      case UNAVAILABLE, READ_ONLY -> 503;
      case DEADLINE_EXCEEDED -> 504;
      case STORAGE_FULL -> 507;
    };
  }

  /** After how many seconds the same request may succeed; 0 = waiting alone does not help. */
  static int retryAfterSeconds(ErrorCode code) {
    return switch (code) {
      case OVERLOADED, UNAVAILABLE -> 1;
      case READ_ONLY, STORAGE_FULL -> 30;
      case INVALID_ARGUMENT,
          DIMENSION_MISMATCH,
          MALFORMED_JSON,
          UNAUTHENTICATED,
          PERMISSION_DENIED,
          SNAPSHOT_NOT_FOUND,
          ROUTE_NOT_FOUND,
          COLLECTION_NOT_FOUND,
          VECTOR_NOT_FOUND,
          METHOD_NOT_ALLOWED,
          COLLECTION_ALREADY_EXISTS,
          VECTOR_ALREADY_EXISTS,
          CONFLICT,
          VERSION_CONFLICT,
          PAYLOAD_TOO_LARGE,
          UNSUPPORTED_MEDIA_TYPE,
          COLLECTION_DAMAGED,
          INTERNAL,
          DEADLINE_EXCEEDED ->
          0;
    };
  }
}
