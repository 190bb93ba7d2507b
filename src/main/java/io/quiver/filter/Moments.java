package io.quiver.filter;

import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalTime;
import java.util.OptionalLong;

/**
 * Reads dates: {@code 2026-11-21}, or with a time behind a {@code T} or a space: {@code 10:49},
 * {@code 10:49:07}, {@code 10:49:07.123456}, and with a zone behind that: {@code Z}, {@code
 * +01:00}, {@code +0100} or {@code +01}. Without a zone it is UTC, without a time midnight. What is
 * finer than a microsecond is dropped.
 */
public final class Moments {
  private static final long MICROS_PER_SECOND = 1_000_000;

  private Moments() {}

  /** Microseconds since 1970; empty if the text is no date. */
  public static OptionalLong read(String text) {
    if (!looksLikeDate(text)) {
      return OptionalLong.empty();
    }
    try {
      return new Reader(text).read();
    } catch (DateTimeException noSuchDay) {
      return OptionalLong.empty();
    }
  }

  /** True if the text begins as a date does, with four digits, a dash and a digit. */
  static boolean looksLikeDate(String text) {
    return text.length() >= 6
        && isDigits(text, 0, 4)
        && text.charAt(4) == '-'
        && isDigits(text, 5, 6);
  }

  private static boolean isDigits(String text, int from, int to) {
    if (to > text.length()) {
      return false;
    }
    for (int i = from; i < to; i++) {
      if (text.charAt(i) < '0' || text.charAt(i) > '9') {
        return false;
      }
    }
    return true;
  }

  /** Walks over one text; -1 stands for what is not there. */
  private static final class Reader {
    private final String text;
    private int at;

    Reader(String text) {
      this.text = text;
    }

    OptionalLong read() {
      int year = digits(4);
      boolean day = skip('-');
      int month = digits(2);
      day &= skip('-');
      int dayOfMonth = digits(2);
      if (!day || month < 0 || dayOfMonth < 0) {
        return OptionalLong.empty();
      }
      long seconds = LocalDate.of(year, month, dayOfMonth).toEpochDay() * 86_400;
      if (at == text.length()) {
        return OptionalLong.of(seconds * MICROS_PER_SECOND);
      }
      return skip('T') || skip('t') || skip(' ') ? time(seconds) : OptionalLong.empty();
    }

    private OptionalLong time(long midnight) {
      int hour = digits(2);
      if (hour < 0 || !skip(':')) {
        return OptionalLong.empty();
      }
      int minute = digits(2);
      int second = 0;
      long micros = 0;
      if (skip(':')) {
        second = digits(2);
        micros = skip('.') ? fraction() : 0;
      }
      if (minute < 0 || second < 0 || micros < 0) {
        return OptionalLong.empty();
      }
      long ofDay = LocalTime.of(hour, minute, second).toSecondOfDay();
      OptionalLong offset = offset();
      return offset.isEmpty() || at < text.length()
          ? OptionalLong.empty()
          : OptionalLong.of((midnight + ofDay - offset.getAsLong()) * MICROS_PER_SECOND + micros);
    }

    /** Seconds east of Greenwich. */
    private OptionalLong offset() {
      if (at == text.length() || skip('Z') || skip('z')) {
        return OptionalLong.of(0);
      }
      int sign = skip('+') ? 1 : skip('-') ? -1 : 0;
      int hours = digits(2);
      if (sign == 0 || hours < 0 || hours > 18) {
        return OptionalLong.empty();
      }
      if (at == text.length()) {
        return OptionalLong.of(sign * (hours * 3_600L));
      }
      skip(':');
      int minutes = digits(2);
      return minutes < 0 || minutes > 59
          ? OptionalLong.empty()
          : OptionalLong.of(sign * (hours * 3_600L + minutes * 60L));
    }

    /** Microseconds of one to nine digits. */
    private long fraction() {
      int from = at;
      long micros = 0;
      while (at < text.length() && at - from < 9 && isDigits(text, at, at + 1)) {
        if (at - from < 6) {
          micros = micros * 10 + (text.charAt(at) - '0');
        }
        at++;
      }
      for (int i = at - from; i < 6; i++) {
        micros *= 10;
      }
      return at == from ? -1 : micros;
    }

    private int digits(int count) {
      if (!isDigits(text, at, at + count)) {
        return -1;
      }
      int value = Integer.parseInt(text, at, at + count, 10);
      at += count;
      return value;
    }

    private boolean skip(char expected) {
      if (at < text.length() && text.charAt(at) == expected) {
        at++;
        return true;
      }
      return false;
    }
  }
}
