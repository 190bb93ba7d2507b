package io.quiver.cli;

import io.quiver.config.Flags;
import io.quiver.core.QuiverException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * Every command and how it ends: status 0 when it did what was asked, 1 with one line on standard
 * error when it could not, 2 when the command line makes no sense.
 */
@Command(
    name = "quiver",
    description = {
      "Quiver: a vector database that serves REST, gRPC and the Vert.x event bus.",
      ""
    },
    synopsisSubcommandLabel = "COMMAND",
    commandListHeading = "%nCommands:%n",
    versionProvider = VersionCommand.class,
    footer = {
      "",
      "./quiver help COMMAND tells more. To begin:",
      "  ./quiver serve",
      "  ./quiver import vectors.fvecs --collection mine --create --metric euclidean",
      "  ./quiver search mine --file queries.fvecs --limit 5"
    })
public final class Cli implements Runnable {
  private static final Set<String> SERVER_WORDS =
      Set.of("-e", "--endpoint", "--url", "-p", "--protocol", "-t", "--timeout");

  @Spec private CommandSpec spec;

  private Cli() {}

  /**
   * Runs one command line.
   *
   * @param environment all variables of the process
   * @return the exit status
   */
  public static int run(
      List<String> arguments, Map<String, String> environment, PrintWriter out, PrintWriter err)
      throws InterruptedException {
    if (!arguments.isEmpty() && arguments.getFirst().equals("serve")) {
      Optional<Flags> flags = Flags.plain(arguments.subList(1, arguments.size()));
      if (flags.isPresent()) {
        return Server.run(flags.get(), environment, out, err);
      }
    }
    return commandLine(environment, out, err)
        .execute(commandFirst(arguments).toArray(String[]::new));
  }

  /**
   * {@code vectordb-cli} takes its options before the command, picocli those of a command after.
   */
  private static List<String> commandFirst(List<String> arguments) {
    int from = 0;
    while (from < arguments.size() && SERVER_WORDS.contains(name(arguments.get(from)))) {
      from += arguments.get(from).contains("=") ? 1 : 2;
    }
    if (from == 0 || from >= arguments.size()) {
      return arguments;
    }
    List<String> turned = new ArrayList<>(arguments.subList(from, arguments.size()));
    turned.addAll(arguments.subList(0, from));
    return turned;
  }

  private static String name(String argument) {
    int equals = argument.indexOf('=');
    return equals < 0 ? argument : argument.substring(0, equals);
  }

  private static CommandLine commandLine(
      Map<String, String> environment, PrintWriter out, PrintWriter err) {
    CommandLine serve = new CommandLine(new ServeCommand(environment));
    SettingsOptions.addTo(serve.getCommandSpec());
    CommandLine config = new CommandLine(new ConfigCommand(environment));
    SettingsOptions.addTo(config.getCommandSpec());
    return new CommandLine(new Cli())
        .addSubcommand(serve)
        .addSubcommand(config)
        .addSubcommand(new CollectionsCommand())
        .addSubcommand(new AliasesCommand())
        .addSubcommand(new SnapshotsCommand())
        .addSubcommand(new BackupCommand())
        .addSubcommand(new DeletedCommand())
        .addSubcommand(new RestoreCommand())
        .addSubcommand(new ImportCommand(environment))
        .addSubcommand(new SearchCommand())
        .addSubcommand(new VectorsCommand())
        .addSubcommand(new StatsCommand())
        .addSubcommand(new HealthCommand())
        .addSubcommand(new BenchCommand())
        .addSubcommand(new SoakCommand())
        .addSubcommand(new CheckCommand())
        .addSubcommand(new VersionCommand())
        .addSubcommand(new HelpCommand())
        .addSubcommand(new TrainCommand())
        .setUsageHelpWidth(96)
        .setExecutionStrategy(Cli::quietly)
        .setOut(out)
        .setErr(err)
        .setParameterExceptionHandler((problem, given) -> usageProblem(problem))
        .setExecutionExceptionHandler((problem, command, parsed) -> failure(problem, command));
  }

  /** No command: the help, as an error. */
  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "which command?");
  }

  /** Libraries speak up only if something is wrong; {@code serve} chooses its own level. */
  private static int quietly(CommandLine.ParseResult parsed) {
    Logging.start("warn", false);
    return new CommandLine.RunLast().execute(parsed);
  }

  private static int usageProblem(ParameterException problem) {
    CommandLine command = problem.getCommandLine();
    PrintWriter err = command.getErr();
    err.println("quiver: " + problem.getMessage());
    if (!CommandLine.UnmatchedArgumentException.printSuggestions(problem, err)) {
      String name = command.getCommandSpec().qualifiedName().substring("quiver".length()).strip();
      err.println("See ./quiver help" + (name.isEmpty() ? "" : " " + name));
    }
    err.flush();
    return CommandLine.ExitCode.USAGE;
  }

  private static int failure(Exception problem, CommandLine command) throws Exception {
    String message =
        switch (problem) {
          case QuiverException e -> e.getMessage();
          case CommandException e -> e.getMessage();
          case ServerException e -> e.getMessage();
          case NoSuchFileException e -> "no such file: " + e.getMessage();
          case UncheckedIOException e -> e.getCause().getMessage();
          case IOException e -> e.getMessage();
          default -> throw problem;
        };
    command.getErr().println("quiver: " + message);
    command.getErr().flush();
    return CommandLine.ExitCode.SOFTWARE;
  }
}
