package io.quiver.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.quiver.core.CollectionName;
import io.quiver.core.Metric;
import io.quiver.core.VectorType;
import io.quiver.message.CollectionConfig;
import io.quiver.message.IndexParams;
import io.vertx.core.net.SocketAddress;
import java.io.IOException;
import java.io.PrintWriter;
import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code quiver bench}: recall beside speed on a data set with known answers. */
@Command(
    name = "bench",
    subcommands = {BenchLoadCommand.class, BenchSearchesCommand.class, BenchGuardCommand.class},
    description = "Measures build and search on a data set, recall beside every speed.",
    footer = {
      "",
      "Runs inside this process, or with --url (and --grpc) against a running server, where it",
      "loads a collection of its own and deletes it at the end.",
      "",
      "--json prints one object a line: {\"build_rows_per_s\",\"rows\",\"dimension\"}, then for"
          + " each",
      "effort {\"ef_search\",\"recall\",\"qps\",\"p50_us\",\"p99_us\"}.",
      "",
      "Example:",
      "  ./quiver bench --base sift_base.fvecs --queries sift_query.fvecs \\",
      "    --truth sift_groundtruth.ivecs --metric euclidean --threads 2"
    })
final class BenchCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(names = "--base", paramLabel = "FILE", description = "The rows.")
  private Optional<Path> base = Optional.empty();

  @Option(names = "--queries", paramLabel = "FILE", description = "The queries.")
  private Optional<Path> queries = Optional.empty();

  @Option(
      names = "--truth",
      paramLabel = "FILE",
      description = "Their nearest rows by number, as .ivecs.")
  private Optional<Path> truth = Optional.empty();

  @Option(
      names = {"-m", "--metric"},
      paramLabel = "METRIC",
      description = "cosine, euclidean, dotproduct or manhattan.")
  private Optional<String> metric = Optional.empty();

  @Option(names = "--k", defaultValue = "10", description = "Hits a search (default 10).")
  private int k;

  @Option(names = "--threads", defaultValue = "1", description = "Searching threads (default 1).")
  private int threads;

  @Option(
      names = "--ef",
      split = ",",
      paramLabel = "N,N,...",
      defaultValue = "10,16,24,32,48,64,96,128,192,256",
      description = "Efforts to measure (default ${DEFAULT-VALUE}).")
  private List<Integer> efforts;

  @Option(
      names = "--seconds",
      defaultValue = "2",
      description = "Measured time of each effort (default ${DEFAULT-VALUE}).")
  private double seconds;

  @Option(names = "--max-connections", defaultValue = "16", description = "M (default 16).")
  private int maxConnections;

  @Option(names = "--ef-construction", defaultValue = "200", description = "Default 200.")
  private int efConstruction;

  @Option(names = "--url", paramLabel = "URL", description = "Search this server over REST.")
  private Optional<String> url = Optional.empty();

  @Option(
      names = "--grpc",
      paramLabel = "HOST:PORT",
      description = "Search over gRPC here; rows are loaded over --url.")
  private Optional<String> grpc = Optional.empty();

  @Option(names = "--json", description = "Print JSON lines.")
  private boolean json;

  @Override
  public Integer call() throws IOException {
    requireAll();
    BenchData data =
        BenchData.read(base.get(), queries.get(), truth.get(), Metric.parse(metric.get()));
    if (k < 1 || k > data.answersMin() || threads < 1 || !(seconds > 0)) {
      throw new ParameterException(
          spec.commandLine(),
          "--k: 1 to " + data.answersMin() + " (answers a query); --threads, --seconds: positive");
    }
    try (SearchTarget target = open(data)) {
      long start = System.nanoTime();
      target.load(data.base());
      printBuild(data, (System.nanoTime() - start) / 1e9);
      BenchSweep sweep = new BenchSweep(target, data, k, threads, seconds);
      for (int ef : efforts) {
        print(sweep.measure(ef));
      }
    }
    return 0;
  }

  /** Not marked as required: the commands below this one do without. */
  private void requireAll() {
    Map<String, Optional<?>> given = new LinkedHashMap<>();
    given.put("--base", base);
    given.put("--queries", queries);
    given.put("--truth", truth);
    given.put("--metric", metric);
    given.values().removeIf(Optional::isPresent);
    if (!given.isEmpty()) {
      throw new ParameterException(
          spec.commandLine(), "Missing required options: " + String.join(", ", given.keySet()));
    }
  }

  private SearchTarget open(BenchData data) throws IOException {
    CollectionConfig config =
        new CollectionConfig(
            new CollectionName("bench-" + Long.toString(System.currentTimeMillis(), 36)),
            data.dimension(),
            data.metric(),
            VectorType.FLOAT32,
            new IndexParams(
                maxConnections,
                efConstruction,
                IndexParams.DEFAULT.efSearch(),
                IndexParams.DEFAULT.maxLayer()),
            1);
    if (url.isEmpty() && grpc.isEmpty()) {
      return new LocalTarget(config);
    }
    Optional<SocketAddress> address = grpc.map(GrpcTarget::parse);
    RestTarget rest = new RestTarget(url.orElse(ServerOption.URL_DEFAULT), config);
    return address.isEmpty() ? rest : new GrpcTarget(address.get(), rest, config.name().value());
  }

  private void printBuild(BenchData data, double buildSeconds) {
    int rows = data.base().size();
    double rate = rows / buildSeconds;
    if (json) {
      println(
          RestApi.object()
              .put("build_rows_per_s", rounded(rate))
              .put("rows", rows)
              .put("dimension", data.dimension())
              .toString());
    } else {
      println("%,d rows x %d built, %,.0f rows/s".formatted(rows, data.dimension(), rate));
      println(
          "%9s %9s %11s %9s %9s".formatted("ef_search", "recall@" + k, "q/s", "p50 us", "p99 us"));
    }
  }

  private void print(BenchSweep.Point point) {
    if (json) {
      ObjectNode line =
          RestApi.object()
              .put("ef_search", point.efSearch())
              .put("recall", rounded(point.recall()))
              .put("qps", rounded(point.qps()))
              .put("p50_us", rounded(point.p50Micros()))
              .put("p99_us", rounded(point.p99Micros()));
      println(line.toString());
    } else {
      println(
          "%9d %9.4f %,11.0f %9.1f %9.1f"
              .formatted(
                  point.efSearch(),
                  point.recall(),
                  point.qps(),
                  point.p50Micros(),
                  point.p99Micros()));
    }
  }

  /** Six digits are more than can be measured. */
  static BigDecimal rounded(double value) {
    return new BigDecimal(BigDecimal.valueOf(value).round(new MathContext(6)).toPlainString());
  }

  private void println(String line) {
    PrintWriter out = spec.commandLine().getOut();
    out.println(line);
    out.flush();
  }
}
