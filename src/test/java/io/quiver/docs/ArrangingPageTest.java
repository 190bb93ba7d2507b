package io.quiver.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.quiver.Quiver;
import io.quiver.config.QuiverOptions;
import io.quiver.front.rest.RestOptions;
import io.vertx.core.Vertx;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Does what docs/arranging.md shows, in its order: a {@code json} block behind a {@code sh} block
 * is what must come out, where an ellipsis stands for anything.
 */
class ArrangingPageTest {
  private static final long SECONDS_MAX = 60;

  @TempDir private Path data;

  @Test
  void everyRequestOfThePageIsAnsweredAsShown() throws Exception {
    Vertx vertx = Vertx.vertx();
    try {
      QuiverOptions options = QuiverOptions.embedded(data).withRest(RestOptions.of("127.0.0.1", 0));
      Quiver quiver =
          Quiver.start(vertx, options)
              .toCompletionStage()
              .toCompletableFuture()
              .get(SECONDS_MAX, TimeUnit.SECONDS);
      String address = "127.0.0.1:" + quiver.restPort();
      List<Markdown.Block> blocks = Markdown.blocks(Markdown.read("docs/arranging.md"));
      int shown = 0;
      for (int i = 0; i < blocks.size(); i++) {
        if (blocks.get(i).language().equals("sh")) {
          String out = run(blocks.get(i).text().replace("127.0.0.1:8080", address));
          assertThat(out).as("line %d", blocks.get(i).line()).doesNotContain("\"success\":false");
          if (i + 1 < blocks.size() && blocks.get(i + 1).language().equals("json")) {
            shown++;
            assertThat(out.strip())
                .as("what line %d prints", blocks.get(i).line())
                .matches(pattern(blocks.get(i + 1).text().strip()));
          }
        }
      }
      assertThat(shown).as("answers that are shown").isPositive();
      quiver.stop().toCompletionStage().toCompletableFuture().get(SECONDS_MAX, TimeUnit.SECONDS);
    } finally {
      vertx.close().toCompletionStage().toCompletableFuture().get(SECONDS_MAX, TimeUnit.SECONDS);
    }
  }

  private static Pattern pattern(String shown) {
    String regex =
        Stream.of(shown.split("\u2026", -1)).map(Pattern::quote).collect(Collectors.joining(".*"));
    return Pattern.compile(regex, Pattern.DOTALL);
  }

  private static String run(String script) throws Exception {
    Process process = new ProcessBuilder("bash", "-e", "-c", script).start();
    process.getOutputStream().close();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(SECONDS_MAX, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as("%s%n%s", script, out).isZero();
    return out;
  }
}
