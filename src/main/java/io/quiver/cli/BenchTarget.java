package io.quiver.cli;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Which server a bench measures: the options that its commands share. */
final class BenchTarget {
  @Option(
      names = "--via",
      split = ",",
      paramLabel = "WAY,...",
      defaultValue = "grpc,bus",
      description = "json, base64, grpc, bus (default ${DEFAULT-VALUE}).")
  private List<BenchVia> ways;

  @Option(
      names = "--url",
      paramLabel = "URL",
      description = "Measure this server; without, one is started for the bench.")
  private Optional<String> url = Optional.empty();

  @Option(
      names = "--grpc",
      paramLabel = "HOST:PORT",
      description = "With --url: where it serves gRPC.")
  private Optional<String> grpc = Optional.empty();

  @Option(
      names = "--pid",
      paramLabel = "PID",
      description = "With --url: its process on this machine, to count its CPU time.")
  private Optional<Long> pid = Optional.empty();

  @Option(
      names = "--server-cpus",
      paramLabel = "LIST",
      description = "Without --url: the CPUs of the server, as taskset -c has them.")
  private Optional<String> cpus = Optional.empty();

  @Option(names = "--json", description = "Print JSON lines.")
  private boolean json;

  List<BenchVia> ways() {
    return ways;
  }

  boolean json() {
    return json;
  }

  BenchHost open(BenchVia via) throws IOException {
    if (url.isPresent()) {
      return BenchHost.at(via, MeasuredServer.at(url.get(), grpc, pid));
    }
    return BenchHost.start(via, cpus.map(list -> List.of("taskset", "-c", list)).orElse(List.of()));
  }
}
