package io.quiver.cli;

import java.io.PrintWriter;
import java.util.Locale;
import java.util.function.LongSupplier;

/**
 * One line that says how far a long job is: a bar that is drawn over on a terminal, and else a
 * plain line now and then. Belongs to one thread.
 */
final class ProgressLine {
  private static final int BAR_CHARS = 30;
  private static final long TERMINAL_NANOS = 100_000_000L;
  private static final long PLAIN_NANOS = 5_000_000_000L;

  private final PrintWriter out;
  private final boolean isTerminal;
  private final LongSupplier nanoTime;
  private final long startNanos;
  private long nextNanos;
  private double fractionAtStart = -1;

  ProgressLine(PrintWriter out, boolean isTerminal, LongSupplier nanoTime) {
    this.out = out;
    this.isTerminal = isTerminal;
    this.nanoTime = nanoTime;
    this.startNanos = nanoTime.getAsLong();
    this.nextNanos = startNanos + (isTerminal ? TERMINAL_NANOS : PLAIN_NANOS);
  }

  /**
   * Says where the job is, if it is time to.
   *
   * @param rows done since the start
   * @param fraction of all the work, 0 to 1, with what was done before the start
   */
  void update(long rows, double fraction) {
    if (fractionAtStart < 0) {
      fractionAtStart = fraction;
    }
    long now = nanoTime.getAsLong();
    if (now >= nextNanos) {
      nextNanos = now + (isTerminal ? TERMINAL_NANOS : PLAIN_NANOS);
      String line = line(rows, fraction, (now - startNanos) / 1e9);
      out.print(isTerminal ? "\r" + line : line + System.lineSeparator());
      out.flush();
    }
  }

  /** Wipes the bar and says what was done. */
  void done(long rows) {
    double seconds = Math.max(1e-3, (nanoTime.getAsLong() - startNanos) / 1e9);
    String line =
        String.format(
            Locale.ROOT, "%,d rows in %.1f s, %,.0f rows/s", rows, seconds, rows / seconds);
    out.println((isTerminal ? "\r\u001b[K" : "") + line);
    out.flush();
  }

  /** {@code [#####.....] 17 % 170,000 rows 12,345 rows/s 1:07 left}. */
  private String line(long rows, double fraction, double seconds) {
    StringBuilder line = new StringBuilder();
    if (isTerminal) {
      int full = (int) Math.round(fraction * BAR_CHARS);
      line.append('[').append("#".repeat(full)).append(".".repeat(BAR_CHARS - full)).append("] ");
    }
    line.append(
        String.format(
            Locale.ROOT,
            "%3.0f %%  %,d rows  %,.0f rows/s",
            100 * fraction,
            rows,
            rows / Math.max(1e-3, seconds)));
    double doneHere = fraction - fractionAtStart;
    if (doneHere > 0) {
      long left = Math.round(seconds * (1 - fraction) / doneHere);
      line.append(String.format(Locale.ROOT, "  %d:%02d left", left / 60, left % 60));
    }
    return isTerminal ? line + "\u001b[K" : line.toString();
  }
}
