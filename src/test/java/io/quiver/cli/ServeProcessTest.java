package io.quiver.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code serve} as a process of its own: what it prints, and how it ends. */
class ServeProcessTest {
  private static final long SECONDS_MAX = 120;

  @TempDir Path folder;
  private final List<Process> started = new ArrayList<>();

  @AfterEach
  void killAll() {
    started.forEach(Process::destroyForcibly);
  }

  @Test
  void aSignalEndsItInOrderAndItsDirectoryIsItsOwn() throws Exception {
    Process server = serve("--rest-port", "0");
    BufferedReader out = server.inputReader(StandardCharsets.UTF_8);
    assertThat(out.readLine())
        .matches(
            "Quiver \\S+ ready in \\d+ ms: REST http://127\\.0\\.0\\.1:\\d+, gRPC"
                + " 127\\.0\\.0\\.1:\\d+, metrics http://127\\.0\\.0\\.1:\\d+, data .*, 0"
                + " collections");
    Process second = serve("--rest-port", "0");
    assertThat(exitStatus(second)).isEqualTo(1);
    assertThat(problems(second)).singleElement().asString().contains("in use by another process");
    server.destroy(); // SIGTERM
    assertThat(exitStatus(server)).isZero();
  }

  @Test
  void aPortInUseIsNamed() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, java.net.InetAddress.getLoopbackAddress())) {
      Process server = serve("--rest-port", Integer.toString(taken.getLocalPort()));
      assertThat(exitStatus(server)).isEqualTo(1);
      assertThat(problems(server))
          .singleElement()
          .asString()
          .contains("cannot listen on 127.0.0.1:" + taken.getLocalPort())
          .contains("--rest-port");
    }
  }

  /** A manifest that nobody can read is told in the log, in either form. */
  @ParameterizedTest
  @ValueSource(strings = {"text", "json"})
  void theLogIsInTheFormThatWasAskedFor(String form) throws Exception {
    Files.createDirectories(folder.resolve("broken"));
    Files.writeString(folder.resolve("broken/metadata.json"), "{");
    Process server = serve("--rest-port=0", "--log-format=" + form);
    assertThat(server.inputReader(StandardCharsets.UTF_8).readLine()).startsWith("Quiver ");
    server.toHandle().destroy(); // leaves its output to be read
    assertThat(exitStatus(server)).isZero();
    List<String> lines = problems(server);
    assertThat(lines).anyMatch(line -> line.contains("broken"));
    for (String line : lines) {
      if (form.equals("json")) {
        JsonNode event = new ObjectMapper().readTree(line);
        assertThat(event.get("level").asText()).isIn("WARN", "ERROR", "INFO");
        assertThat(Instant.parse(event.get("timestamp").asText())).isNotNull();
      } else {
        assertThat(line).matches("\\d{4}-\\d\\d-\\d\\dT.* (WARN |ERROR|INFO ) \\w+ .*\\S");
      }
    }
  }

  private Process serve(String... more) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-modules=jdk.incubator.vector",
                "--enable-native-access=ALL-UNNAMED",
                "-Xmx256m",
                "-cp",
                System.getProperty("java.class.path"),
                "io.quiver.Main",
                "serve",
                "--grpc-port=0",
                "--metrics-port=0",
                "--data-dir=" + folder));
    command.addAll(List.of(more));
    Process process = new ProcessBuilder(command).start();
    started.add(process);
    return process;
  }

  private static int exitStatus(Process process) throws InterruptedException {
    assertThat(process.waitFor(SECONDS_MAX, TimeUnit.SECONDS)).as("ended in time").isTrue();
    return process.exitValue();
  }

  private static List<String> problems(Process process) throws IOException {
    try (BufferedReader err = process.errorReader(StandardCharsets.UTF_8)) {
      return err.lines().filter(line -> !line.startsWith("WARNING: Using incubator")).toList();
    }
  }
}
