package io.quiver.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.quiver.core.CollectionName;
import io.quiver.core.Metric;
import io.quiver.core.QuiverException;
import io.quiver.disk.Disk;
import io.quiver.disk.OsDisk;
import io.quiver.migrate.LibraryRows;
import io.quiver.migrate.SrvdbRows;
import io.quiver.migrate.VjsonRows;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * {@code quiver import --from srvdb|vjson}: the directory of an embedded library into a collection
 * of a running server.
 */
final class LibraryImport {
  /** A library whose directories can be read. */
  enum Library {
    SRVDB("srvdb"),
    VJSON("vjson");

    private final String word;

    Library(String word) {
      this.word = word;
    }

    static Optional<Library> find(String word) {
      for (Library each : values()) {
        if (each.word.equals(word)) {
          return Optional.of(each);
        }
      }
      return Optional.empty();
    }

    private LibraryRows open(Disk disk, Path folder, OptionalInt dimension) throws IOException {
      return switch (this) {
        case SRVDB -> SrvdbRows.open(disk, folder);
        case VJSON -> VjsonRows.open(disk, folder, dimension);
      };
    }
  }

  private final Disk disk = new OsDisk();
  private final RestApi api;
  private final String url;
  private final Map<String, String> environment;
  private final BulkLoader.Pace pace;
  private final Optional<Metric> metric;
  private final PrintWriter out;

  /**
   * Writes to one server.
   *
   * @param environment says where the journals are
   * @param metric of a collection that is made, if not the library's own
   */
  LibraryImport(
      RestApi api,
      String url,
      Map<String, String> environment,
      BulkLoader.Pace pace,
      Optional<Metric> metric,
      PrintWriter out) {
    this.api = api;
    this.url = url;
    this.environment = environment;
    this.pace = pace;
    this.metric = metric;
    this.out = out;
  }

  /**
   * Loads one directory.
   *
   * @param into the collection, if not of the directory's name
   * @param dimension if the files do not tell it
   * @param shards of a collection that is made
   * @return the exit status: 1 if something was left out
   */
  int run(
      Library library,
      Path folder,
      Optional<String> into,
      OptionalInt dimension,
      int shards,
      boolean resume)
      throws IOException {
    String name = into.orElseGet(() -> nameOf(folder));
    try (LibraryRows rows = library.open(disk, folder, dimension)) {
      rows.notes().forEach(note -> out.println("note: " + note));
      if (rows.dimension() == 0) {
        throw new CommandException(folder + ": holds no rows");
      }
      prepare(name, rows.dimension(), metric.orElse(rows.metric()), shards);
    }
    ImportJournal journal = ImportJournal.of(folder, url, name, environment);
    LibraryRows read =
        new ResumableImport(api, name, journal, pace, out)
            .run(() -> library.open(disk, folder, dimension), resume);
    read.problems().forEach(problem -> out.println("left out: " + problem));
    if (read.refused() > read.problems().size()) {
      out.printf("left out: %,d rows in all%n", read.refused());
    }
    out.flush();
    return read.refused() == 0 ? 0 : 1;
  }

  private static String nameOf(Path folder) {
    Path last = folder.toAbsolutePath().normalize().getFileName();
    String name = last == null ? "" : last.toString();
    try {
      return new CollectionName(name).value();
    } catch (QuiverException e) {
      throw new CommandException("-c NAME is needed: " + e.getMessage(), e);
    }
  }

  /** Makes the collection, or sees that the one there has the dimension. */
  private void prepare(String name, int dimension, Metric wanted, int shards) {
    try {
      JsonNode found = api.get(RestApi.path("collections", name)).path(0);
      int got = found.path("dimension").asInt();
      if (got != dimension) {
        throw new CommandException(
            "collection %s is there with another dimension: want=%d got=%d"
                .formatted(name, dimension, got));
      }
      String there = found.path("distance_metric").asText();
      if (!there.equals(wanted.word())) {
        out.printf("note: %s is searched by %s, not %s%n", name, there, wanted.word());
      }
    } catch (ServerException e) {
      if (!e.isNotFound()) {
        throw e;
      }
      api.post(
          RestApi.path("collections"),
          CollectionsCommand.Shape.request(name, dimension, wanted).put("shards", shards));
    }
  }
}
