package io.quiver.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code quiver health}: {@code OK}, or what is wrong and status 1. */
@Command(
    name = "health",
    description = "Asks a running server how it is: prints OK, or what is wrong.",
    footer = {"", "Example:", "  ./quiver health && echo up"})
final class HealthCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private ServerOption server;

  @Override
  public Integer call() {
    try (RestApi api = server.connect()) {
      spec.commandLine().getOut().println(api.get("/health").asText());
      return 0;
    }
  }
}
