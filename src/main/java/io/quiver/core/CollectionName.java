package io.quiver.core;

import java.util.Locale;
import java.util.Set;

/**
 * A collection's name, safe as a folder name: {@code [A-Za-z0-9][A-Za-z0-9._-]{0,63}} and none of
 * the words that the data directory or the REST paths keep for themselves.
 */
public record CollectionName(String value) implements Comparable<CollectionName> {
  private static final Set<String> RESERVED =
      Set.of("wal", "snapshots", "lock", "deleted", "restore", "import", "cleanup", "aliases");

  public CollectionName {
    if (!wellFormed(value)) {
      throw QuiverException.invalid(
          "name",
          "1 to 64 characters of A-Z a-z 0-9 . _ - that begin with a letter or digit",
          value);
    }
    if (RESERVED.contains(value.toLowerCase(Locale.ROOT))) {
      throw QuiverException.invalid("name", "a name that is not reserved", value);
    }
  }

  /** Whether a folder of this name could be a collection; never throws. */
  public static boolean isValid(String text) {
    return wellFormed(text) && !RESERVED.contains(text.toLowerCase(Locale.ROOT));
  }

  private static boolean wellFormed(String text) {
    if (text == null || text.isEmpty() || text.length() > Limits.NAME_CHARS_MAX) {
      return false;
    }
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean letterOrDigit =
          (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
      if (!letterOrDigit && (i == 0 || (c != '.' && c != '_' && c != '-'))) {
        return false;
      }
    }
    return true;
  }

  @Override
  public int compareTo(CollectionName other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value;
  }
}
