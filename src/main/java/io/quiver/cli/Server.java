package io.quiver.cli;

import io.quiver.Quiver;
import io.quiver.config.Flags;
import io.quiver.config.Key;
import io.quiver.config.Settings;
import io.quiver.core.QuiverException;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * One Vert.x and one Quiver, from the settings to the signal that ends them. Immutable;
 * thread-safe.
 */
final class Server {
  /** Less than the ten seconds after which a supervisor kills. */
  static final long STOP_NANOS_MAX = TimeUnit.SECONDS.toNanos(9);

  private final Vertx vertx;
  private final Quiver quiver;

  private Server(Vertx vertx, Quiver quiver) {
    this.vertx = vertx;
    this.quiver = quiver;
  }

  /**
   * Serves until the process is told to stop; returns only if it cannot start.
   *
   * @return the exit status: 2 for wrong settings, 1 for anything else
   */
  static int run(Flags flags, Map<String, String> environment, PrintWriter out, PrintWriter err)
      throws InterruptedException {
    Settings settings;
    try {
      settings = Settings.resolve(flags, environment);
    } catch (QuiverException e) {
      return fail(err, e.getMessage(), 2);
    }
    settings.warnings().forEach(warning -> err.println("quiver: " + warning));
    err.flush();
    Logging.start(settings.text(Key.LOG_LEVEL), settings.text(Key.LOG_FORMAT).equals("json"));
    CompletableFuture<Server> started = new CompletableFuture<>();
    Runtime.getRuntime()
        .addShutdownHook(new Thread(() -> endProcess(started, err), "quiver-signal"));
    try {
      Server server = start(settings);
      started.complete(server);
      out.println(server.readyLine(settings));
      out.flush();
    } catch (CommandException e) {
      started.completeExceptionally(e);
      return fail(err, e.getMessage(), 1);
    }
    new CountDownLatch(1).await(); // the hook ends the process
    return 0;
  }

  private static int fail(PrintWriter err, String message, int status) {
    err.println("quiver: " + message);
    err.flush();
    return status;
  }

  /**
   * Returns when all ports are open.
   *
   * @throws CommandException saying what could not be had: a port, the data directory
   */
  static Server start(Settings settings) {
    Vertx vertx = Vertx.vertx(vertxOptions());
    try {
      Quiver quiver =
          Quiver.start(vertx, settings.options()).toCompletionStage().toCompletableFuture().join();
      return new Server(vertx, quiver);
    } catch (RuntimeException e) {
      vertx.close().toCompletionStage().toCompletableFuture().join();
      throw new CommandException(StartProblem.describe(e, settings), e);
    }
  }

  /** Nothing is served from the class path: no cache folder has to be made at every start. */
  private static VertxOptions vertxOptions() {
    return new VertxOptions()
        .setPreferNativeTransport(true)
        .setFileSystemOptions(
            new FileSystemOptions()
                .setClassPathResolvingEnabled(false)
                .setFileCachingEnabled(false));
  }

  Quiver quiver() {
    return quiver;
  }

  /**
   * Finishes what is under way and closes everything; returns when it is done.
   *
   * @throws TimeoutException if it takes longer than {@code nanosMax}
   */
  void stop(long nanosMax) throws ExecutionException, InterruptedException, TimeoutException {
    quiver
        .stop()
        .eventually(vertx::close)
        .toCompletionStage()
        .toCompletableFuture()
        .get(nanosMax, TimeUnit.NANOSECONDS);
  }

  /**
   * Runs in the shutdown hook. A hook cannot change the status of a JVM that a signal ends, so it
   * halts the JVM itself: 0 when everything was closed in order.
   */
  private static void endProcess(CompletableFuture<Server> started, PrintWriter err) {
    if (started.isCompletedExceptionally()) {
      return; // the start failed and main is on its way out with its own status
    }
    int status = 0;
    long deadlineNanos = System.nanoTime() + STOP_NANOS_MAX;
    try {
      Server server = started.get(STOP_NANOS_MAX, TimeUnit.NANOSECONDS);
      server.stop(deadlineNanos - System.nanoTime());
    } catch (ExecutionException | InterruptedException | TimeoutException e) {
      status = fail(err, "did not stop in order: " + e, 1);
    }
    Runtime.getRuntime().halt(status);
  }

  private String readyLine(Settings settings) {
    String host = settings.text(Key.HOST);
    String shown = host.contains(":") ? "[" + host + "]" : host;
    long collections =
        quiver.client().list().toCompletionStage().toCompletableFuture().join().size();
    // Not the process's start as the system tells it: that is off by hundreds of milliseconds.
    long millis = ManagementFactory.getRuntimeMXBean().getUptime();
    String http = "http://" + shown + ":";
    return "Quiver "
        + Quiver.version()
        + (" ready in " + millis + " ms: REST " + http + quiver.restPort())
        + (", gRPC " + shown + ":" + quiver.grpcPort())
        + (", metrics " + http + quiver.opsPort())
        + (", data " + settings.path(Key.DATA_DIR).toAbsolutePath().normalize())
        + (", " + collections + " collections");
  }
}
