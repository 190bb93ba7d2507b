package io.quiver.core;

import java.util.Map;

/**
 * An error that a caller can act on. The message carries the values ({@code dimension mismatch:
 * want=384 got=768}); {@link #details()} carries the same as fields, usually {@code field}, {@code
 * expected} and {@code got}. Immutable. It has a stack trace only if it has a cause or its code
 * {@linkplain ErrorCode#isOurs() is ours}.
 */
public final class QuiverException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final ErrorCode code;
  private final transient Map<String, String> details;

  public QuiverException(ErrorCode code, String message) {
    this(code, message, Map.of(), null);
  }

  public QuiverException(ErrorCode code, String message, Throwable cause) {
    this(code, message, Map.of(), cause);
  }

  public QuiverException(ErrorCode code, String message, Map<String, String> details) {
    this(code, message, details, null);
  }

  public QuiverException(
      ErrorCode code, String message, Map<String, String> details, Throwable cause) {
    // A stack is for who looks for a fault of ours. Refusals come by the hundred thousand, one for
    // each wrong row of a batch, and their stacks would cost more than finding them wrong.
    super(message, cause, true, cause != null || code.isOurs());
    this.code = code;
    this.details = Map.copyOf(details);
  }

  /** A wrong value of one request field: what was expected there and what came. */
  public static QuiverException invalid(String field, String expected, Object got) {
    String shown = clip(String.valueOf(got));
    return new QuiverException(
        ErrorCode.INVALID_ARGUMENT,
        field + ": expected " + expected + ", got " + shown,
        Map.of("field", field, "expected", expected, "got", shown));
  }

  /** A vector whose length is not the collection's dimension. */
  public static QuiverException dimensionMismatch(String field, int want, int got) {
    return new QuiverException(
        ErrorCode.DIMENSION_MISMATCH,
        "dimension mismatch: want=" + want + " got=" + got,
        Map.of("field", field, "expected", String.valueOf(want), "got", String.valueOf(got)));
  }

  public static QuiverException collectionNotFound(String name) {
    return new QuiverException(
        ErrorCode.COLLECTION_NOT_FOUND,
        "Collection not found: " + name,
        Map.of("field", "collection", "got", name));
  }

  public ErrorCode code() {
    return code;
  }

  public Map<String, String> details() {
    return details == null ? Map.of() : details;
  }

  /** A text that came from outside, short enough for an error. */
  public static String clip(String text) {
    return text.length() <= 120 ? text : text.substring(0, 117) + "...";
  }
}
