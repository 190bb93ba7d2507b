package io.quiver.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.quiver.testkit.RedbWriter;
import io.quiver.testkit.SrvdbWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;

/** {@code import --from vjson} and {@code --from srvdb}, as users type them. */
class LibraryImportTest {
  @TempDir static Path home;
  private static Server server;
  private Path folder;

  @BeforeAll
  static void serve() {
    server = FreePorts.serve(home.resolve("data"));
  }

  @AfterAll
  static void stop() throws Exception {
    server.stop(Server.STOP_NANOS_MAX);
  }

  @BeforeEach
  void folder(TestInfo test) throws IOException {
    folder = Files.createDirectories(home.resolve(test.getTestMethod().orElseThrow().getName()));
  }

  @Test
  void aDirectoryOfVjsonBecomesAnEuclideanCollectionOfItsName() throws Exception {
    Path films = vjson("films", 3, "");
    List<byte[]> before = contents(films);
    Typed typed = type("import", "--from", "vjson", films.toString());
    assertThat(typed.status()).as(typed.err()).isZero();
    assertThat(typed.out()).contains("3 rows in ");
    assertThat(contents(films)).usingRecursiveComparison().isEqualTo(before);
    assertThat(type("collections", "info", "films").out()).contains("Euclidean");
    assertThat(type("vectors", "get", "films", "id-2").out())
        .contains("\"data\":[2.0,0.5]")
        .contains("{\"n\":2}");
    assertThat(journals()).isEmpty();
  }

  @Test
  void aDirectoryOfSrvdbBecomesACosineCollection() throws Exception {
    Path database = srvdb(4);
    List<byte[]> before = contents(database);
    Typed typed = type("import", "--from", "srvdb", database.toString(), "-c", "papers");
    assertThat(typed.status()).as(typed.err()).isZero();
    assertThat(contents(database)).usingRecursiveComparison().isEqualTo(before);
    assertThat(type("collections", "info", "papers").out()).contains("Cosine");
    assertThat(type("vectors", "get", "papers", "id-3").out())
        .contains("\"data\":[4.0,1.0]")
        .contains("{\"n\":3}");
  }

  @Test
  void whatIsLeftOutIsNamedAndMakesTheStatus1() throws Exception {
    Path torn = vjson("torn", 2, "{\"id\":\"id-2\",\"da");
    Typed typed = type("import", "--from", "vjson", torn.toString());
    assertThat(typed.status()).isEqualTo(1);
    assertThat(typed.out())
        .contains("2 rows in ")
        .contains("left out: metadata.ndjson: line 3 at byte 86: ");
    assertThat(type("vectors", "get", "torn", "id-1").status()).isZero();
  }

  @Test
  void whatCannotBeMeantIsRefusedBeforeACollectionIsMade() throws Exception {
    Path bad = vjson("bad", 3, "");
    expectRefusal("which fit dimension 2", "--from", "vjson", bad.toString(), "--dimension", "3");
    expectRefusal("expected dvecdb, srvdb or vjson, got faiss", "--from", "faiss", bad.toString());
    expectRefusal("metadata.db", "--from", "srvdb", bad.toString());
    Files.write(bad.resolve("vectors.bin"), new byte[0]);
    Files.write(bad.resolve("metadata.ndjson"), new byte[0]);
    expectRefusal("holds no rows", "--from", "vjson", bad.toString());
    assertThat(type("collections", "info", "bad").status()).isEqualTo(1);
  }

  @Test
  void aCollectionOfAnotherDimensionIsNotWrittenTo() throws Exception {
    type("collections", "create", "other", "-d", "5", "-m", "euclidean");
    Path rows = vjson("rows", 2, "");
    expectRefusal("want=2 got=5", "--from", "vjson", rows.toString(), "-c", "other");
  }

  /** The server refuses the third batch of ten; the second run begins behind the first two. */
  @Test
  void theSameCommandGoesOnAfterWhatWasAcknowledged() throws Exception {
    Path many = vjson("many", 50, "");
    try (FakeServer fake = new FakeServer()) {
      String[] arguments = {
        "import",
        "--from",
        "vjson",
        many.toString(),
        "-c",
        "c",
        "--url",
        fake.url(),
        "--batch",
        "10",
        "--in-flight",
        "1",
        "--patience",
        "0"
      };
      fake.failNext(200, 200, 503);
      assertThat(Typed.in(home, arguments).status()).isEqualTo(1);
      fake.firstIdsOfUpserts.clear();
      Typed again = Typed.in(home, arguments);
      assertThat(again.out()).contains("20 rows were imported before").contains("30 rows in ");
      assertThat(fake.firstIdsOfUpserts).containsExactly("id-20", "id-30", "id-40");
      assertThat(fake.rows).hasSize(50);
      assertThat(fake.rows.get("id-49")).containsExactly(49f, 0.5f);
    }
  }

  private static void expectRefusal(String message, String... arguments) throws Exception {
    List<String> words = new ArrayList<>(List.of("import"));
    words.addAll(List.of(arguments));
    Typed typed = type(words.toArray(String[]::new));
    assertThat(typed.status()).as(String.join(" ", words)).isNotZero();
    assertThat(typed.err()).contains(message);
  }

  private Path vjson(String name, int rows, String tail) throws IOException {
    Path made = Files.createDirectories(folder.resolve(name));
    float[] components = new float[2 * rows];
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < rows; i++) {
      components[2 * i] = i;
      components[2 * i + 1] = 0.5f;
      lines.append("{\"id\":\"id-%d\",\"data\":{\"n\":%d},\"timestamp\":7}\n".formatted(i, i));
    }
    Files.write(made.resolve("vectors.bin"), SrvdbWriter.floats(components));
    Files.writeString(made.resolve("metadata.ndjson"), lines + tail);
    return made;
  }

  private Path srvdb(int rows) throws IOException {
    float[] components = new float[2 * rows];
    Map<Long, String> entries = new TreeMap<>();
    for (int i = 0; i < rows; i++) {
      components[2 * i] = i + 1;
      components[2 * i + 1] = 1;
      entries.put((long) i, "{\"__id__\":\"id-%d\",\"n\":%d}".formatted(i, i));
    }
    Files.write(
        folder.resolve("vectors.bin"),
        SrvdbWriter.joined(SrvdbWriter.header(2, rows, 0), SrvdbWriter.floats(components)));
    byte[] database = new RedbWriter(2, 130).numbersToTexts("metadata", entries).file(4);
    Files.write(folder.resolve("metadata.db"), database);
    return folder;
  }

  private static List<byte[]> contents(Path folder) throws IOException {
    List<byte[]> contents = new ArrayList<>();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.sorted().toList()) {
        contents.add(file.toString().getBytes(StandardCharsets.UTF_8));
        contents.add(Files.readAllBytes(file));
      }
    }
    return contents;
  }

  private static List<Path> journals() throws IOException {
    Path journals = home.resolve(".local/state/quiver/imports");
    if (!Files.exists(journals)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(journals)) {
      return files.toList();
    }
  }

  private static Typed type(String... words) throws InterruptedException {
    String url = "http://127.0.0.1:" + server.quiver().restPort();
    List<String> arguments = new ArrayList<>(List.of(words));
    arguments.addAll(List.of("--url", url));
    return Typed.in(home, arguments.toArray(String[]::new));
  }
}
