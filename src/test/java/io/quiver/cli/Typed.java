package io.quiver.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** A command line that was typed, and what came of it. */
record Typed(int status, String out, String err) {
  /** Runs in this process; the state folder is below {@code home}. */
  static Typed in(Path home, String... arguments) throws InterruptedException {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int status =
        Cli.run(
            List.of(arguments),
            Map.of("HOME", home.toString()),
            new PrintWriter(out, true),
            new PrintWriter(err, true));
    return new Typed(status, out.toString(), err.toString());
  }
}
