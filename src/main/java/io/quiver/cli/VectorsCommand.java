package io.quiver.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.quiver.message.Row;
import io.quiver.migrate.VectorReader;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code quiver vectors …}: vectors by their ids, in the words of d-vecDB's command line first. */
@Command(
    name = "vectors",
    description =
        "Inserts, finds, reads and deletes vectors, in the words of vectordb-cli and more.",
    footer = {
      "",
      "Examples:",
      "  ./quiver vectors insert films '[0.1, 0.2]' --id a --metadata '{\"year\": 1999}'",
      "  ./quiver vectors insert-file films films.jsonl --batch-size 100",
      "  ./quiver vectors query films '[0.1, 0.2]' -l 5",
      "  ./quiver vectors query films '[0.1, 0.2]' --filter '{\"year\": {\"$gte\": 1990}}'",
      "  ./quiver vectors get films a b c --no-vectors",
      "  ./quiver vectors contains films a b",
      "  ./quiver vectors ids films",
      "  ./quiver vectors delete films a",
      "  ./quiver vectors delete-by-filter films '{\"year\": {\"$lt\": 1950}}'",
      "  ./quiver vectors clear films --yes"
    })
final class VectorsCommand {
  private static final String COLLECTIONS = "collections";
  private static final String VECTORS = "vectors";

  @Spec private CommandSpec spec;

  @Command(name = "insert", description = "Inserts one vector; prints its id.")
  int insert(
      @Parameters(paramLabel = "COLLECTION", description = "Where to.") String collection,
      @Parameters(paramLabel = "JSON", description = "A list of numbers.") String vector,
      @Option(names = "--id", paramLabel = "ID", description = "Its id; without one a UUID.")
          Optional<String> id,
      @Option(names = "--metadata", paramLabel = "JSON", description = "A JSON object.")
          Optional<String> metadata,
      @Mixin ServerOption server) {
    ObjectNode row = RestApi.object();
    id.ifPresent(text -> row.put("id", text));
    row.set("data", json("JSON", vector));
    metadata.ifPresent(text -> row.set("metadata", json("--metadata", text)));
    try (RestApi api = server.connect()) {
      out().println(api.post(RestApi.path(COLLECTIONS, collection, VECTORS), row).asText());
      return 0;
    }
  }

  @Command(
      name = "insert-file",
      description = "Inserts or replaces the vectors of a file, one JSON object a line.")
  int insertFile(
      @Parameters(paramLabel = "COLLECTION", description = "Where to.") String collection,
      @Parameters(paramLabel = "FILE", description = ".jsonl, or what import reads.") Path file,
      @Option(
              names = "--batch-size",
              paramLabel = "N",
              defaultValue = "100",
              description = "Vectors of one request (default ${DEFAULT-VALUE}).")
          int batchRows,
      @Mixin ServerOption server)
      throws IOException {
    if (batchRows < 1) {
      throw new ParameterException(spec.commandLine(), "--batch-size: at least 1");
    }
    BulkLoader.Pace pace = new BulkLoader.Pace(batchRows, 4, Duration.ofMinutes(1));
    try (RestApi api = server.connect();
        VectorReader reader = VectorReader.open(file)) {
      BulkLoader loader = new BulkLoader(api, collection, pace);
      for (Optional<Row> row = reader.next(); row.isPresent(); row = reader.next()) {
        loader.add(row.get());
      }
      loader.finish();
      out().printf("%d vectors inserted%n", loader.acknowledged());
      return 0;
    }
  }

  @Command(name = "query", description = "Prints the nearest vectors as a JSON list.")
  int query(
      @Parameters(paramLabel = "COLLECTION", description = "Where to search.") String collection,
      @Parameters(paramLabel = "JSON", description = "A list of numbers.") String vector,
      @Option(
              names = {"-l", "--limit"},
              paramLabel = "N",
              defaultValue = "10",
              description = "Most hits (default ${DEFAULT-VALUE}).")
          int limit,
      @Option(names = "--ef-search", paramLabel = "N", description = "Effort.")
          Optional<Integer> efSearch,
      @Option(names = "--filter", paramLabel = "JSON", description = "Only rows that meet it.")
          Optional<String> filter,
      @Mixin ServerOption server) {
    ObjectNode search = RestApi.object().put("limit", limit);
    search.set("vector", json("JSON", vector));
    filter.ifPresent(text -> search.set("filter", json("--filter", text)));
    efSearch.ifPresent(ef -> search.put("ef_search", ef));
    try (RestApi api = server.connect()) {
      out().println(api.post(RestApi.path(COLLECTIONS, collection, "search"), search));
      return 0;
    }
  }

  @Command(
      name = "get",
      description = {
        "Prints one vector as JSON; of several, one a line, with versions.",
        "Those that are not there are named on standard error, and the status is 1."
      })
  int get(
      @Parameters(paramLabel = "COLLECTION", description = "Where they are.") String collection,
      @Parameters(paramLabel = "ID", arity = "1..*", description = "Ids, at most 1,000.")
          List<String> ids,
      @Option(names = "--no-vectors", description = "Leave the numbers out.") boolean noVectors,
      @Option(names = "--no-metadata", description = "Leave the metadata out.") boolean noMetadata,
      @Mixin ServerOption server) {
    try (RestApi api = server.connect()) {
      if (ids.size() == 1 && !noVectors && !noMetadata) {
        out().println(api.get(RestApi.path(COLLECTIONS, collection, VECTORS, ids.getFirst())));
        return 0;
      }
      ObjectNode asked = ids(ids).put("with_vectors", !noVectors).put("with_metadata", !noMetadata);
      JsonNode found = api.post(RestApi.path(COLLECTIONS, collection, VECTORS, "get"), asked);
      found.path("vectors").forEach(out()::println);
      JsonNode missing = found.path("missing");
      if (!missing.isEmpty()) {
        throw new CommandException("Vectors not found: " + missing);
      }
      return 0;
    }
  }

  @Command(
      name = "contains",
      description = "Prints for each id whether it is there: true or false, the id.")
  int contains(
      @Parameters(paramLabel = "COLLECTION", description = "Where to look.") String collection,
      @Parameters(paramLabel = "ID", arity = "1..*", description = "Ids, at most 100,000.")
          List<String> ids,
      @Mixin ServerOption server) {
    try (RestApi api = server.connect()) {
      String path = RestApi.path(COLLECTIONS, collection, VECTORS, "contains");
      JsonNode found = api.post(path, ids(ids)).path("contains");
      for (int i = 0; i < ids.size(); i++) {
        out().println(found.path(i).asBoolean() + "\t" + ids.get(i));
      }
      return 0;
    }
  }

  @Command(name = "ids", description = "Prints all ids, one JSON string a line.")
  int listIds(
      @Parameters(paramLabel = "COLLECTION", description = "Whose.") String collection,
      @Mixin ServerOption server)
      throws IOException {
    try (RestApi api = server.connect();
        BufferedReader lines =
            new BufferedReader(
                new InputStreamReader(
                    api.stream(RestApi.path(COLLECTIONS, collection, "ids"), Map.of()).body(),
                    StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        out().println(line);
      }
      return 0;
    }
  }

  @Command(name = "clear", description = "Deletes all vectors in one step; prints how many.")
  int clear(
      @Parameters(paramLabel = "COLLECTION", description = "It stays, empty.") String collection,
      @Option(
              names = {"-y", "--yes"},
              description = "Do not ask.")
          boolean yes,
      @Mixin ServerOption server) {
    try (RestApi api = server.connect()) {
      if (!yes) {
        JsonNode stats = api.get(RestApi.path(COLLECTIONS, collection)).path(1);
        Terminal.confirm(
            spec.commandLine(),
            "Delete all %,d vectors of %s?"
                .formatted(stats.path("vector_count").asLong(), collection));
      }
      String path = RestApi.path(COLLECTIONS, collection, "clear");
      out().println(api.post(path, RestApi.object()).path("deleted_count").asLong());
      return 0;
    }
  }

  @Command(name = "delete", description = "Deletes one vector; prints whether it was there.")
  int delete(
      @Parameters(paramLabel = "COLLECTION", description = "Where it is.") String collection,
      @Parameters(paramLabel = "ID", description = "Its id.") String id,
      @Mixin ServerOption server) {
    try (RestApi api = server.connect()) {
      out().println(api.delete(RestApi.path(COLLECTIONS, collection, VECTORS, id)));
      return 0;
    }
  }

  @Command(
      name = "delete-by-filter",
      description = "Deletes the vectors whose rows meet a filter; prints how many.")
  int deleteByFilter(
      @Parameters(paramLabel = "COLLECTION", description = "Where they are.") String collection,
      @Parameters(paramLabel = "JSON", description = "The filter.") String filter,
      @Mixin ServerOption server) {
    ObjectNode asked = RestApi.object();
    asked.set("filter", json("JSON", filter));
    try (RestApi api = server.connect()) {
      String path = RestApi.path(COLLECTIONS, collection, VECTORS, "delete-by-filter");
      out().println(api.post(path, asked).path("deleted_count").asLong());
      return 0;
    }
  }

  private static ObjectNode ids(List<String> ids) {
    ObjectNode asked = RestApi.object();
    ids.forEach(asked.putArray("ids")::add);
    return asked;
  }

  private JsonNode json(String name, String text) {
    return JsonArgument.parse(spec.commandLine(), name, text);
  }

  private PrintWriter out() {
    return spec.commandLine().getOut();
  }
}
