package io.quiver.collection;

import io.quiver.core.ErrorCode;
import io.quiver.core.QuiverException;
import java.io.IOException;
import java.util.Locale;
import java.util.Map;

/** The one place where a disk's refusal becomes an error that a caller can act on. */
public final class StorageErrors {
  private StorageErrors() {}

  /** A write that the disk refused; nothing of it is visible. */
  public static QuiverException ofWrite(IOException cause) {
    String text = String.valueOf(cause.getMessage());
    String lower = text.toLowerCase(Locale.ROOT);
    boolean full = lower.contains("no space left") || lower.contains("quota exceeded");
    return full
        ? new QuiverException(
            ErrorCode.STORAGE_FULL, "the disk is full: " + text, Map.of("cause", text), cause)
        : new QuiverException(
            ErrorCode.UNAVAILABLE,
            "the disk refused a write: " + text,
            Map.of("cause", text),
            cause);
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
