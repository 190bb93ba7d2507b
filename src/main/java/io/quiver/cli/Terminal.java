package io.quiver.cli;

import java.io.Console;
import java.util.Optional;

/** The person at the keyboard, if there is one: neither input nor output is a file or a pipe. */
final class Terminal {
  private Terminal() {}

  static Optional<Console> find() {
    return Optional.ofNullable(System.console()).filter(Console::isTerminal);
  }
}
