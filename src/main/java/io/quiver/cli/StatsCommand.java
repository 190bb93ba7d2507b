package io.quiver.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code quiver stats}. */
@Command(
    name = "stats",
    description = "Prints the figures of a running server.",
    footer = {"", "Example:", "  ./quiver stats"})
final class StatsCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private ServerOption server;

  @Override
  public Integer call() {
    try (RestApi api = server.connect()) {
      api.get("/stats")
          .properties()
          .forEach(each ->
              spec.commandLine()
                  .getOut()
                  .printf("%-20s %s%n", each.getKey(), each.getValue().asText()));
      return 0;
    }
  }
}
