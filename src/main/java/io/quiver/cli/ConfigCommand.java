package io.quiver.cli;

import io.quiver.config.Key;
import io.quiver.config.Setting;
import io.quiver.config.Settings;
import io.quiver.core.QuiverException;
import java.io.PrintWriter;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code quiver config}: what a server would run with, and why. */
@Command(
    name = "config",
    description = "Prints every setting that serve would run with and where it comes from.",
    footer = {
      SettingsOptions.FOOTER,
      "Examples:",
      "  ./quiver config --config quiver.yaml",
      "  ./quiver config --template > quiver.yaml"
    })
final class ConfigCommand implements Callable<Integer> {
  private final Map<String, String> environment;

  @Spec private CommandSpec spec;

  @Option(names = "--template", description = "Print a file of all defaults to begin with.")
  private boolean template;

  ConfigCommand(Map<String, String> environment) {
    this.environment = environment;
  }

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    if (template) {
      for (Key key : Key.values()) {
        out.printf("# %s%n%s: %s%n", key.description(), key.key(), key.defaultValue());
      }
      return 0;
    }
    Settings settings = resolve();
    for (Setting setting : settings.all()) {
      out.printf("%-22s %-20s %s%n", setting.key().key(), setting.shown(), setting.place());
    }
    settings.warnings().forEach(spec.commandLine().getErr()::println);
    return 0;
  }

  private Settings resolve() {
    try {
      return Settings.resolve(
          SettingsOptions.read(spec.commandLine().getParseResult()), environment);
    } catch (QuiverException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage(), e);
    }
  }
}
