package io.quiver.cli;

import io.quiver.catalog.Database;
import io.quiver.catalog.DatabaseOptions;
import io.quiver.disk.OsDisk;
import io.quiver.message.HealthReport;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code quiver check}: reads a data directory that no server uses and says what is broken. */
@Command(
    name = "check",
    description = "Checks a data directory that no server uses.",
    footer = {
      "",
      "Opens the directory as a server would and names what is broken, with file and offset.",
      "Status 0 if nothing is, else 1.",
      "",
      "Example:",
      "  ./quiver check ./data"
    })
final class CheckCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "DIR", description = "The data directory.")
  private Path folder;

  @Override
  public Integer call() throws IOException {
    if (!Files.isDirectory(folder)) {
      throw new CommandException(folder + ": no such folder");
    }
    DatabaseOptions idle =
        new DatabaseOptions(
            DatabaseOptions.DEFAULT.walSegmentBytes(),
            DatabaseOptions.DEFAULT.checkpointLogBytes(),
            0);
    PrintWriter out = spec.commandLine().getOut();
    try (Database database = Database.open(new OsDisk(), folder, idle)) {
      List<HealthReport.Component> faults =
          database.health().stream()
              .filter(component -> component.status() != HealthReport.Status.HEALTHY)
              .toList();
      faults.forEach(fault -> out.println(fault.name() + ": " + fault.message()));
      if (faults.isEmpty()) {
        out.printf("%d collections, nothing is broken%n", database.collections().size());
      }
      return faults.isEmpty() ? 0 : 1;
    }
  }
}
