package io.quiver.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.quiver.core.DenseVector;
import io.quiver.message.Row;
import io.quiver.migrate.VectorReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code quiver search}: the nearest rows of one vector, or of each vector of a file. */
@Command(
    name = "search",
    description = "Finds the rows of a collection that are nearest to a vector.",
    footer = {
      "",
      "Prints one line a hit: distance, id, metadata; nearest first.",
      "",
      "Examples:",
      "  ./quiver search films --vector 0.1,0.2,0.3 --limit 5",
      "  ./quiver search films --vector 0.1,0.2,0.3 --filter '{\"year\": {\"$gte\": 1990}}'",
      "  ./quiver search sift --file queries.fvecs --limit 1 --json"
    })
final class SearchCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "COLLECTION", description = "Where to search.")
  private String collection;

  @ArgGroup(multiplicity = "1")
  private Query query;

  @Option(
      names = {"-l", "--limit"},
      paramLabel = "N",
      defaultValue = "10",
      description = "Most hits of one vector (default ${DEFAULT-VALUE}).")
  private int limit;

  @Option(names = "--ef-search", paramLabel = "N", description = "Effort; more finds better.")
  private Optional<Integer> efSearch = Optional.empty();

  @Option(names = "--exact", description = "Compare with every row instead of using the graph.")
  private boolean exact;

  @Option(
      names = "--filter",
      paramLabel = "JSON",
      description = "Only rows whose metadata meets it; docs/filters.md has the operators.")
  private Optional<String> filter = Optional.empty();

  @Option(names = "--json", description = "Print one JSON list a vector.")
  private boolean json;

  @Mixin private ServerOption server;

  /** One vector, or a file of them. */
  private static final class Query {
    @Option(
        names = "--vector",
        paramLabel = "1,2,3",
        required = true,
        description = "The vector, components apart by commas or blanks.")
    private Optional<String> vector = Optional.empty();

    @Option(
        names = "--file",
        paramLabel = "FILE",
        required = true,
        description = "Vectors as .fvecs, .bvecs, .npy or .ndjson (or .gz of these).")
    private Optional<Path> file = Optional.empty();
  }

  @Override
  public Integer call() throws IOException {
    Optional<JsonNode> wanted =
        filter.map(text -> JsonArgument.parse(spec.commandLine(), "--filter", text));
    try (RestApi api = server.connect()) {
      if (query.vector.isPresent()) {
        search(api, parse(query.vector.get()), wanted);
        return 0;
      }
      try (VectorReader reader = VectorReader.open(query.file.orElseThrow())) {
        Optional<Row> row = reader.next();
        while (row.isPresent()) {
          if (!json) {
            out().println("# " + row.get().id());
          }
          search(api, row.get().vector(), wanted);
          row = reader.next();
        }
      }
      return 0;
    }
  }

  private void search(RestApi api, DenseVector vector, Optional<JsonNode> wanted) {
    ObjectNode request =
        RestApi.object()
            .put("vector", Base64Vectors.encode(vector))
            .put("limit", limit)
            .put("exact", exact);
    efSearch.ifPresent(ef -> request.put("ef_search", ef));
    wanted.ifPresent(meant -> request.set("filter", meant));
    JsonNode hits = api.post(RestApi.path("collections", collection, "search"), request);
    if (json) {
      out().println(hits);
      return;
    }
    for (JsonNode hit : hits) {
      String metadata = hit.hasNonNull("metadata") ? hit.path("metadata").toString() : "";
      String line =
          hit.path("distance").asText() + "\t" + hit.path("id").asText() + "\t" + metadata;
      out().println(line.stripTrailing());
    }
  }

  private DenseVector parse(String text) {
    String[] parts = text.strip().replaceAll("^\\[|\\]$", "").strip().split("[,\\s]+", -1);
    float[] components = new float[parts.length];
    for (int i = 0; i < parts.length; i++) {
      try {
        components[i] = Float.parseFloat(parts[i]);
      } catch (NumberFormatException e) {
        throw new ParameterException(
            spec.commandLine(),
            "--vector: component " + i + ": expected a number, got '" + parts[i] + "'",
            e);
      }
    }
    return DenseVector.owning(components);
  }

  private PrintWriter out() {
    return spec.commandLine().getOut();
  }
}
