package io.quiver.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code quiver restore}: serves again what was deleted or backed up. */
@Command(
    name = "restore",
    description = "Serves a deleted collection or a backup again.",
    footer = {
      "",
      "Examples:",
      "  ./quiver deleted",
      "  ./quiver restore .backups/films_20260102_030405 --name old-films"
    })
final class RestoreCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private ServerOption server;

  @Parameters(paramLabel = "PATH", description = "As 'deleted' lists it or 'backup' printed it.")
  private String path;

  @Option(names = "--name", paramLabel = "NAME", description = "Its name; by default as it was.")
  private Optional<String> name = Optional.empty();

  @Override
  public Integer call() {
    try (RestApi api = server.connect()) {
      ObjectNode body = RestApi.object().put("backup_path", path);
      name.ifPresent(other -> body.put("new_name", other));
      String done = api.post(RestApi.path("collections", "restore"), body).path("message").asText();
      spec.commandLine().getOut().println(done);
      return 0;
    }
  }
}
