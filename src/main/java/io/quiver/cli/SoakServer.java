package io.quiver.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The server of a soak: one that runs, or {@code serve} as a process of its own, with the flags of
 * this JVM, that ends with the soak. What the process takes of the machine is read from /proc.
 */
final class SoakServer implements AutoCloseable {
  private static final Pattern READY = Pattern.compile("Quiver .* REST (http://[^,]+), .*");
  private static final long STOP_SECONDS_MAX = 30;

  private final String url;
  private final Optional<Long> pid;
  private final Optional<Process> process;
  private final Optional<Path> data;

  private SoakServer(
      String url, Optional<Long> pid, Optional<Process> process, Optional<Path> data) {
    this.url = url;
    this.pid = pid;
    this.process = process;
    this.data = data;
  }

  /** One that runs already. */
  static SoakServer at(String url, Optional<Long> pid) {
    return new SoakServer(url, pid, Optional.empty(), Optional.empty());
  }

  /** Starts one on free ports. */
  static SoakServer start(Path data) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), "io.quiver.Main"));
    command.addAll(List.of("serve", "--data-dir=" + data, "--rest-port=0", "--grpc-port=0"));
    command.add("--metrics-port=0");
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly, "soak-end"));
    return new SoakServer(
        url(process), Optional.of(process.pid()), Optional.of(process), Optional.of(data));
  }

  private static String url(Process process) throws IOException {
    BufferedReader out = process.inputReader(StandardCharsets.UTF_8);
    for (String line = out.readLine(); line != null; line = out.readLine()) {
      Matcher ready = READY.matcher(line);
      if (ready.matches()) {
        return ready.group(1);
      }
    }
    throw new CommandException("the server did not start");
  }

  String url() {
    return url;
  }

  /**
   * What a process takes.
   *
   * @param rssBytes in memory, mapped files included; negative if unknown, as the others
   * @param anonymousBytes in memory and nowhere else: no file holds it
   * @param files open handles
   */
  record Use(long rssBytes, long anonymousBytes, long files) {
    static final Use UNKNOWN = new Use(-1, -1, -1);
  }

  Use use() {
    if (pid.isEmpty()) {
      return Use.UNKNOWN;
    }
    Path proc = Path.of("/proc", Long.toString(pid.get()));
    try (Stream<Path> files = Files.list(proc.resolve("fd"))) {
      List<String> status = Files.readAllLines(proc.resolve("status"));
      return new Use(kibibytes(status, "VmRSS:"), kibibytes(status, "RssAnon:"), files.count());
    } catch (IOException e) {
      return Use.UNKNOWN; // no Linux, or not ours
    }
  }

  private static long kibibytes(List<String> status, String name) {
    return status.stream()
        .filter(line -> line.startsWith(name))
        .map(line -> line.replaceAll("\\D", ""))
        .mapToLong(digits -> Long.parseLong(digits) << 10)
        .findFirst()
        .orElse(-1);
  }

  /** Bytes of the log; negative if this is not our own server. */
  long logBytes() {
    if (data.isEmpty()) {
      return -1;
    }
    try (Stream<Path> files = Files.list(data.get().resolve("wal"))) {
      return files.mapToLong(SoakServer::size).sum();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static long size(Path file) {
    try {
      return Files.size(file);
    } catch (IOException e) {
      return 0; // gone since it was listed
    }
  }

  /** Ends the server if it is ours. */
  @Override
  public void close() {
    if (process.isEmpty()) {
      return;
    }
    process.get().destroy();
    try {
      if (!process.get().waitFor(STOP_SECONDS_MAX, TimeUnit.SECONDS)) {
        throw new CommandException("the server does not stop");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      process.get().destroyForcibly();
      return;
    }
    if (process.get().exitValue() != 0) {
      throw new CommandException("the server ended with status " + process.get().exitValue());
    }
  }
}
