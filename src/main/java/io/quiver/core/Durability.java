package io.quiver.core;

import java.util.Locale;

/** What an acknowledged write has survived when its acknowledgement is sent. */
public enum Durability {
  /** On stable storage: survives a power cut. Group-committed with others that wait. */
  FSYNC,
  /** With the operating system: survives kill −9; a power cut may lose the last moments. */
  OS;

  public static Durability parse(String text) {
    return switch (text.toLowerCase(Locale.ROOT)) {
      case "fsync" -> FSYNC;
      case "os" -> OS;
      default -> throw QuiverException.invalid("durability", "fsync or os", text);
    };
  }
}
