package io.quiver.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code quiver soak}: works for minutes or days, and checks every answer. */
@Command(
    name = "soak",
    description = {
      "Works on a server for a while, checks every answer, prints a line a minute.",
      "",
      "Of a hundred requests 70 search, 20 upsert and 10 delete; a collection is created, filled",
      "and dropped over and over beside them. Every hit is compared with the rows that were there",
      "while the search ran. Once a minute all requests pause: counts, rows and exact searches are",
      "compared with brute force, and the recall of the graph is measured. The first wrong answer",
      "ends it with status 1.",
      ""
    },
    footer = {
      "",
      "Without --url it starts a server of its own, as a process, on a folder that goes at the end",
      "unless --data names one.",
      "",
      "Example:",
      "  ./quiver soak --minutes 10"
    })
final class SoakCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(
      names = "--minutes",
      paramLabel = "N",
      defaultValue = "1",
      description = "How long (default ${DEFAULT-VALUE}).")
  private double minutes;

  @Option(
      names = "--rows",
      paramLabel = "N",
      defaultValue = "20000",
      description = "Rows of each collection, about (default ${DEFAULT-VALUE}).")
  private int rows;

  @Option(
      names = "--dim",
      paramLabel = "N",
      defaultValue = "64",
      description = "Components of a vector (default ${DEFAULT-VALUE}).")
  private int dimension;

  @Option(
      names = "--collections",
      paramLabel = "N",
      defaultValue = "2",
      description = "Collections (default ${DEFAULT-VALUE}).")
  private int collections;

  @Option(
      names = "--threads",
      paramLabel = "N",
      defaultValue = "4",
      description = "Clients at work (default ${DEFAULT-VALUE}).")
  private int threads;

  @Option(
      names = "--rate",
      paramLabel = "N",
      defaultValue = "0",
      description = "Most requests a second; 0 = as many as can be (default).")
  private int rate;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "The same rows and requests again (default: new ones).")
  private Optional<Long> seed = Optional.empty();

  @Option(names = "--url", paramLabel = "URL", description = "Soak this server over REST.")
  private Optional<String> url = Optional.empty();

  @Option(
      names = "--pid",
      paramLabel = "PID",
      description = "With --url: the server's process on this machine, to watch its memory.")
  private Optional<Long> pid = Optional.empty();

  @Option(
      names = "--data",
      paramLabel = "FOLDER",
      description = "Without --url: where the server keeps its data.")
  private Optional<Path> data = Optional.empty();

  @Override
  public Integer call() throws IOException {
    if (!(minutes > 0) || rows < 100 || threads < 1 || collections < 1 || rate < 0) {
      throw new ParameterException(
          spec.commandLine(),
          "--minutes: more than 0; --rows: 100 or more; --threads, --collections: 1 or more");
    }
    Soak.Plan plan =
        new Soak.Plan(
            minutes,
            rows,
            dimension,
            collections,
            threads,
            rate,
            seed.orElseGet(() -> System.nanoTime() & Integer.MAX_VALUE));
    if (url.isPresent()) {
      soak(MeasuredServer.at(url.get(), pid), plan);
    } else if (data.isPresent()) {
      soak(MeasuredServer.start(data.get()), plan);
    } else {
      try (TemporaryFolder folder = TemporaryFolder.create("quiver-soak-")) {
        soak(MeasuredServer.start(folder.path()), plan);
      }
    }
    return 0;
  }

  private void soak(MeasuredServer server, Soak.Plan plan) {
    try (server) {
      new Soak(server, plan, this::println).run();
    }
  }

  private void println(String line) {
    PrintWriter out = spec.commandLine().getOut();
    out.println(line);
    out.flush();
  }
}
