package io.quiver.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.quiver.testkit.DvecWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What users of d-vecDB type: the words of vectordb-cli, and the way in for their data. */
class DvecWordsTest {
  @TempDir static Path folder;
  private static Server server;

  @BeforeAll
  static void serve() {
    server = FreePorts.serve(folder.resolve("data"));
  }

  @AfterAll
  static void stop() throws Exception {
    server.stop(Server.STOP_NANOS_MAX);
  }

  @Test
  void everyCommandOfTheirsIsUnderstood() throws Exception {
    expect("Collection created", "collections", "create", "words", "-d", "2", "-m", "euclidean");
    expect("words", "collections", "list");
    expect("Euclidean", "collections", "info", "words");
    String id = DvecWriter.id(1).toString();
    String row = "[0.5, 1]";
    expect(id, "vectors", "insert", "words", row, "--id", id, "--metadata", "{\"a\":1}");
    Path file = folder.resolve("rows.jsonl");
    Files.writeString(
        file, "{\"id\":\"b\",\"data\":[3,1]}\n{\"id\":\"c\",\"data\":[4,1],\"metadata\":{}}\n");
    expect("2 vectors", "vectors", "insert-file", "words", file.toString(), "--batch-size", "1");
    Typed found = type("vectors", "query", "words", row, "-l", "2", "--ef-search", "20");
    assertThat(found.out())
        .isEqualToIgnoringNewLines(
            "[{\"id\":\"%s\",\"distance\":0.0,\"metadata\":{\"a\":1}},".formatted(id)
                + "{\"id\":\"b\",\"distance\":2.5,\"metadata\":null}]");
    expect("\"data\":[0.5,1.0]", "vectors", "get", "words", id);
    expect("true", "vectors", "delete", "words", id);
    expect("false", "vectors", "delete", "words", id);
    expect("total_vectors", "stats");
    expect("OK", "health");
    expect("deleted", "collections", "delete", "words", "--confirm");
  }

  @Test
  void whatIsWrongIsSaid() throws Exception {
    assertThat(type("vectors", "insert", "c", "[1,").err()).contains("JSON: expected JSON");
    Typed grpc = Typed.in(folder, "-e", address(), "-p", "grpc", "stats");
    assertThat(grpc.status()).isEqualTo(1);
    assertThat(grpc.err()).contains("--protocol: expected rest, got grpc");
    assertThat(Typed.in(folder, "-e").status()).isEqualTo(2);
  }

  @Test
  void aDirectoryIsImportedIntoARunningServerAndAgain() throws Exception {
    Path old = folder.resolve("old");
    List<byte[]> records =
        List.of(
            record(1, 1),
            record(2, 2),
            record(3, 3),
            record(1, 9),
            DvecWriter.record(DvecWriter.id(4), new float[] {1, 2, 3}, null));
    DvecWriter.collection(
        old.resolve("films"), DvecWriter.metadata("films", 2, "Euclidean"), records);
    DvecWriter.collection(
        old.resolve("users"), DvecWriter.metadata("users", 2, "Cosine"), List.of(record(5, 5)));
    DvecWriter.collection(old.resolve("bad"), "invalid json", List.of());
    byte[] log = DvecWriter.entry(DvecWriter.opDelete("films", DvecWriter.id(3)));
    Files.write(old.resolve("wal"), log);
    Map<Path, Long> before = sizes(old);
    for (int run = 0; run < 2; run++) {
      Typed typed = type("import", "--from", "dvecdb", old.toString());
      assertThat(typed.status()).as(typed.err()).isEqualTo(1);
      assertThat(typed.out())
          .contains("left out: bad: metadata.json: JSON at byte")
          .contains("left out: vectors.bin: record 4 at byte")
          .contains("films (1 of 2)")
          .contains("2 rows in");
      assertThat(type("search", "films", "--vector", "0,0").out().lines())
          .containsExactly("2.0\t" + DvecWriter.id(2), "9.0\t" + DvecWriter.id(1));
      assertThat(type("collections", "info", "films").out())
          .containsPattern("index_config.max_connections +24")
          .containsPattern("vector_count +2");
    }
    assertThat(type("collections", "list").out().lines()).contains("films", "users");
    assertThat(sizes(old)).isEqualTo(before);
    Typed one = type("import", "--from", "dvecdb", old.resolve("users").toString(), "-c", "people");
    assertThat(one.status()).as(one.err()).isZero();
    assertThat(type("collections", "info", "people").out()).containsPattern("vector_count +1");
    Typed clash =
        type("import", "--from", "dvecdb", old.resolve("users").toString(), "-c", "films");
    assertThat(clash.err()).contains("distance_metric: want=Cosine got=Euclidean");
    assertThat(type("import", "--from", "dvecdb", folder.resolve("none").toString()).err())
        .contains("no collection of d-vecDB");
    assertThat(type("import", "--from", "pinecone", old.toString()).status()).isEqualTo(2);
  }

  private static byte[] record(int id, float first) {
    return DvecWriter.record(DvecWriter.id(id), new float[] {first, 0}, null);
  }

  private static Map<Path, Long> sizes(Path root) throws IOException {
    try (Stream<Path> paths = Files.walk(root)) {
      return paths
          .filter(Files::isRegularFile)
          .collect(
              java.util.stream.Collectors.toMap(
                  path -> path, path -> path.toFile().length() + path.toFile().lastModified()));
    }
  }

  private static void expect(String out, String... words) throws InterruptedException {
    Typed typed = type(words);
    assertThat(typed.status()).as(typed.err()).isZero();
    assertThat(typed.out()).contains(out);
  }

  private static String address() {
    return "127.0.0.1:" + server.quiver().restPort();
  }

  /** With the options before the command, as theirs are. */
  private static Typed type(String... words) throws InterruptedException {
    String[] all = {"-e", address(), "--protocol=rest", "-t", "30"};
    int options = all.length;
    all = Arrays.copyOf(all, options + words.length);
    System.arraycopy(words, 0, all, options, words.length);
    return Typed.in(folder, all);
  }
}
