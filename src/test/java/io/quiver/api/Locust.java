package io.quiver.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assumptions;

/**
 * Locust with the load test of the checkout, in a Python environment of its own under {@code
 * target}. Where that cannot be had, for want of Python or of a package index, the test is aborted
 * and says why; an index that answers and does not have what is asked for is a failure.
 */
final class Locust {
  /** As the README has it; the first word is the environment's own. */
  static final String COMMAND = "locust -f loadtest/locust/locustfile.py --headless";

  private static final String REQUIREMENTS = "loadtest/locust/requirements.txt";
  private static final String NEW_ENOUGH = "import sys; sys.exit(sys.version_info < (3, 10))";
  private static final long INSTALL_SECONDS_MAX = 240;
  private static final long RUN_SECONDS_MAX = 60;

  /** What pip says when it reaches no index, or not for long enough. */
  private static final Pattern UNREACHABLE =
      Pattern.compile(
          "from versions: none|ConnectionError|Connection broken|ConnectTimeout|ReadTimeout"
              + "|Temporary failure in name resolution|ProxyError|SSLError|Network is unreachable"
              + "|IncompleteRead|50[0-9] Server Error");

  private final Path home = Path.of(System.getProperty("quiver.home", ".")).toAbsolutePath();
  private final Path environment = home.resolve("target/locust");
  private final Path output;
  private final Path statistics;

  /** How a command ended; a status of -1 is none, because it did not end in time. */
  record Result(int status, String output) {}

  /**
   * @param folder for what runs print
   */
  Locust(Path folder) {
    this.output = folder.resolve("locust.txt");
    this.statistics = folder.resolve("figures");
  }

  /** Installs what requirements.txt says, unless an earlier run has. */
  void install() throws IOException {
    Path installed = environment.resolve("installed.txt");
    String wanted = Files.readString(home.resolve(REQUIREMENTS));
    if (Files.exists(installed) && Files.readString(installed).equals(wanted)) {
      return;
    }
    abortUnless(start("python3", "-c", NEW_ENOUGH), "no python3 of 3.10 or newer");
    abortUnless(start("python3", "-m", "venv", "--clear", environment + ""), "no python3 -m venv");
    Result pip =
        start(
            environment.resolve("bin/python") + "",
            "-m",
            "pip",
            "install",
            "--quiet",
            "--no-compile",
            "--disable-pip-version-check",
            "--retries=1",
            "--timeout=20",
            "--requirement=" + REQUIREMENTS);
    if (pip.status() != 0) {
      boolean unreachable = pip.status() == -1 || UNREACHABLE.matcher(pip.output()).find();
      Assumptions.assumeFalse(unreachable, "no package index: " + pip.output());
      throw new AssertionError("pip install: " + pip);
    }
    Files.writeString(installed, wanted);
  }

  /** Runs {@link #COMMAND} on this server. Its tables are in the output. */
  Result run(int port, String... options) throws IOException {
    List<String> command = new ArrayList<>(List.of(COMMAND.split(" ")));
    command.set(0, environment.resolve("bin/locust").toString());
    command.addAll(List.of("--host", "http://127.0.0.1:" + port, "--only-summary"));
    command.addAll(List.of(options));
    return start(RUN_SECONDS_MAX, command);
  }

  /** The same, but instead of tables it gives Locust's own figures, an object a kind of request. */
  JsonNode figures(int port, String... options) throws IOException {
    List<String> more = new ArrayList<>(Arrays.asList(options));
    more.addAll(List.of("--json-file", statistics.toString()));
    Result result = run(port, more.toArray(String[]::new));
    if (result.status() != 0) {
      throw new AssertionError(result.toString());
    }
    return new ObjectMapper().readTree(Path.of(statistics + ".json").toFile());
  }

  private static void abortUnless(Result result, String reason) {
    Assumptions.assumeTrue(result.status() == 0, reason + ": " + result);
  }

  private Result start(String... command) throws IOException {
    return start(INSTALL_SECONDS_MAX, List.of(command));
  }

  private Result start(long secondsMax, List<String> command) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(home.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile());
    builder.environment().keySet().removeIf(name -> name.startsWith("LOCUST_"));
    // nothing beside the sources
    builder.environment().put("PYTHONPYCACHEPREFIX", environment.resolve("bytecode").toString());
    return end(builder, secondsMax);
  }

  private Result end(ProcessBuilder builder, long secondsMax) throws IOException {
    Process process;
    try {
      process = builder.start();
    } catch (IOException e) { // no such program
      return new Result(-1, e.getMessage());
    }
    try {
      boolean ended = process.waitFor(secondsMax, TimeUnit.SECONDS);
      return new Result(ended ? process.exitValue() : -1, Files.readString(output));
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    } finally {
      process.destroyForcibly();
    }
  }
}
