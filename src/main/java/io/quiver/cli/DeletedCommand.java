package io.quiver.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code quiver deleted}: what can be restored. */
@Command(
    name = "deleted",
    description = "Lists what was deleted and can be restored, with the hours since then.")
final class DeletedCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private ServerOption server;

  @Override
  public Integer call() {
    try (RestApi api = server.connect()) {
      for (JsonNode each : api.get(RestApi.path("collections", "deleted"))) {
        spec.commandLine()
            .getOut()
            .printf("%-80s %8.2f%n", each.path("path").asText(), each.path("age_hours").asDouble());
      }
      return 0;
    }
  }
}
