package io.quiver.cli;

import java.io.Console;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/** The person at the keyboard, if there is one: neither input nor output is a file or a pipe. */
final class Terminal {
  private Terminal() {}

  static Optional<Console> find() {
    return Optional.ofNullable(System.console()).filter(Console::isTerminal);
  }

  /**
   * Asks before something is deleted.
   *
   * @throws ParameterException if nobody can be asked
   * @throws CommandException if the answer is not yes
   */
  static void confirm(CommandLine command, String question) {
    Optional<Console> console = find();
    if (console.isEmpty()) {
      throw new ParameterException(
          command, "this asks before it deletes; without a terminal say --yes");
    }
    String answer = console.get().readLine("%s [y/N] ", question);
    if (answer == null || !answer.strip().equalsIgnoreCase("y")) {
      throw new CommandException("nothing was deleted");
    }
  }
}
