package io.quiver.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.quiver.core.Metric;
import io.quiver.message.Row;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code quiver bench searches}: what searches of many clients cost a server. */
@Command(
    name = "searches",
    description = {
      "Measures searches of many clients at once: how many a second, how long each takes, and the",
      "CPU time of server and client for one, recall beside every figure.",
      ""
    },
    footer = {
      "",
      "The client is this process and the server another, but for the bus, where the CPU time is",
      "that of both. Requests are encoded before the clock starts.",
      "",
      "Example:",
      "  ./quiver bench searches --base base.fvecs --queries query.fvecs \\",
      "    --truth truth.ivecs --metric euclidean --ef 48,96 --via json,base64,grpc,bus"
    })
final class BenchSearchesCommand implements Callable<Integer> {
  private static final int BATCH_ROWS = 1_000;
  private static final double SETTLE_SECONDS = 1;
  private static final String COLLECTION = "bench-searches";

  @Spec private CommandSpec spec;

  @Mixin private BenchTarget target;

  @Option(names = "--base", paramLabel = "FILE", required = true, description = "The rows.")
  private Path base;

  @Option(names = "--queries", paramLabel = "FILE", required = true, description = "The queries.")
  private Path queries;

  @Option(
      names = "--truth",
      paramLabel = "FILE",
      required = true,
      description = "Their nearest rows by number, as .ivecs.")
  private Path truth;

  @Option(
      names = {"-m", "--metric"},
      paramLabel = "METRIC",
      required = true,
      description = "cosine, euclidean, dotproduct or manhattan.")
  private String metric;

  @Option(names = "--k", defaultValue = "10", description = "Hits a search (default 10).")
  private int k;

  @Option(
      names = "--connections",
      split = ",",
      paramLabel = "N,N,...",
      defaultValue = "1,8,32",
      description = "Clients that search side by side (default ${DEFAULT-VALUE}).")
  private List<Integer> connections;

  @Option(
      names = "--ef",
      split = ",",
      paramLabel = "N,N,...",
      defaultValue = "48,96",
      description = "Efforts to measure (default ${DEFAULT-VALUE}).")
  private List<Integer> efforts;

  @Option(
      names = "--seconds",
      defaultValue = "5",
      description = "Measured time of each figure (default ${DEFAULT-VALUE}).")
  private double seconds;

  @Option(
      names = "--warm-up",
      paramLabel = "N",
      defaultValue = "50000",
      description = "Searches before the clock starts (default ${DEFAULT-VALUE}).")
  private int warmUp;

  @Option(
      names = "--collection",
      paramLabel = "NAME",
      description = "With --url: search this one, which has the rows, and leave it there.")
  private Optional<String> present = Optional.empty();

  @Override
  public Integer call() throws IOException {
    BenchData data = BenchData.read(base, queries, truth, Metric.parse(metric));
    if (k < 1 || k > data.answersMin() || !(seconds > 0)) {
      throw new ParameterException(
          spec.commandLine(),
          "--k: 1 to " + data.answersMin() + " (answers a query); --seconds: positive");
    }
    for (BenchVia via : target.ways()) {
      try (BenchHost host = target.open(via)) {
        if (present.isPresent()) {
          measure(host, present.get(), data);
        } else {
          measureLoaded(host, data);
        }
      }
    }
    return 0;
  }

  private void measureLoaded(BenchHost host, BenchData data) {
    host.create(COLLECTION, data.dimension(), data.metric());
    try {
      load(host, data.base());
      measure(host, COLLECTION, data);
    } finally {
      host.drop(COLLECTION);
    }
  }

  private static void load(BenchHost host, List<Row> rows) {
    List<List<Row>> batches = new ArrayList<>();
    for (int from = 0; from < rows.size(); from += BATCH_ROWS) {
      batches.add(rows.subList(from, Math.min(rows.size(), from + BATCH_ROWS)));
    }
    BenchLine line = host.lines().writes(COLLECTION, batches);
    for (int i = 0; i < batches.size(); i++) {
      line.send(i).toCompletionStage().toCompletableFuture().join();
    }
    host.awaitIndexed(COLLECTION);
  }

  private void measure(BenchHost host, String collection, BenchData data) {
    int most = Collections.max(connections);
    traffic(host, collection, data, efforts.getFirst(), most).warmUp(warmUp);
    for (int effort : efforts) {
      double recall = recall(traffic(host, collection, data, effort, 1).once(), data);
      for (int count : connections) {
        BenchTraffic traffic = traffic(host, collection, data, effort, count);
        traffic.run(Math.min(seconds, SETTLE_SECONDS));
        host.mark();
        BenchTraffic.Run run = traffic.run(seconds);
        print(host, effort, recall, count, run, host.sinceMark());
      }
    }
  }

  private double recall(List<List<String>> answers, BenchData data) {
    double sum = 0;
    for (int query = 0; query < answers.size(); query++) {
      sum += data.recall(query, answers.get(query), k);
    }
    return sum / answers.size();
  }

  private BenchTraffic traffic(
      BenchHost host, String collection, BenchData data, int effort, int count) {
    return new BenchTraffic(
        host.lines().searches(collection, data.queries(), k, effort, count), data.queries().size());
  }

  private void print(
      BenchHost host,
      int effort,
      double recall,
      int count,
      BenchTraffic.Run run,
      BenchHost.Cpu cpu) {
    double serverMicros = cpu.serverNanos() / 1e3 / run.nanos().length;
    double clientMicros = cpu.clientNanos() / 1e3 / run.nanos().length;
    if (target.json()) {
      ObjectNode line =
          RestApi.object()
              .put("via", host.via().toString())
              .put("connections", count)
              .put("ef_search", effort)
              .put("recall", BenchCommand.rounded(recall))
              .put("qps", BenchCommand.rounded(run.rate()))
              .put("refused", run.refused())
              .put("p50_us", BenchCommand.rounded(run.micros(0.50)))
              .put("p99_us", BenchCommand.rounded(run.micros(0.99)))
              .put("server_us", BenchCommand.rounded(serverMicros))
              .put("client_us", BenchCommand.rounded(clientMicros));
      println(line.toString());
    } else {
      println(
          ("%-6s %2d connections, ef %d: recall %.4f, %,8.0f q/s (%d refused), p50 %,.0f us, p99"
                  + " %,.0f us; CPU us: server %.1f, client %.1f; ms by thread: %s")
              .formatted(
                  host.via(),
                  count,
                  effort,
                  recall,
                  run.rate(),
                  run.refused(),
                  run.micros(0.50),
                  run.micros(0.99),
                  serverMicros,
                  clientMicros,
                  cpu.threadsText()));
    }
  }

  private void println(String line) {
    PrintWriter out = spec.commandLine().getOut();
    out.println(line);
    out.flush();
  }
}
