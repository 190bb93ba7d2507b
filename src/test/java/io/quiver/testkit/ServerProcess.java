package io.quiver.testkit;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * {@code ./quiver} as a process of its own. Everything it prints is kept, and is in the message of
 * whatever goes wrong. Closing it kills it.
 *
 * <p>Thread safety: any thread.
 */
public final class ServerProcess implements AutoCloseable {
  private static final long READY_SECONDS_MAX = 120;
  private static final Pattern READY =
      Pattern.compile(
          "Quiver .* ready in .*REST http://[^ ]*:(\\d+), gRPC [^ ]*:(\\d+), .*?(?:bus [^"
              + " ]*:(\\d+))?");

  private final Process process;
  private final long startNanos = System.nanoTime();
  private final List<String> log = new ArrayList<>();
  private final CompletableFuture<Ready> ready = new CompletableFuture<>();
  private final Thread reader;

  /** The ports (0 = none), and how long it took until they were open. */
  private record Ready(int restPort, int grpcPort, int busPort, long nanos) {}

  /** How a process ended. */
  public record Exit(int status, Duration took) {}

  private ServerProcess(Process process) {
    this.process = process;
    this.reader = new Thread(this::read, "log-of-" + process.pid());
    reader.setDaemon(true);
    reader.start();
  }

  /** Serves this directory on free ports; returns when it is ready. */
  public static ServerProcess serve(Path data, String... flags) {
    ServerProcess server = launch(data, flags);
    server.awaitReady();
    return server;
  }

  /** The same with more variables in its environment. */
  public static ServerProcess serve(Path data, Map<String, String> environment) {
    List<String> arguments = arguments(data);
    arguments.addFirst("serve");
    ServerProcess server = command(data, environment, arguments);
    server.awaitReady();
    return server;
  }

  private void awaitReady() {
    try {
      ready();
    } catch (AssertionError e) {
      close();
      throw e;
    }
  }

  /** Serves this directory on free ports unless the flags name some; does not wait. */
  public static ServerProcess launch(Path data, String... flags) {
    List<String> arguments = arguments(data, flags);
    arguments.addFirst("serve");
    return command(data, arguments.toArray(String[]::new));
  }

  private static List<String> arguments(Path data, String... flags) {
    List<String> arguments =
        new ArrayList<>(
            List.of("--data-dir=" + data, "--rest-port=0", "--grpc-port=0", "--metrics-port=0"));
    for (String flag : flags) {
      arguments.removeIf(known -> known.startsWith(flag.replaceFirst("=.*", "=")));
      arguments.add(flag);
    }
    return arguments;
  }

  /**
   * Serves this directory by an application that embeds Quiver: the jar as it stands and a main
   * class of the tests, which takes the flags of {@code serve} and prints its ready line.
   */
  public static ServerProcess host(Path data, Class<?> main, String... flags) {
    Path tests = Path.of(main.getProtectionDomain().getCodeSource().getLocation().getPath());
    Path jar = Path.of(System.getProperty("quiver.jar", home().resolve("target/quiver.jar") + ""));
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-modules=jdk.incubator.vector",
                "--enable-native-access=ALL-UNNAMED",
                "-XX:+UseCompactObjectHeaders",
                "-XX:SharedArchiveFile=" + jar.resolveSibling("quiver.jsa"), // if it fits
                "-Xlog:cds*=off",
                "-Xlog:aot*=off",
                "-Xmx1g",
                "-cp",
                jar + ":" + tests,
                main.getName()));
    command.addAll(arguments(data, flags));
    ServerProcess server = start(new ProcessBuilder(command));
    server.awaitReady();
    return server;
  }

  /**
   * Runs any command of {@code ./quiver} on the jar as it stands.
   *
   * @param state where the command keeps what it remembers between runs
   */
  public static ServerProcess command(Path state, String... arguments) {
    return command(state, Map.of(), List.of(arguments));
  }

  /** As {@link #serve}, with words before the command line that lead into another namespace. */
  public static ServerProcess serveInside(List<String> words, Path data, String... flags) {
    List<String> arguments = arguments(data, flags);
    arguments.addFirst("serve");
    ServerProcess server = command(words, data, Map.of(), arguments);
    server.awaitReady();
    return server;
  }

  private static ServerProcess command(
      Path state, Map<String, String> environment, List<String> arguments) {
    return command(List.of(), state, environment, arguments);
  }

  private static ServerProcess command(
      List<String> words, Path state, Map<String, String> environment, List<String> arguments) {
    List<String> command = new ArrayList<>(words);
    command.add(home().resolve("quiver").toString());
    command.addAll(arguments);
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().put("QUIVER_NO_BUILD", "1");
    builder.environment().put("XDG_STATE_HOME", state.toAbsolutePath() + "-state");
    builder.environment().putAll(environment);
    return start(builder);
  }

  private static ServerProcess start(ProcessBuilder builder) {
    try {
      return new ServerProcess(builder.redirectErrorStream(true).start());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path home() {
    return Path.of(System.getProperty("quiver.home", ".")).toAbsolutePath().normalize();
  }

  private void read() {
    try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
      for (String line = out.readLine(); line != null; line = out.readLine()) {
        if (line.startsWith("WARNING: Using incubator modules")
            || line.contains(" BlockedThreadChecker Thread ")) {
          continue;
        }
        synchronized (log) {
          log.add(line);
        }
        Matcher matcher = READY.matcher(line);
        if (matcher.matches()) {
          long nanos = System.nanoTime() - startNanos;
          ready.complete(new Ready(port(matcher, 1), port(matcher, 2), port(matcher, 3), nanos));
        }
      }
      ready.completeExceptionally(new IOException("the process ended"));
    } catch (IOException e) {
      ready.completeExceptionally(e);
    }
  }

  private static int port(Matcher ready, int group) {
    return ready.group(group) == null ? 0 : Integer.parseInt(ready.group(group));
  }

  private Ready ready() {
    try {
      return ready.get(READY_SECONDS_MAX, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw new AssertionError("not ready: " + e + "\n" + text(), e);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  public int restPort() {
    return ready().restPort();
  }

  public int grpcPort() {
    return ready().grpcPort();
  }

  /** Where a host is told what to do over the bus; 0 if this is no host. */
  public int busPort() {
    return ready().busPort();
  }

  /** From the start of the process until it said that it is ready. */
  public Duration startTook() {
    return Duration.ofNanos(ready().nanos());
  }

  public long pid() {
    return process.pid();
  }

  /**
   * What it printed so far on either stream, without the JVM's word on incubator modules, and that
   * of Vert.x on a machine too busy to let a thread go on.
   */
  public List<String> log() {
    synchronized (log) {
      return List.copyOf(log);
    }
  }

  private String text() {
    return String.join("\n", log());
  }

  /** SIGKILL; returns when the process is gone. */
  public void kill9() {
    process.destroyForcibly();
    exit(Duration.ofSeconds(30));
  }

  /** SIGTERM; returns when the process is gone. */
  public Exit terminate() {
    process.destroy();
    return exit(Duration.ofSeconds(30));
  }

  /** SIGSTOP, SIGCONT, … by its name without SIG. */
  public void signal(String name) {
    try {
      Process kill = new ProcessBuilder("kill", "-" + name, Long.toString(pid())).start();
      if (kill.waitFor() != 0) {
        throw new AssertionError("kill -" + name + " failed\n" + text());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** Waits for the end of the process, and of its output. */
  public Exit exit(Duration atMost) {
    long start = System.nanoTime();
    try {
      if (!process.waitFor(atMost.toNanos(), TimeUnit.NANOSECONDS)) {
        throw new AssertionError("still runs after " + atMost + "\n" + text());
      }
      reader.join();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
    return new Exit(process.exitValue(), Duration.ofNanos(System.nanoTime() - start));
  }

  public boolean isAlive() {
    return process.isAlive();
  }

  @Override
  public void close() {
    if (process.isAlive()) {
      kill9();
    }
  }
}
