package io.quiver.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * How far an import came: a small file in the user's state folder, one for each pair of source and
 * target, gone when the import is complete. It holds only what the server acknowledged, so it may
 * lag behind the server and never runs ahead of it. Belongs to one thread.
 */
final class ImportJournal {
  private final Path file;
  private final ObjectNode identity;

  private ImportJournal(Path file, ObjectNode identity) {
    this.file = file;
    this.identity = identity;
  }

  /**
   * The journal of importing this file, or the files of this folder, as they are now, into this
   * collection.
   *
   * @param environment says where the state folder is: {@code XDG_STATE_HOME}, else {@code HOME}
   */
  static ImportJournal of(
      Path source, String url, String collection, Map<String, String> environment)
      throws IOException {
    Path absolute = source.toAbsolutePath().normalize();
    long bytes = 0;
    long modifiedMillis = 0;
    for (Path file : files(source)) {
      bytes += Files.size(file);
      modifiedMillis = Math.max(modifiedMillis, Files.getLastModifiedTime(file).toMillis());
    }
    ObjectNode identity =
        RestApi.object()
            .put("file", absolute.toString())
            .put("url", url)
            .put("collection", collection)
            .put("file_bytes", bytes)
            .put("modified_millis", modifiedMillis);
    String name = digest(absolute + "\n" + url + "\n" + collection) + ".json";
    return new ImportJournal(folder(environment).resolve(name), identity);
  }

  private static List<Path> files(Path source) throws IOException {
    if (!Files.isDirectory(source)) {
      return List.of(source);
    }
    try (Stream<Path> entries = Files.list(source)) {
      return entries.filter(Files::isRegularFile).toList();
    }
  }

  private static Path folder(Map<String, String> environment) {
    String state = environment.getOrDefault("XDG_STATE_HOME", "");
    Path root =
        state.isEmpty()
            ? Path.of(environment.getOrDefault("HOME", "."), ".local", "state")
            : Path.of(state);
    return root.resolve("quiver").resolve("imports");
  }

  /** Rows that an earlier run had acknowledged; 0 if there was none or the file has changed. */
  long rows() throws IOException {
    if (!Files.exists(file)) {
      return 0;
    }
    JsonNode found = RestApi.JSON.readTree(Files.readAllBytes(file));
    boolean isSame = identity.properties().stream().allMatch(e -> matches(found, e));
    return isSame ? Math.max(0, found.path("rows").asLong()) : 0;
  }

  private static boolean matches(JsonNode found, Map.Entry<String, JsonNode> field) {
    return found.path(field.getKey()).asText().equals(field.getValue().asText());
  }

  /** Replaces the file: a reader sees the old state or the new one. */
  void record(long rows) throws IOException {
    Files.createDirectories(file.getParent());
    Path next = file.resolveSibling(file.getFileName() + ".next");
    Files.write(next, RestApi.JSON.writeValueAsBytes(identity.deepCopy().put("rows", rows)));
    Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  void delete() throws IOException {
    Files.deleteIfExists(file);
  }

  private static String digest(String text) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(hash, 0, 12);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java has SHA-256", e);
    }
  }
}
