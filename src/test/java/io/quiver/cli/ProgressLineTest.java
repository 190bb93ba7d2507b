package io.quiver.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ProgressLineTest {
  private final AtomicLong clock = new AtomicLong();
  private final StringWriter text = new StringWriter();

  @Test
  void aTerminalSeesABarWithRateAndTimeLeft() {
    ProgressLine line = new ProgressLine(new PrintWriter(text), true, clock::get);
    line.update(0, 0.5); // half was done by an earlier run
    clock.set(10_000_000_000L);
    line.update(20_000, 0.75);
    assertThat(text.toString())
        .isEqualTo(
            "\r[#######################.......]  75 %  20,000 rows  2,000 rows/s  0:10 left\033[K");
  }

  @Test
  void aFileSeesAPlainLineEveryFiveSeconds() {
    ProgressLine line = new ProgressLine(new PrintWriter(text), false, clock::get);
    for (int i = 1; i <= 110; i++) {
      clock.set(i * 100_000_000L);
      line.update(i, i / 200.0);
    }
    line.done(110);
    assertThat(text.toString().lines())
        .containsExactly(
            " 25 %  50 rows  10 rows/s  0:15 left",
            " 50 %  100 rows  10 rows/s  0:10 left", "110 rows in 11.0 s, 10 rows/s");
  }
}
