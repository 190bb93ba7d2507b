package io.quiver.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.quiver.core.Metric;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code quiver collections …}: what is there, make one, look at one, remove one. */
@Command(
    name = "collections",
    description = "Lists, creates, describes and deletes collections of a running server.",
    footer = {
      "",
      "Examples:",
      "  ./quiver collections list",
      "  ./quiver collections create films --dimension 384 --metric cosine",
      "  ./quiver collections info films",
      "  ./quiver collections rebuild films --max-connections 32",
      "  ./quiver collections progress films",
      "  ./quiver collections delete films --yes"
    })
final class CollectionsCommand {
  private static final String COLLECTIONS = "collections";

  @Spec private CommandSpec spec;

  @Command(name = "list", description = "Prints the names of all collections.")
  int list(@Mixin ServerOption server) {
    try (RestApi api = server.connect()) {
      api.get(RestApi.path(COLLECTIONS)).forEach(name -> out().println(name.asText()));
      return 0;
    }
  }

  @Command(name = "create", description = "Creates an empty collection.")
  int create(
      @Parameters(paramLabel = "NAME", description = "Its name.") String name,
      @Mixin Shape shape,
      @Mixin ServerOption server) {
    try (RestApi api = server.connect()) {
      out().println(shape.create(api, name));
      return 0;
    }
  }

  @Command(
      name = "rebuild",
      description = "Builds the graph of a collection anew while it serves, and says how it goes.")
  int rebuild(
      @Parameters(paramLabel = "NAME", description = "Its name.") String name,
      @Option(names = "--max-connections", paramLabel = "M", description = "Links of a node.")
          Integer maxConnections,
      @Option(names = "--ef-construction", paramLabel = "EF", description = "Effort of building.")
          Integer efConstruction,
      @Option(names = "--ef-search", paramLabel = "EF", description = "Effort of searches.")
          Integer efSearch,
      @Mixin ServerOption server) {
    ObjectNode index = RestApi.object();
    put(index, "max_connections", maxConnections);
    put(index, "ef_construction", efConstruction);
    put(index, "ef_search", efSearch);
    ObjectNode body = RestApi.object();
    if (!index.isEmpty()) {
      body.set("index_config", index);
    }
    try (RestApi api = server.connect()) {
      return print(api.post(RestApi.path(COLLECTIONS, name, "index", "rebuild"), body));
    }
  }

  private static void put(ObjectNode index, String field, Integer value) {
    if (value != null) {
      index.put(field, value);
    }
  }

  @Command(
      name = "compact",
      description = "Gives the space of deleted and replaced rows back while it serves.")
  int compact(
      @Parameters(paramLabel = "NAME", description = "Its name.") String name,
      @Mixin ServerOption server) {
    try (RestApi api = server.connect()) {
      return print(api.post(RestApi.path(COLLECTIONS, name, "compact"), RestApi.object()));
    }
  }

  @Command(name = "progress", description = "Prints how far a rebuild or a compaction is.")
  int progress(
      @Parameters(paramLabel = "NAME", description = "Its name.") String name,
      @Mixin ServerOption server) {
    try (RestApi api = server.connect()) {
      return print(api.get(RestApi.path(COLLECTIONS, name, "index")));
    }
  }

  private int print(JsonNode work) {
    work.properties()
        .forEach(each -> out().printf("%-20s %s%n", each.getKey(), each.getValue().asText()));
    return 0;
  }

  @Command(name = "info", description = "Prints configuration and figures of a collection.")
  int info(
      @Parameters(paramLabel = "NAME", description = "Its name.") String name,
      @Option(names = "--json", description = "Print JSON.") boolean json,
      @Mixin ServerOption server) {
    try (RestApi api = server.connect()) {
      ObjectNode info = RestApi.object();
      info.set("config", api.get(RestApi.path(COLLECTIONS, name)).path(0));
      info.set("stats", api.get(RestApi.path(COLLECTIONS, name, "stats") + "?detail=true"));
      if (json) {
        out().println(info);
      } else {
        Map<String, String> lines = new LinkedHashMap<>();
        flatten("", info.path("config"), lines);
        flatten("", info.path("stats"), lines);
        lines.forEach((key, value) -> out().printf("%-32s %s%n", key, value));
      }
      return 0;
    }
  }

  @Command(
      name = "delete",
      description = "Deletes a collection; for a while 'restore' brings it back.")
  int delete(
      @Parameters(paramLabel = "NAME", description = "Its name.") String name,
      @Option(
              names = {"-y", "--yes", "--confirm"},
              description = "Do not ask.")
          boolean yes,
      @Option(names = "--hard", description = "Keep nothing.") boolean hard,
      @Mixin ServerOption server) {
    try (RestApi api = server.connect()) {
      if (!yes) {
        JsonNode stats = api.get(RestApi.path(COLLECTIONS, name)).path(1);
        Terminal.confirm(
            spec.commandLine(),
            "Delete %s and its %,d vectors?".formatted(name, stats.path("vector_count").asLong()));
      }
      String path = RestApi.path(COLLECTIONS, name);
      JsonNode done = api.delete(hard ? path + "/hard-delete" : path);
      out().println(done.path("message").asText());
      return 0;
    }
  }

  /** {@code {"a":{"b":1}}} becomes {@code a.b} → {@code 1}. */
  private static void flatten(String prefix, JsonNode node, Map<String, String> lines) {
    if (node.isArray()) {
      List<String> texts = new ArrayList<>();
      node.forEach(each -> texts.add(each.asText()));
      lines.put(prefix, texts.isEmpty() ? "-" : String.join(" ", texts));
    } else if (node.isObject()) {
      node.properties()
          .forEach(field -> {
            String key = prefix.isEmpty() ? field.getKey() : prefix + "." + field.getKey();
            flatten(key, field.getValue(), lines);
          });
    } else {
      lines.put(prefix, node.asText());
    }
  }

  private PrintWriter out() {
    return spec.commandLine().getOut();
  }

  /** What a new collection is like. */
  static final class Shape {
    @Option(
        names = {"-d", "--dimension"},
        paramLabel = "N",
        required = true,
        description = "Components of each vector.")
    private int dimension;

    @Option(
        names = {"-m", "--metric"},
        paramLabel = "METRIC",
        defaultValue = "cosine",
        description = "cosine, euclidean, dotproduct or manhattan (default ${DEFAULT-VALUE}).")
    private String metric;

    @Option(
        names = "--shards",
        paramLabel = "N",
        defaultValue = "1",
        description = "Parts that are searched side by side (default ${DEFAULT-VALUE}).")
    private int shards;

    @Option(names = "--max-connections", paramLabel = "M", description = "Links of a graph node.")
    private Optional<Integer> maxConnections = Optional.empty();

    @Option(names = "--ef-construction", paramLabel = "N", description = "Effort of building.")
    private Optional<Integer> efConstruction = Optional.empty();

    @Option(names = "--ef-search", paramLabel = "N", description = "Effort of searching.")
    private Optional<Integer> efSearch = Optional.empty();

    @Option(
        names = "--owner",
        paramLabel = "WHO",
        description = "Whom it belongs to (default: default_owner of the server).")
    private Optional<String> owner = Optional.empty();

    String create(RestApi api, String name) {
      ObjectNode request = request(name, dimension, Metric.parse(metric)).put("shards", shards);
      owner.ifPresent(value -> request.put("owner", value));
      ObjectNode index = RestApi.object();
      maxConnections.ifPresent(value -> index.put("max_connections", value));
      efConstruction.ifPresent(value -> index.put("ef_construction", value));
      efSearch.ifPresent(value -> index.put("ef_search", value));
      if (!index.isEmpty()) {
        request.set("index_config", index);
      }
      return api.post(RestApi.path(COLLECTIONS), request).path("message").asText();
    }

    static ObjectNode request(String name, int dimension, Metric metric) {
      return RestApi.object()
          .put("name", name)
          .put("dimension", dimension)
          .put("distance_metric", metric.word())
          .put("vector_type", "Float32");
    }
  }
}
