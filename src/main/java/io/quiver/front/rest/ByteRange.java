package io.quiver.front.rest;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which bytes of a document a {@code Range} asks for (RFC 9110 §14). More than one range, or what
 * is no range of bytes, is ignored, as the RFC has it.
 *
 * @param from the first byte
 * @param end behind the last one
 * @param isPartial whether the answer is 206
 */
record ByteRange(long from, long end, boolean isPartial) {
  private static final Pattern FORM = Pattern.compile("bytes=([0-9]{0,18})-([0-9]{0,18})");

  static ByteRange whole(long from, long total) {
    return new ByteRange(from, total, false);
  }

  static ByteRange of(String header, long total) {
    Matcher form = FORM.matcher(header);
    if (!form.matches() || (form.group(1).isEmpty() && form.group(2).isEmpty())) {
      return whole(0, total);
    }
    if (form.group(1).isEmpty()) {
      long last = Math.min(total, Long.parseLong(form.group(2)));
      return new ByteRange(total - last, total, true);
    }
    long from = Long.parseLong(form.group(1));
    if (form.group(2).isEmpty()) {
      return new ByteRange(from, total, true);
    }
    long last = Long.parseLong(form.group(2));
    return last < from ? whole(0, total) : new ByteRange(from, Math.min(total, last + 1), true);
  }

  /** Whether there is nothing of it. */
  boolean isUnsatisfiable() {
    return isPartial && from >= end;
  }
}
