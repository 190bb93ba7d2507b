package io.quiver.core;

/**
 * Every kind of error a caller can meet, sorted by whose fault it is. The fronts map each code to
 * an HTTP or gRPC status in exactly one place; {@link #wire()} is what travels on the event bus.
 */
public enum ErrorCode {
  // The caller's fault: the request is wrong and stays wrong.
  INVALID_ARGUMENT(1),
  DIMENSION_MISMATCH(2),
  MALFORMED_JSON(3),
  UNSUPPORTED_MEDIA_TYPE(4),
  PAYLOAD_TOO_LARGE(5),
  ROUTE_NOT_FOUND(6),
  METHOD_NOT_ALLOWED(7),
  COLLECTION_NOT_FOUND(8),
  VECTOR_NOT_FOUND(9),
  COLLECTION_ALREADY_EXISTS(10),
  VECTOR_ALREADY_EXISTS(11),
  UNAUTHENTICATED(12),
  PERMISSION_DENIED(13),
  SNAPSHOT_NOT_FOUND(14),
  /** Something else is under way. */
  CONFLICT(17),
  /** A row is not what the writer believed: it has another version, or is there, or is not. */
  VERSION_CONFLICT(18),
  // Nobody's fault: the same request may succeed later.
  OVERLOADED(20),
  UNAVAILABLE(21),
  DEADLINE_EXCEEDED(22),
  // The environment's or our fault: an operator should look.
  READ_ONLY(30),
  STORAGE_FULL(31),
  COLLECTION_DAMAGED(32),
  INTERNAL(33);

  private final int wire;

  ErrorCode(int wire) {
    this.wire = wire;
  }

  /** The stable number of this code on the event bus and in logs; never reused. */
  public int wire() {
    return wire;
  }

  /** Whether an operator should look: neither the caller nor time mends it. */
  public boolean isOurs() {
    return wire >= READ_ONLY.wire;
  }

  /** The code with this wire number; an unknown number (a newer peer's) is {@link #INTERNAL}. */
  public static ErrorCode ofWire(int wire) {
    for (ErrorCode code : values()) {
      if (code.wire == wire) {
        return code;
      }
    }
    return INTERNAL;
  }
}
