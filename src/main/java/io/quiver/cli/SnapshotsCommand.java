package io.quiver.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Instant;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code quiver snapshots …}: collections as they were at a moment. */
@Command(
    name = "snapshots",
    description = "Takes, lists, restores, deletes, downloads and uploads snapshots.",
    footer = {
      "",
      "Examples:",
      "  ./quiver snapshots create films",
      "  ./quiver snapshots list films",
      "  ./quiver snapshots restore films films_1795292854",
      "  ./quiver snapshots download films films_1795292854 films.snapshot",
      "  ./quiver snapshots upload films moved films.snapshot --url http://other:8080",
      "  ./quiver snapshots delete films films_1795292854"
    })
final class SnapshotsCommand {
  @Spec private CommandSpec spec;

  @Command(name = "list", description = "Prints name, time, vectors and bytes, newest first.")
  int list(
      @Parameters(paramLabel = "COLLECTION", description = "Whose snapshots.") String collection,
      @Mixin ServerOption server) {
    try (RestApi api = server.connect()) {
      for (JsonNode each : api.get(path(collection))) {
        out()
            .printf(
                "%-40s %s %12d %14d%n",
                each.path("name").asText(),
                Instant.ofEpochSecond(each.path("created_at").asLong()),
                each.path("vector_count").asLong(),
                each.path("size_bytes").asLong());
      }
      return 0;
    }
  }

  @Command(name = "create", description = "Takes a snapshot and prints its name.")
  int create(
      @Parameters(paramLabel = "COLLECTION", description = "Of what.") String collection,
      @Mixin ServerOption server) {
    try (RestApi api = server.connect()) {
      JsonNode made = api.post(path(collection), RestApi.object());
      out().println(made.path("snapshot_name").asText());
      return 0;
    }
  }

  @Command(
      name = "restore",
      description = "Puts a snapshot in the collection's place; what was there is kept as deleted.")
  int restore(
      @Parameters(paramLabel = "COLLECTION", description = "The collection.") String collection,
      @Parameters(paramLabel = "SNAPSHOT", description = "Its snapshot.") String snapshot,
      @Mixin ServerOption server) {
    try (RestApi api = server.connect()) {
      JsonNode done = api.post(path(collection, snapshot, "restore"), RestApi.object());
      out().println(done.path("message").asText());
      return 0;
    }
  }

  @Command(name = "delete", description = "Deletes a snapshot.")
  int delete(
      @Parameters(paramLabel = "COLLECTION", description = "The collection.") String collection,
      @Parameters(paramLabel = "SNAPSHOT", description = "Its snapshot.") String snapshot,
      @Mixin ServerOption server) {
    try (RestApi api = server.connect()) {
      out().println(api.delete(path(collection, snapshot)).asText());
      return 0;
    }
  }

  @Command(name = "download", description = "Writes a snapshot to a file.")
  int download(
      @Parameters(paramLabel = "COLLECTION", description = "The collection.") String collection,
      @Parameters(paramLabel = "SNAPSHOT", description = "Its snapshot.") String snapshot,
      @Parameters(paramLabel = "FILE", description = "Where to.") Path file,
      @Mixin ServerOption server)
      throws IOException {
    try (RestApi api = server.connect()) {
      long bytes = new SnapshotFile(api, path(collection, snapshot)).download(file);
      out().printf("%s: %d bytes%n", file, bytes);
      return 0;
    }
  }

  @Command(
      name = "upload",
      description = "Brings a snapshot in from a file, under a collection that need not exist.")
  int upload(
      @Parameters(paramLabel = "COLLECTION", description = "The collection.") String collection,
      @Parameters(paramLabel = "SNAPSHOT", description = "What to call it.") String snapshot,
      @Parameters(paramLabel = "FILE", description = "Where from.") Path file,
      @Mixin ServerOption server)
      throws IOException {
    try (RestApi api = server.connect()) {
      JsonNode made = new SnapshotFile(api, path(collection, snapshot)).upload(file);
      out().printf("%s: %s vectors%n", snapshot, made.path("vector_count").asText());
      return 0;
    }
  }

  private static String path(String collection, String... more) {
    String[] parts = new String[3 + more.length];
    parts[0] = "collections";
    parts[1] = collection;
    parts[2] = "snapshots";
    System.arraycopy(more, 0, parts, 3, more.length);
    return RestApi.path(parts);
  }

  private PrintWriter out() {
    return spec.commandLine().getOut();
  }
}
