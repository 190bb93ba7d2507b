package io.quiver.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The server of a soak or bench: one that runs, or {@code serve} as a process of its own, with the
 * flags of this JVM, that ends with it. What the process takes of the machine is read from /proc.
 */
final class MeasuredServer implements AutoCloseable {
  private static final Pattern READY =
      Pattern.compile("Quiver .* REST (http://[^,]+), gRPC ([^,]+), .*");
  private static final long STOP_SECONDS_MAX = 30;

  /** In /proc/PID/stat behind the name: what Linux calls utime, followed by stime. */
  private static final int USER_TICKS = 11;

  private static final long TICK_NANOS = 10_000_000;

  private final String url;
  private final Optional<String> grpc;
  private final Optional<Long> pid;
  private final Optional<Process> process;
  private final Optional<Path> data;

  private MeasuredServer(
      String url,
      Optional<String> grpc,
      Optional<Long> pid,
      Optional<Process> process,
      Optional<Path> data) {
    this.url = url;
    this.grpc = grpc;
    this.pid = pid;
    this.process = process;
    this.data = data;
  }

  /** One that runs already. */
  static MeasuredServer at(String url, Optional<Long> pid) {
    return at(url, Optional.empty(), pid);
  }

  /** One that runs already, and where it serves gRPC. */
  static MeasuredServer at(String url, Optional<String> grpc, Optional<Long> pid) {
    return new MeasuredServer(url, grpc, pid, Optional.empty(), Optional.empty());
  }

  /** Starts one on free ports. */
  static MeasuredServer start(Path data) throws IOException {
    return start(data, List.of());
  }

  /**
   * Starts one on free ports.
   *
   * @param before what the command begins with: {@code taskset -c 0}, say
   */
  static MeasuredServer start(Path data, List<String> before) throws IOException {
    List<String> command = new ArrayList<>(before);
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), "io.quiver.Main"));
    command.addAll(List.of("serve", "--data-dir=" + data, "--rest-port=0", "--grpc-port=0"));
    command.add("--metrics-port=0");
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly, "soak-end"));
    Matcher ready = ready(process);
    return new MeasuredServer(
        ready.group(1),
        Optional.of(ready.group(2)),
        Optional.of(process.pid()),
        Optional.of(process),
        Optional.of(data));
  }

  private static Matcher ready(Process process) throws IOException {
    BufferedReader out = process.inputReader(StandardCharsets.UTF_8);
    for (String line = out.readLine(); line != null; line = out.readLine()) {
      Matcher ready = READY.matcher(line);
      if (ready.matches()) {
        return ready;
      }
    }
    throw new CommandException("the server did not start");
  }

  String url() {
    return url;
  }

  /** Where it serves gRPC, {@code HOST:PORT}, if that is known. */
  Optional<String> grpc() {
    return grpc;
  }

  /** CPU time of the process so far, in steps of some 10 ms; negative if unknown. */
  long cpuNanos() {
    return pid.flatMap(ProcessHandle::of)
        .flatMap(process -> process.info().totalCpuDuration())
        .map(Duration::toNanos)
        .orElse(-1L);
  }

  /**
   * CPU time of its threads so far by the names of the threads, without the numbers at their ends.
   * Linux knows fifteen letters of a name; elsewhere there is nothing.
   */
  Map<String, Long> cpuNanosByThread() {
    Map<String, Long> sums = new TreeMap<>();
    try (Stream<Path> threads = Files.list(Path.of("/proc", pid.orElse(0L).toString(), "task"))) {
      for (Path thread : threads.toList()) {
        addCpu(thread, sums);
      }
    } catch (IOException e) {
      return Map.of(); // no Linux, or not ours
    }
    return sums;
  }

  private static void addCpu(Path thread, Map<String, Long> sums) {
    try {
      String stat = Files.readString(thread.resolve("stat"));
      int end = stat.lastIndexOf(')');
      String name = stat.substring(stat.indexOf('(') + 1, end).replaceFirst("[-#]?\\d+$", "");
      String[] fields = stat.substring(end + 2).split(" ", -1);
      long ticks = Long.parseLong(fields[USER_TICKS]) + Long.parseLong(fields[USER_TICKS + 1]);
      sums.merge(name, ticks * TICK_NANOS, Long::sum);
    } catch (IOException e) {
      return; // ended since it was listed
    }
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
      return files.mapToLong(MeasuredServer::size).sum();
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
