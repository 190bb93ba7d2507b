package io.quiver.cli;

import io.quiver.config.Flags;
import io.quiver.config.Key;
import io.quiver.config.Settings;
import io.quiver.core.Metric;
import java.io.IOException;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;

/**
 * The server that a bench measures: one that runs, one as a process of its own, or, for the bus,
 * one inside this process. Belongs to one thread.
 */
final class BenchHost implements AutoCloseable {
  private final BenchVia via;
  private final MeasuredServer server;
  private final Optional<Server> inside;
  private final Optional<TemporaryFolder> folder;
  private final BenchLines lines;
  private final RestApi api;
  private long clientNanos;
  private long serverNanos;
  private Map<String, Long> threadNanos = Map.of();

  private BenchHost(
      BenchVia via,
      MeasuredServer server,
      Optional<Server> inside,
      Optional<TemporaryFolder> folder) {
    this.via = via;
    this.server = server;
    this.inside = inside;
    this.folder = folder;
    this.lines =
        inside.isPresent()
            ? new BenchBus(inside.get().quiver().client())
            : new BenchHttp(via, server);
    this.api = new RestApi(server.url());
  }

  /** A server that runs; the bus does not reach it. */
  static BenchHost at(BenchVia via, MeasuredServer running) {
    if (via == BenchVia.BUS) {
      throw new CommandException("--via bus: reaches a server in the same process only, no --url");
    }
    return new BenchHost(via, running, Optional.empty(), Optional.empty());
  }

  /**
   * A server of its own on a folder that goes with it.
   *
   * @param before what its command begins with; of no effect inside this process
   */
  static BenchHost start(BenchVia via, List<String> before) throws IOException {
    TemporaryFolder folder = TemporaryFolder.create("quiver-bench-");
    if (via != BenchVia.BUS) {
      MeasuredServer server = MeasuredServer.start(folder.path(), before);
      return new BenchHost(via, server, Optional.empty(), Optional.of(folder));
    }
    Map<Key, String> values = new EnumMap<>(Key.class);
    values.put(Key.DATA_DIR, folder.path().toString());
    for (Key port : List.of(Key.REST_PORT, Key.GRPC_PORT, Key.METRICS_PORT)) {
      values.put(port, "0");
    }
    Settings settings = Settings.resolve(new Flags(values, Optional.empty()), Map.of());
    Server inside = Server.start(settings);
    String url = "http://" + settings.text(Key.HOST) + ":" + inside.quiver().restPort();
    MeasuredServer self = MeasuredServer.at(url, Optional.of(ProcessHandle.current().pid()));
    return new BenchHost(via, self, Optional.of(inside), Optional.of(folder));
  }

  BenchVia via() {
    return via;
  }

  BenchLines lines() {
    return lines;
  }

  /** Makes a collection. */
  void create(String name, int dimension, Metric metric) {
    api.post(
        RestApi.path("collections"), CollectionsCommand.Shape.request(name, dimension, metric));
  }

  void drop(String name) {
    api.delete(RestApi.path("collections", name, "hard-delete"));
  }

  /** Returns when all rows are in the graph, and coded if they are to be. */
  void awaitIndexed(String name) {
    String stats = RestApi.path("collections", name, "stats") + "?detail=true";
    Pause.until(() -> api.get(stats).path("unindexed_rows").asLong() == 0);
  }

  /** Begins to count CPU time. */
  void mark() {
    clientNanos = clientCpu();
    serverNanos = server.cpuNanos();
    threadNanos = server.cpuNanosByThread();
  }

  /**
   * CPU time since the mark.
   *
   * @param serverNanos of the server, or of both in one process; negative if unknown
   * @param clientNanos of this process
   * @param threads what the server's threads took, by name; without those that took next to nothing
   */
  record Cpu(long serverNanos, long clientNanos, Map<String, Long> threads) {
    Cpu {
      threads = Map.copyOf(threads);
    }

    /** The part that index threads took. */
    long indexNanos() {
      return threads.getOrDefault("quiver-index", 0L);
    }

    String threadsText() {
      return new TreeMap<>(threads)
          .entrySet().stream()
              .map(each -> each.getKey() + " " + each.getValue() / 1_000_000)
              .collect(Collectors.joining(", "));
    }
  }

  Cpu sinceMark() {
    Map<String, Long> threads = new TreeMap<>();
    server
        .cpuNanosByThread()
        .forEach((name, nanos) -> threads.put(name, nanos - threadNanos.getOrDefault(name, 0L)));
    threads.values().removeIf(nanos -> nanos < 20_000_000);
    long now = server.cpuNanos();
    return new Cpu(now < 0 ? -1 : now - serverNanos, clientCpu() - clientNanos, threads);
  }

  private static long clientCpu() {
    return ProcessHandle.current().info().totalCpuDuration().map(d -> d.toNanos()).orElse(0L);
  }

  @Override
  public void close() throws IOException {
    api.close();
    lines.close();
    try {
      if (inside.isPresent()) {
        inside.get().stop(Server.STOP_NANOS_MAX);
      }
    } catch (ExecutionException | TimeoutException e) {
      throw new CommandException("the server did not stop: " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    server.close();
    if (folder.isPresent()) {
      folder.get().close();
    }
  }
}
