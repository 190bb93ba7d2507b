package io.quiver.config;

import io.quiver.core.Owner;
import io.quiver.core.QuiverException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;

/** What values a setting takes. */
enum Kind {
  HOST("a host name or an address"),
  HOSTS("host names or addresses, with commas between them"),
  OWNER("at most 256 bytes of text without control characters"),
  PORT("a port, 0 to 65535"),
  FOLDER("a path"),
  FOLDERS("paths, with commas between them"),
  LEVEL("off, error, warn, info, debug or trace"),
  FORMAT("text or json"),
  MILLIS("a number of milliseconds, 0 to " + Kind.MILLIS_MAX),
  THREADS("a number of threads, 0 to " + Kind.THREADS_MAX),
  COUNT("a number, 1 to " + Kind.COUNT_MAX),
  SECONDS("a number of seconds, 1 to " + Kind.SECONDS_MAX),
  MINUTES("a number of minutes, 0 to " + Kind.MINUTES_MAX),
  AMOUNT("a number, 0 to " + Kind.AMOUNT_MAX),
  BYTES("a size in bytes, " + Kind.BYTES_MIN + " to " + Kind.BYTES_MAX),
  PERCENT("a percentage, 0 to 100"),
  HOURS("a number of hours, 0 to " + Kind.HOURS_MAX),
  SWITCH("true or false");

  private static final int THREADS_MAX = 1024;
  private static final int SECONDS_MAX = 3_600;
  private static final int MILLIS_MAX = 3_600_000;
  private static final int HOURS_MAX = 8_760;
  private static final int MINUTES_MAX = 525_600;
  private static final int AMOUNT_MAX = 1_000_000_000;
  private static final int COUNT_MAX = 1_000_000;
  private static final long BYTES_MIN = 1L << 20;
  private static final long BYTES_MAX = 1L << 40;
  private static final Set<String> LEVELS =
      Set.of("off", "error", "warn", "info", "debug", "trace");

  private final String expected;

  Kind(String expected) {
    this.expected = expected;
  }

  /** What {@link #canonical} takes, in words. */
  String expected() {
    return expected;
  }

  /**
   * The value as it is kept and shown.
   *
   * @param field how the error names the setting
   * @throws QuiverException INVALID_ARGUMENT if the text is no value of this kind
   */
  String canonical(String field, String text) {
    String value = text.strip();
    if (!accepts(value)) {
      throw QuiverException.invalid(field, expected, text.isEmpty() ? "nothing" : text);
    }
    return switch (this) {
      case HOST, HOSTS, OWNER, FOLDER, FOLDERS -> value;
      case PORT, MILLIS, THREADS, COUNT, SECONDS, MINUTES, AMOUNT, BYTES, PERCENT, HOURS ->
          Long.toString(Long.parseLong(value));
      case LEVEL, FORMAT, SWITCH -> value.toLowerCase(Locale.ROOT);
    };
  }

  private boolean accepts(String value) {
    return switch (this) {
      case HOST -> !value.isEmpty() && value.chars().noneMatch(c -> c <= ' ' || c == '/');
      case HOSTS -> value.chars().noneMatch(c -> c <= ' ' || c == '/');
      case OWNER -> isOwner(value);
      case PORT -> isBetween(value, 0, 65_535);
      case FOLDER -> isPath(value);
      case FOLDERS -> value.isEmpty() || Stream.of(value.split(",", -1)).allMatch(Kind::isPath);
      case LEVEL -> LEVELS.contains(value.toLowerCase(Locale.ROOT));
      case FORMAT -> value.equalsIgnoreCase("text") || value.equalsIgnoreCase("json");
      case MILLIS -> isBetween(value, 0, MILLIS_MAX);
      case THREADS -> isBetween(value, 0, THREADS_MAX);
      case COUNT -> isBetween(value, 1, COUNT_MAX);
      case MINUTES -> isBetween(value, 0, MINUTES_MAX);
      case AMOUNT -> isBetween(value, 0, AMOUNT_MAX);
      case SECONDS -> isBetween(value, 1, SECONDS_MAX);
      case BYTES -> isBetween(value, BYTES_MIN, BYTES_MAX);
      case PERCENT -> isBetween(value, 0, 100);
      case HOURS -> isBetween(value, 0, HOURS_MAX);
      case SWITCH -> value.equalsIgnoreCase("true") || value.equalsIgnoreCase("false");
    };
  }

  private static boolean isBetween(String value, long low, long high) {
    try {
      long number = Long.parseLong(value);
      return low <= number && number <= high;
    } catch (NumberFormatException e) {
      return false;
    }
  }

  private static boolean isOwner(String value) {
    try {
      return new Owner(value).value().equals(value);
    } catch (QuiverException e) {
      return false;
    }
  }

  private static boolean isPath(String value) {
    try {
      return !Path.of(value).toString().isEmpty();
    } catch (InvalidPathException e) {
      return false;
    }
  }
}
