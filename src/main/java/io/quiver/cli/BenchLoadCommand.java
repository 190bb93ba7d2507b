package io.quiver.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.quiver.core.Metadata;
import io.quiver.core.Metric;
import io.quiver.message.Row;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code quiver bench load}: how fast a server takes rows for good. */
@Command(
    name = "load",
    description = {
      "Measures durable loading: rows a second that are acknowledged as on stable storage, over",
      "one connection, and the CPU time of server and client for a row.",
      ""
    },
    footer = {
      "",
      "Rows are written as inserts, with durability fsync, into a collection of its own that is",
      "deleted at the end. Requests are encoded before the clock starts. The graph is built beside",
      "the loading: what its threads took is printed apart, and how long after the last",
      "acknowledgement all rows were in it.",
      "",
      "Example:",
      "  ./quiver bench load --dim 784 --rows 60000 --batch 100,1000,5000 --via grpc,bus"
    })
final class BenchLoadCommand implements Callable<Integer> {
  private static final int SEED = 11;

  @Spec private CommandSpec spec;

  @Mixin private BenchTarget target;

  @Option(
      names = "--rows",
      paramLabel = "N",
      defaultValue = "100000",
      description = "Rows to load; fewer if --base has fewer (default ${DEFAULT-VALUE}).")
  private int rows;

  @Option(
      names = "--dim",
      paramLabel = "N",
      defaultValue = "128",
      description = "Components of a row that is made up (default ${DEFAULT-VALUE}).")
  private int dimension;

  @Option(names = "--base", paramLabel = "FILE", description = "The rows, instead.")
  private Optional<Path> base = Optional.empty();

  @Option(
      names = {"-m", "--metric"},
      paramLabel = "METRIC",
      defaultValue = "euclidean",
      description = "cosine, euclidean, dotproduct or manhattan (default ${DEFAULT-VALUE}).")
  private String metric;

  @Option(
      names = "--batch",
      split = ",",
      paramLabel = "N,N,...",
      defaultValue = "100,1000,5000",
      description = "Rows a request (default ${DEFAULT-VALUE}).")
  private List<Integer> batches;

  @Option(
      names = "--in-flight",
      paramLabel = "N",
      defaultValue = "1",
      description = "Requests under way at once on the connection (default ${DEFAULT-VALUE}).")
  private int inFlight;

  @Option(
      names = "--warm-up",
      paramLabel = "N",
      defaultValue = "20000",
      description = "Rows loaded before each clock starts (default ${DEFAULT-VALUE}).")
  private int warmUp;

  @Option(
      names = "--until-indexed",
      description = "Wait until all rows are in the graph, too, and tell when that was.")
  private boolean untilIndexed;

  @Override
  public Integer call() throws IOException {
    if (rows < 1 || inFlight < 1 || warmUp < 0 || batches.stream().anyMatch(size -> size < 1)) {
      throw new ParameterException(
          spec.commandLine(), "--rows, --batch, --in-flight: 1 or more; --warm-up: 0 or more");
    }
    List<Row> data = rows();
    for (BenchVia via : target.ways()) {
      try (BenchHost host = target.open(via)) {
        for (int batch : batches) {
          if (warmUp > 0) {
            load(host, data.subList(0, Math.min(warmUp, data.size())), batch);
          }
          print(host.via(), batch, load(host, data, batch));
        }
      }
    }
    return 0;
  }

  private List<Row> rows() throws IOException {
    if (base.isPresent()) {
      List<Row> all = BenchData.rows(base.get());
      return all.subList(0, Math.min(rows, all.size()));
    }
    SoakRows made = new SoakRows(SEED, dimension, Metric.parse(metric));
    List<Row> all = new ArrayList<>(rows);
    for (int i = 0; i < rows; i++) {
      Row row = made.row(i, 0);
      all.add(new Row(row.id(), row.vector(), Metadata.ABSENT));
    }
    return all;
  }

  /** What one loading came to. */
  @SuppressWarnings("ArrayRecordComponent") // stays inside this command
  private record Loaded(
      int rows, double seconds, long[] nanos, OptionalDouble indexedSeconds, BenchHost.Cpu cpu) {
    double micros(long cpuNanos) {
      return cpuNanos / 1e3 / rows;
    }
  }

  private Loaded load(BenchHost host, List<Row> data, int batch) {
    String name = "bench-" + Long.toString(System.nanoTime(), 36);
    host.create(name, data.getFirst().vector().dimension(), Metric.parse(metric));
    try {
      List<List<Row>> parts = new ArrayList<>();
      for (int from = 0; from < data.size(); from += batch) {
        parts.add(data.subList(from, Math.min(data.size(), from + batch)));
      }
      BenchLine line = host.lines().writes(name, parts);
      host.mark();
      final long start = System.nanoTime();
      long[] nanos = send(line, parts.size());
      final long end = System.nanoTime();
      BenchHost.Cpu cpu = host.sinceMark();
      OptionalDouble indexed = OptionalDouble.empty();
      if (untilIndexed) {
        host.awaitIndexed(name);
        indexed = OptionalDouble.of((System.nanoTime() - start) / 1e9);
      }
      return new Loaded(data.size(), (end - start) / 1e9, nanos, indexed, cpu);
    } finally {
      host.drop(name);
    }
  }

  /** The time from sending each request to its answer. */
  private long[] send(BenchLine line, int count) {
    long[] nanos = new long[count];
    Deque<CompletableFuture<?>> underWay = new ArrayDeque<>();
    for (int i = 0; i < count; i++) {
      int number = i;
      long start = System.nanoTime();
      underWay.add(
          line.send(i)
              .onSuccess(done -> nanos[number] = System.nanoTime() - start)
              .toCompletionStage()
              .toCompletableFuture());
      if (underWay.size() >= inFlight) {
        underWay.remove().join();
      }
    }
    underWay.forEach(CompletableFuture::join);
    Arrays.sort(nanos);
    return nanos;
  }

  private void print(BenchVia via, int batch, Loaded loaded) {
    double rate = loaded.rows() / loaded.seconds();
    double p50 = BenchSweep.percentile(loaded.nanos(), 0.50) / 1e6;
    double p99 = BenchSweep.percentile(loaded.nanos(), 0.99) / 1e6;
    BenchHost.Cpu cpu = loaded.cpu();
    double server = loaded.micros(cpu.serverNanos() - cpu.indexNanos());
    if (target.json()) {
      ObjectNode line =
          RestApi.object()
              .put("via", via.toString())
              .put("batch", batch)
              .put("rows", loaded.rows())
              .put("rows_per_s", BenchCommand.rounded(rate))
              .put("p50_ms", BenchCommand.rounded(p50))
              .put("p99_ms", BenchCommand.rounded(p99))
              .put("server_us_per_row", BenchCommand.rounded(server))
              .put("index_us_per_row", BenchCommand.rounded(loaded.micros(cpu.indexNanos())))
              .put("client_us_per_row", BenchCommand.rounded(loaded.micros(cpu.clientNanos())));
      loaded
          .indexedSeconds()
          .ifPresent(seconds -> line.put("indexed_after_s", BenchCommand.rounded(seconds)));
      println(line.toString());
    } else {
      println(
          ("%-6s batch %5d: %,9.0f rows/s, p50 %.2f ms, p99 %.2f ms; CPU us a row: server %.2f"
                  + " (index threads %.2f more), client %.2f%s; ms by thread: %s")
              .formatted(
                  via,
                  batch,
                  rate,
                  p50,
                  p99,
                  server,
                  loaded.micros(cpu.indexNanos()),
                  loaded.micros(cpu.clientNanos()),
                  loaded.indexedSeconds().isEmpty()
                      ? ""
                      : "; all indexed after %.1f s"
                          .formatted(loaded.indexedSeconds().getAsDouble()),
                  cpu.threadsText()));
    }
  }

  private void println(String line) {
    PrintWriter out = spec.commandLine().getOut();
    out.println(line);
    out.flush();
  }
}
