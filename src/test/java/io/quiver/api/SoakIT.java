package io.quiver.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.quiver.testkit.ServerProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code ./quiver soak} on a server of its own. The long form: {@code mvn verify -Dit.test=SoakIT
 * -Dquiver.soak.minutes=10}.
 */
class SoakIT {
  private static final String MINUTES = System.getProperty("quiver.soak.minutes", "0.1");
  private static final boolean IS_LONG = Double.parseDouble(MINUTES) >= 5;
  private static final Pattern DISK = Pattern.compile("disk .*: ([\\d.]+) x; log .*");
  private static final Pattern RECALL =
      Pattern.compile("recall@10 .* at worst (-?[\\d.]+) points .*");
  private static final Pattern MEMORY =
      Pattern.compile("memory ([-+][\\d.]+) MB/min .*, file handles (\\d+) to (\\d+)");

  @TempDir Path folder;

  @Test
  void everyAnswerIsRightAndNothingGrows() {
    String rows = IS_LONG ? "20000" : "3000";
    try (ServerProcess soak =
        ServerProcess.command(folder, "soak", "--minutes", MINUTES, "--rows", rows)) {
      long seconds = Math.round(Double.parseDouble(MINUTES) * 120) + 300;
      assertThat(soak.exit(Duration.ofSeconds(seconds)).status()).as("%s", soak.log()).isZero();
      List<String> lines = soak.log();
      System.out.println(String.join("\n", lines));
      assertThat(lines).anyMatch(line -> line.contains(" 0 errors, every answer right"));
      assertThat(figure(DISK, lines, 1)).as("disk over live data").isLessThanOrEqualTo(1.3);
      assertThat(figure(RECALL, lines, 1)).as("points of recall lost").isLessThan(1);
      if (IS_LONG) {
        assertThat(figure(MEMORY, lines, 1)).as("MB a minute").isLessThan(10);
        assertThat(figure(MEMORY, lines, 3) - figure(MEMORY, lines, 2))
            .as("file handles that came")
            .isLessThan(30);
      }
    }
  }

  private static double figure(Pattern pattern, List<String> lines, int group) {
    return lines.stream()
        .map(pattern::matcher)
        .filter(Matcher::matches)
        .map(matcher -> Double.parseDouble(matcher.group(group)))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no line like " + pattern + " in " + lines));
  }
}
