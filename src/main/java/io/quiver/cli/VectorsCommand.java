package io.quiver.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.quiver.message.Row;
import io.quiver.migrate.VectorReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code quiver vectors …}: single vectors, in the words of d-vecDB's command line. */
@Command(
    name = "vectors",
    description = "Inserts, finds, reads and deletes vectors, in the words of vectordb-cli.",
    footer = {
      "",
      "Examples:",
      "  ./quiver vectors insert films '[0.1, 0.2]' --id a --metadata '{\"year\": 1999}'",
      "  ./quiver vectors insert-file films films.jsonl --batch-size 100",
      "  ./quiver vectors query films '[0.1, 0.2]' -l 5",
      "  ./quiver vectors get films a",
      "  ./quiver vectors delete films a"
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
      @Mixin ServerOption server) {
    ObjectNode search = RestApi.object().put("limit", limit);
    search.set("vector", json("JSON", vector));
    efSearch.ifPresent(ef -> search.put("ef_search", ef));
    try (RestApi api = server.connect()) {
      out().println(api.post(RestApi.path(COLLECTIONS, collection, "search"), search));
      return 0;
    }
  }

  @Command(name = "get", description = "Prints one vector as JSON.")
  int get(
      @Parameters(paramLabel = "COLLECTION", description = "Where it is.") String collection,
      @Parameters(paramLabel = "ID", description = "Its id.") String id,
      @Mixin ServerOption server) {
    try (RestApi api = server.connect()) {
      out().println(api.get(RestApi.path(COLLECTIONS, collection, VECTORS, id)));
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

  private JsonNode json(String name, String text) {
    try {
      JsonNode json = RestApi.JSON.readTree(text);
      if (!json.isMissingNode()) {
        return json;
      }
    } catch (JsonProcessingException e) {
      throw new ParameterException(
          spec.commandLine(), name + ": expected JSON, got '" + text + "'", e);
    }
    throw new ParameterException(spec.commandLine(), name + ": expected JSON, got nothing");
  }

  private PrintWriter out() {
    return spec.commandLine().getOut();
  }
}
