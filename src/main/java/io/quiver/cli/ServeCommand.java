package io.quiver.cli;

import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/**
 * {@code quiver serve} as the full parser sees it: its help, and its errors. A plain start goes
 * past this class, see {@link Cli}.
 */
@Command(
    name = "serve",
    description = {
      "Starts the server.",
      "",
      "It serves until Ctrl-C or SIGTERM: then it takes no more work, finishes what is under way,",
      "and ends with status 0.",
      ""
    },
    footer = {
      SettingsOptions.FOOTER,
      "Examples:",
      "  ./quiver serve",
      "  ./quiver serve --data-dir /var/lib/quiver --rest-port 80",
      "  QUIVER_LOG_LEVEL=debug ./quiver serve --config quiver.yaml"
    })
final class ServeCommand implements Callable<Integer> {
  private final Map<String, String> environment;

  @Spec private CommandSpec spec;

  ServeCommand(Map<String, String> environment) {
    this.environment = environment;
  }

  @Override
  public Integer call() throws InterruptedException {
    return Server.run(
        SettingsOptions.read(spec.commandLine().getParseResult()),
        environment,
        spec.commandLine().getOut(),
        spec.commandLine().getErr());
  }
}
