package io.quiver.message;

import io.quiver.core.QuiverException;
import java.util.Locale;

/** What a wrong row does to the rest of its batch. */
public enum OnError {
  /** The whole batch is refused; nothing changes. */
  ABORT,
  /** The other rows are written, as one atomic write; each row's fate is in the reply. */
  CONTINUE;

  public static OnError parse(String text) {
    return switch (text.toLowerCase(Locale.ROOT)) {
      case "abort" -> ABORT;
      case "continue" -> CONTINUE;
      default -> throw QuiverException.invalid("on_error", "abort or continue", text);
    };
  }
}
