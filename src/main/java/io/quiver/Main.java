package io.quiver;

import io.quiver.cli.Cli;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The program: {@code ./quiver help} says what it can do. */
public final class Main {
  private Main() {}

  public static void main(String[] arguments) throws InterruptedException {
    PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
    PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
    int status = 1;
    try {
      status = Cli.run(List.of(arguments), System.getenv(), out, err);
    } catch (RuntimeException | Error e) {
      e.printStackTrace(err); // a fault of ours; threads that still run must not keep the process
    }
    out.flush();
    err.flush();
    // Not System.exit: it would first start a logging system, to ask whether to log the exit.
    Runtime.getRuntime().halt(status);
  }
}
