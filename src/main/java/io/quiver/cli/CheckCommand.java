package io.quiver.cli;

import io.quiver.catalog.Check;
import io.quiver.disk.FileFault;
import io.quiver.disk.OsDisk;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
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
      "Reads all of it and changes nothing: manifests, rows, ids, graphs, the log. Names each",
      "fault with collection, file, offset, what was expected and what was found. A fault of a",
      "graph (index.bin) is listed as a warning: the server builds it anew. What a crash left",
      "and files of others are notes. Status 0 if there is no fault and no warning, else 1.",
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
    PrintWriter out = spec.commandLine().getOut();
    long start = System.nanoTime();
    Check.Summary summary =
        Check.run(new OsDisk(), folder, new Printer(out, spec.commandLine().getErr()));
    out.printf(
        Locale.ROOT,
        "%,d collections, %,d rows, %,d log records: %,d bytes read in %.1f s, %s%n",
        summary.collections(),
        summary.rows(),
        summary.records(),
        summary.bytes(),
        (System.nanoTime() - start) / 1e9,
        summary.faults() == 0 ? "nothing is broken" : summary.faults() + " faults");
    return summary.faults() == 0 ? 0 : 1;
  }

  /** A line for each finding; on standard error a line for each gigabyte. */
  private static final class Printer implements Check.Listener {
    private static final long STEP_BYTES = 1L << 30;

    private final PrintWriter out;
    private final PrintWriter progress;
    private long nextBytes = STEP_BYTES;

    private Printer(PrintWriter out, PrintWriter progress) {
      this.out = out;
      this.progress = progress;
    }

    @Override
    public void fault(String collection, FileFault fault, boolean isDerived) {
      out.printf(
          "%s %s%s%n",
          isDerived ? "warning:" : "fault:",
          collection.isEmpty() ? "" : collection + ": ",
          fault + (isDerived ? " (derived from the rows, will be rebuilt)" : ""));
    }

    @Override
    public void note(Path file, String what) {
      out.printf("note: %s: %s%n", file, what);
    }

    @Override
    public void progress(long bytes) {
      if (bytes >= nextBytes) {
        progress.printf("%,d GiB read%n", bytes >> 30);
        progress.flush();
        nextBytes = (bytes / STEP_BYTES + 1) * STEP_BYTES;
      }
    }
  }
}
