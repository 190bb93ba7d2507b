package io.quiver.filter;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * About how many steps a pattern has when its counted repeats are written out, as compiling does:
 * {@code ((a{1000}){1000}){1000}} is short and would fill the memory. Never too few.
 */
final class PatternSize {
  /** What no pattern may reach; sums stay far below an overflow. */
  private static final long ENOUGH = 1L << 40;

  private final String text;
  private int at;

  private PatternSize(String text) {
    this.text = text;
  }

  static long of(String pattern) {
    return new PatternSize(pattern).sum();
  }

  private long sum() {
    Deque<Long> outer = new ArrayDeque<>();
    long sum = 0;
    long last = 0; // The atom that a repeat would repeat; it is in the sum.
    while (at < text.length()) {
      char c = text.charAt(at);
      if (c == '(') {
        at++;
        outer.push(sum);
        sum = 1;
        last = 0;
      } else if (c == ')') {
        at++;
        last = sum;
        sum = add(sum, outer.isEmpty() ? 0 : outer.pop());
      } else if (c == '{') {
        long times = times();
        sum = add(sum, last * Math.max(0, times - 1));
        last = Math.min(ENOUGH, last * Math.max(1, times));
      } else {
        last = atom(c);
        sum = add(sum, last);
      }
    }
    for (long rest : outer) {
      sum = add(sum, rest);
    }
    return sum;
  }

  private static long add(long a, long b) {
    return Math.min(ENOUGH, a + b);
  }

  /**
   * Passes over {@code {n}}, {@code {n,}} or {@code {n,m}}; what is none of them is a character.
   */
  private long times() {
    int from = ++at;
    int commas = 0;
    while (at < text.length() && (isDigit(text.charAt(at)) || text.charAt(at) == ',')) {
      commas += text.charAt(at++) == ',' ? 1 : 0;
    }
    if (at == text.length() || text.charAt(at) != '}' || at == from || commas > 1) {
      at = from;
      return 2;
    }
    String[] ends = text.substring(from, at++).split(",", 2);
    long times = 1;
    for (String end : ends) {
      if (!end.isEmpty()) {
        times = Math.max(times, end.length() > 4 ? 10_000 : Long.parseLong(end));
      }
    }
    return times + 1;
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  /** Passes over one character, class or quotation. */
  private long atom(char c) {
    if (c == '[') {
      characterClass();
      return 1;
    }
    if (text.startsWith("\\Q", at)) {
      int end = text.indexOf("\\E", at + 2);
      int from = at;
      at = end < 0 ? text.length() : end + 2;
      return (long) at - from;
    }
    at += c == '\\' ? 2 : 1;
    return 1;
  }

  private void characterClass() {
    at += text.startsWith("[^", at) ? 2 : 1;
    int first = at;
    while (at < text.length() && (text.charAt(at) != ']' || at == first)) {
      int named = text.startsWith("[:", at) ? text.indexOf(":]", at + 2) : -1;
      at = named >= 0 ? named + 2 : at + (text.charAt(at) == '\\' ? 2 : 1);
    }
    at++;
  }
}
