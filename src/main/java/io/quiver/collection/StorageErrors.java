package io.quiver.collection;

import io.quiver.core.ErrorCode;
import io.quiver.core.QuiverException;
import io.quiver.disk.Refusal;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;

/**
 * The one place where a disk's refusal becomes an error that a caller can act on. Its details say
 * why in a word ({@code reason}), and in the disk's words ({@code cause}).
 */
public final class StorageErrors {
  private StorageErrors() {}

  /** A write that the disk refused; nothing of it is visible. */
  public static QuiverException ofWrite(IOException cause) {
    Refusal refusal = Refusal.of(cause);
    ErrorCode code =
        switch (refusal) {
          case FULL -> ErrorCode.STORAGE_FULL;
          case READ_ONLY -> ErrorCode.READ_ONLY;
          case NO_HANDLES, IO_ERROR -> ErrorCode.UNAVAILABLE;
        };
    return ofWrite(code, refusal.text() + ": " + cause.getMessage(), cause);
  }

  /** The same under a code of one's own. */
  public static QuiverException ofWrite(ErrorCode code, String message, IOException cause) {
    return new QuiverException(code, message, details(cause), cause);
  }

  /** A write of which nobody knows what the disk has: a restart may find it. */
  public static QuiverException ofUnsettledWrite(
      ErrorCode code, String message, IOException cause) {
    Map<String, String> details = new TreeMap<>(details(cause));
    details.put("outcome", "unknown");
    return new QuiverException(code, message, details, cause);
  }

  private static Map<String, String> details(IOException cause) {
    return Map.of("reason", Refusal.of(cause).word(), "cause", String.valueOf(cause.getMessage()));
  }

  /** Bytes that could not be read, or are not what was written. */
  public static QuiverException ofRead(String collection, IOException cause) {
    String text = String.valueOf(cause.getMessage());
    return new QuiverException(
        ErrorCode.COLLECTION_DAMAGED,
        "collection %s cannot be read: %s".formatted(collection, text),
        Map.of("collection", collection, "cause", text),
        cause);
  }
}
