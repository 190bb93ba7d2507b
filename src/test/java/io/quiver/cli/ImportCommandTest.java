package io.quiver.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Imports into a server that fails at will. */
class ImportCommandTest {
  private static final int ROWS = 50;

  @TempDir Path folder;
  private FakeServer server;
  private Path file;

  @BeforeEach
  void open() throws IOException {
    server = new FakeServer();
    file = folder.resolve("rows.ndjson");
    write(ROWS);
  }

  @AfterEach
  void close() {
    server.close();
  }

  @Test
  void overloadAndBrokenConnectionsAreWaitedOut() throws Exception {
    server.failNext(503, 429, 0, 200, 0, 503);
    Typed typed = load("--batch", "10", "--in-flight", "3");
    assertThat(typed.status()).as(typed.err()).isZero();
    assertThat(typed.out()).contains("50 rows in ");
    assertAllThere();
    assertThat(journals()).isEmpty();
  }

  @Test
  void aRefusedBatchEndsTheImportAndNamesItsRows() throws Exception {
    server.failNext(200, 400);
    Typed typed = load("--batch", "10", "--in-flight", "1");
    assertThat(typed.status()).isEqualTo(1);
    assertThat(typed.err()).isEqualToIgnoringNewLines("quiver: rows 10 to 19: told to fail");
    assertThat(typed.out()).contains("10 rows are in c; the same command goes on after them");
  }

  @Test
  void theSameCommandGoesOnAfterWhatWasAcknowledged() throws Exception {
    server.failNext(200, 200, 503);
    assertThat(load("--batch", "10", "--in-flight", "1", "--patience", "0").status()).isEqualTo(1);
    server.firstIdsOfUpserts.clear();
    Typed typed = load("--batch", "10", "--in-flight", "1");
    assertThat(typed.out()).contains("20 rows were imported before").contains("30 rows in ");
    assertThat(server.firstIdsOfUpserts).containsExactly("20", "30", "40");
    assertAllThere();
    assertThat(journals()).isEmpty();
  }

  /** A later batch is acknowledged, an earlier one is not: only the rows before it count. */
  @Test
  void aGapIsNeverSkipped() throws Exception {
    server.overloadedAt = "10";
    Typed broken = load("--batch", "10", "--in-flight", "4", "--patience", "0");
    assertThat(broken.status()).isEqualTo(1);
    assertThat(broken.out()).contains("10 rows are in c");
    server.overloadedAt = "";
    assertThat(load("--batch", "10").status()).isZero();
    assertAllThere();
  }

  @Test
  void aCollectionThatWasMadeAnewIsLoadedFromTheFirstRow() throws Exception {
    server.failNext(200, 200, 503);
    load("--batch", "10", "--in-flight", "1", "--patience", "0");
    server.rows.clear();
    Typed typed = load();
    assertThat(typed.out()).contains("begins anew").contains("50 rows in ");
    assertAllThere();
  }

  @Test
  void aFileThatChangedIsLoadedFromTheFirstRow() throws Exception {
    server.failNext(200, 503);
    load("--batch", "10", "--in-flight", "1", "--patience", "0");
    write(ROWS + 1);
    assertThat(load().out()).contains("51 rows in ");
  }

  @Test
  void noResumeBeginsWithTheFirstRow() throws Exception {
    server.failNext(200, 503);
    load("--batch", "10", "--in-flight", "1", "--patience", "0");
    assertThat(load("--no-resume").out()).contains("50 rows in ");
  }

  /** Both rows are in different batches, which are under way side by side. */
  @Test
  void ofTwoRowsWithOneIdTheLaterWins() throws Exception {
    Files.writeString(file, "{\"id\":\"a\",\"vector\":[1]}\n{\"id\":\"a\",\"vector\":[2]}\n");
    server.firstIsSlow = true;
    assertThat(load("--batch", "1").status()).isZero();
    assertThat(server.rows.get("a")).containsExactly(2f);
  }

  @Test
  void aBrokenFileNamesItsLine() throws Exception {
    Files.writeString(file, "{\"vector\":[1]}\n{\"vector\":\n");
    Typed typed = load();
    assertThat(typed.status()).isEqualTo(1);
    assertThat(typed.err()).startsWith("quiver: rows.ndjson: line 2 at byte 15: ");
  }

  @Test
  void aServerThatIsNotThereIsNamed() throws Exception {
    server.close();
    Typed typed = load();
    assertThat(typed.status()).isEqualTo(1);
    assertThat(typed.err())
        .isEqualToIgnoringNewLines(
            "quiver: cannot reach "
                + server.url()
                + ": connection refused; is the server running? (./quiver serve)");
  }

  private Typed load(String... more) throws InterruptedException {
    List<String> arguments =
        new ArrayList<>(List.of("import", file.toString(), "-c", "c", "--url", server.url()));
    arguments.addAll(List.of(more));
    return Typed.in(folder, arguments.toArray(String[]::new));
  }

  private void write(int rows) throws IOException {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < rows; i++) {
      text.append("{\"vector\":[").append(i).append(",0.5]}\n");
    }
    Files.writeString(file, text);
  }

  private void assertAllThere() {
    assertThat(server.rows).hasSize(ROWS);
    for (int i = 0; i < ROWS; i++) {
      assertThat(server.rows.get(Integer.toString(i))).containsExactly(i, 0.5f);
    }
  }

  private List<Path> journals() throws IOException {
    try (Stream<Path> files = Files.list(folder.resolve(".local/state/quiver/imports"))) {
      return files.toList();
    }
  }
}
