package io.quiver.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Does what the README says, word for word, in its order: every {@code sh} block goes through bash
 * in an empty folder that has {@code ./quiver}, against the server that its {@code ./quiver serve}
 * starts. A {@code json} or {@code text} block behind it is what must come out; an ellipsis stands
 * for anything. Only the port is another.
 */
class ReadmeIT {
  private static final String ADDRESS = "http://127.0.0.1:8080";
  private static final Pattern READY =
      Pattern.compile("Quiver .* REST (http://127\\.0\\.0\\.1:\\d+), .*");

  /** Client commands whose default address is the default port. */
  private static final Pattern CLIENT =
      Pattern.compile("(?m)^(\\./quiver (?:import|search|collections|vectors) .*)$");

  private static final long SECONDS_MAX = 60;

  @TempDir Path folder;
  private Optional<Process> server = Optional.empty();
  private String url = ADDRESS;

  @BeforeEach
  void prepareFolder() throws IOException {
    Path home = Path.of(System.getProperty("quiver.home", ".")).toRealPath();
    Files.createSymbolicLink(folder.resolve("quiver"), home.resolve("quiver"));
    BenchFiles.write(folder);
  }

  @AfterEach
  void killServer() throws IOException {
    server.ifPresent(Process::destroyForcibly);
    Files.delete(folder.resolve("quiver"));
  }

  @Test
  void everyCommandDoesWhatTheReadmeShows() throws Exception {
    List<Markdown.Block> blocks = Markdown.blocks(Markdown.read("README.md"));
    int ran = 0;
    for (int i = 0; i < blocks.size(); i++) {
      Markdown.Block block = blocks.get(i);
      if (!block.language().equals("sh") || isForACheckout(block)) {
        continue;
      }
      ran++;
      if (block.text().equals("./quiver serve\n")) {
        startServer();
        continue;
      }
      if (block.text().startsWith("./quiver check")) {
        stopServer();
      }
      String out = run(block);
      if (i + 1 < blocks.size() && List.of("json", "text").contains(blocks.get(i + 1).language())) {
        assertThat(out.strip())
            .as("what line %d of the README prints", block.line())
            .matches(pattern(blocks.get(i + 1).text().strip()));
      }
    }
    assertThat(ran).isGreaterThan(15);
    assertThat(server).as("the README stops its server").isEmpty();
  }

  /** The build, and the load tests: api.LocustIT runs the one, {@code loadtest/measure} both. */
  private static boolean isForACheckout(Markdown.Block block) {
    return block.text().equals("mvn verify\n") || block.text().contains(" loadtest/");
  }

  /** The shown text, where an ellipsis stands for anything. */
  private static Pattern pattern(String shown) {
    String regex =
        Stream.of(shown.split("\u2026", -1)).map(Pattern::quote).collect(Collectors.joining(".*"));
    return Pattern.compile(regex, Pattern.DOTALL);
  }

  private void startServer() throws IOException {
    ProcessBuilder builder = bash("exec ./quiver serve");
    builder
        .environment()
        .putAll(
            Map.of("QUIVER_REST_PORT", "0", "QUIVER_GRPC_PORT", "0", "QUIVER_METRICS_PORT", "0"));
    Process process = builder.start();
    server = Optional.of(process);
    BufferedReader out = process.inputReader(StandardCharsets.UTF_8);
    List<String> lines = new ArrayList<>();
    for (String line = out.readLine(); line != null; line = out.readLine()) {
      lines.add(line);
      Matcher ready = READY.matcher(line);
      if (ready.matches()) {
        url = ready.group(1);
        return;
      }
    }
    throw new AssertionError("./quiver serve did not start: " + lines);
  }

  private void stopServer() throws InterruptedException {
    Process process = server.orElseThrow();
    process.destroy(); // SIGTERM, as Ctrl-C
    assertThat(process.waitFor(SECONDS_MAX, TimeUnit.SECONDS)).as("stopped in time").isTrue();
    assertThat(process.exitValue()).isZero();
    server = Optional.empty();
  }

  private String run(Markdown.Block block) throws Exception {
    String script =
        CLIENT.matcher(block.text().replace(ADDRESS, url)).replaceAll("$1 --url " + url);
    Path out = folder.resolve("out.txt");
    Process process = bash("set -e\n" + script).redirectOutput(out.toFile()).start();
    boolean ended = process.waitFor(SECONDS_MAX, TimeUnit.SECONDS);
    process.destroyForcibly();
    String printed = Files.readString(out);
    assertThat(ended).as("line %d of the README ends:%n%s", block.line(), printed).isTrue();
    assertThat(process.exitValue())
        .as("status of line %d of the README:%n%s%s", block.line(), printed, problems())
        .isZero();
    return printed;
  }

  private String problems() throws IOException {
    return Files.readString(folder.resolve("err.txt"));
  }

  private ProcessBuilder bash(String script) {
    ProcessBuilder builder = new ProcessBuilder("bash", "-c", script);
    builder.directory(folder.toFile());
    Path state = folder.resolve("state"); // where imports note how far they are
    builder.environment().put("XDG_STATE_HOME", state.toString());
    return builder.redirectError(folder.resolve("err.txt").toFile());
  }
}
