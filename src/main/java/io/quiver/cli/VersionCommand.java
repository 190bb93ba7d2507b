package io.quiver.cli;

import io.quiver.Quiver;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code quiver version}. */
@Command(name = "version", description = "Prints the version of Quiver and of Java.")
final class VersionCommand implements Callable<Integer>, IVersionProvider {
  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    for (String line : getVersion()) {
      spec.commandLine().getOut().println(line);
    }
    return 0;
  }

  @Override
  public String[] getVersion() {
    return new String[] {
      "quiver " + Quiver.version(),
      "java " + Runtime.version() + " " + System.getProperty("os.arch")
    };
  }
}
