package io.quiver.cli;

import io.quiver.core.Metric;
import io.quiver.message.Row;
import io.quiver.migrate.VectorReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code quiver import}: the rows of a file into a collection of a running server. */
@Command(
    name = "import",
    description = "Loads the vectors of a file into a collection of a running server.",
    footer = {
      "",
      "Formats, by the file's name (each also .gz): .fvecs, .bvecs, .npy (float32, float64 or",
      "uint8, two dimensions, C order), .ndjson or .jsonl with one object a line:",
      "  {\"id\": \"a\", \"vector\": [0.1, 0.2], \"metadata\": {\"year\": 1999}}",
      "(data, embedding and values are read as vector). A row without an id gets its row number,",
      "counted from 0. Rows replace rows of the same id.",
      "",
      "An import that was broken off goes on where it stopped when the same command is given",
      "again: what was acknowledged is kept in ~/.local/state/quiver, and is compared with what",
      "the collection holds. While the server is away, the import waits for it.",
      "",
      "--from dvecdb takes every collection of a data directory of d-vecDB, makes those that are",
      "absent, and leaves out what its log says was deleted. It only reads there; given again, it",
      "begins anew and writes the same rows over themselves.",
      "",
      "--from srvdb and --from vjson take the directory of one database; its name is the",
      "collection's unless -c says another. The collection is made with the library's own metric",
      "(cosine, euclidean). What cannot be read is named with its file and place, and left out.",
      "",
      "Examples:",
      "  ./quiver import --from dvecdb /srv/d-vecdb/data",
      "  ./quiver import --from vjson ./my_vectors -c films",
      "  ./quiver import sift_base.fvecs --collection sift --create --metric euclidean",
      "  ./quiver import films.ndjson.gz --collection films --create"
    })
final class ImportCommand implements Callable<Integer> {
  private final Map<String, String> environment;

  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "FILE", description = "What to load.")
  private Path file;

  @Option(
      names = {"-c", "--collection"},
      paramLabel = "NAME",
      description = "Where to; required, but with --from.")
  private Optional<String> into = Optional.empty();

  @Option(
      names = "--from",
      paramLabel = "SYSTEM",
      description =
          "dvecdb: FILE is a data directory of d-vecDB, or one collection's folder; srvdb or vjson:"
              + " FILE is the directory of a database.")
  private Optional<String> from = Optional.empty();

  @Option(names = "--create", description = "Create the collection if there is none.")
  private boolean create;

  @Option(
      names = {"-m", "--metric"},
      paramLabel = "METRIC",
      description =
          "With --create: cosine, euclidean, dotproduct or manhattan (default cosine; with --from"
              + " that of the other system).")
  private Optional<String> metric = Optional.empty();

  @Option(
      names = "--dimension",
      paramLabel = "N",
      description = "With --from vjson, if it does not follow from the files.")
  private Optional<Integer> dimension = Optional.empty();

  @Option(
      names = "--shards",
      paramLabel = "N",
      defaultValue = "1",
      description = "With --create: parts that are searched side by side (default 1).")
  private int shards;

  @Option(
      names = "--batch",
      paramLabel = "N",
      defaultValue = "1000",
      description = "Rows of one request, fewer if they are large (default ${DEFAULT-VALUE}).")
  private int batchRows;

  @Option(
      names = "--in-flight",
      paramLabel = "N",
      defaultValue = "4",
      description = "Requests under way at once (default ${DEFAULT-VALUE}).")
  private int inFlight;

  @Option(
      names = "--patience",
      paramLabel = "SECONDS",
      defaultValue = "60",
      description = "How long to wait for a server that is away (default ${DEFAULT-VALUE}).")
  private int patienceSeconds;

  @Option(
      names = "--no-resume",
      negatable = true,
      description = "Begin with the first row, whatever an earlier import did.")
  private boolean resume = true;

  @Mixin private ServerOption server;

  private String collection = "";

  ImportCommand(Map<String, String> environment) {
    this.environment = environment;
  }

  @Override
  public Integer call() throws IOException {
    if (batchRows < 1 || inFlight < 1 || patienceSeconds < 0) {
      throw new ParameterException(
          spec.commandLine(), "--batch and --in-flight: at least 1, --patience: at least 0");
    }
    if (from.isPresent()) {
      return importFrom(from.get());
    }
    collection =
        into.orElseThrow(() ->
            new ParameterException(
                spec.commandLine(), "Missing required option: '--collection=NAME'"));
    ImportJournal journal = ImportJournal.of(file, server.url(), collection, environment);
    try (RestApi api = server.connect()) {
      prepareCollection(api);
      new ResumableImport(api, collection, journal, pace(), out())
          .run(() -> VectorReader.open(file), resume);
      return 0;
    }
  }

  private int importFrom(String system) throws IOException {
    try (RestApi api = server.connect()) {
      if (system.equals("dvecdb")) {
        return new DvecImport(api, pace(), out()).run(file, into);
      }
      LibraryImport.Library library =
          LibraryImport.Library.find(system)
              .orElseThrow(() ->
                  new ParameterException(
                      spec.commandLine(),
                      "--from: expected dvecdb, srvdb or vjson, got " + system));
      LibraryImport load =
          new LibraryImport(
              api, server.url(), environment, pace(), metric.map(Metric::parse), out());
      OptionalInt said = dimension.map(OptionalInt::of).orElse(OptionalInt.empty());
      return load.run(library, file, into, said, shards, resume);
    }
  }

  private BulkLoader.Pace pace() {
    return new BulkLoader.Pace(batchRows, inFlight, Duration.ofSeconds(patienceSeconds));
  }

  private void prepareCollection(RestApi api) throws IOException {
    try {
      api.get(RestApi.path("collections", collection));
    } catch (ServerException e) {
      if (!e.isNotFound()) {
        throw e;
      }
      if (!create) {
        throw new CommandException(e.getMessage() + " (--create makes it)", e);
      }
      int dimension = firstRow().vector().dimension();
      api.post(
          RestApi.path("collections"),
          CollectionsCommand.Shape.request(
                  collection, dimension, Metric.parse(metric.orElse("cosine")))
              .put("shards", shards));
    }
  }

  private Row firstRow() throws IOException {
    try (VectorReader reader = VectorReader.open(file)) {
      return reader.next().orElseThrow(() -> new CommandException(file + ": holds no rows"));
    }
  }

  private PrintWriter out() {
    return spec.commandLine().getOut();
  }
}
