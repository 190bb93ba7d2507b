package io.quiver.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code quiver backup}: a copy that shares nothing with the collection. */
@Command(
    name = "backup",
    description =
        "Copies a collection of a running server, and prints where in its data directory.")
final class BackupCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private ServerOption server;

  @Parameters(paramLabel = "COLLECTION", description = "What is copied.")
  private String collection;

  @Override
  public Integer call() {
    try (RestApi api = server.connect()) {
      String path = RestApi.path("collections", collection, "backup");
      String made = api.post(path, RestApi.object()).path("backup_path").asText();
      spec.commandLine().getOut().println(made);
      return 0;
    }
  }
}
