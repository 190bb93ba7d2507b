package io.quiver.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import io.quiver.collection.Collection;
import io.quiver.core.Deadline;
import io.quiver.core.DenseVector;
import io.quiver.core.Owner;
import io.quiver.disk.OsDisk;
import io.quiver.message.GetVectors;
import io.quiver.message.HealthReport.Status;
import io.quiver.message.Row;
import io.quiver.message.SearchVectors;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A data directory of every released format version opens with today's code. Each was made once by
 * {@link StoredFormat} of its time and is kept as files.
 */
class StoredFormatTest {
  private static final Path FIXTURES =
      Path.of(System.getProperty("basedir", "."), "src/test/resources/fixtures");

  /** As of a process that was killed: checkpoint, graph, and a log with one record more. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void everyVersionIsReadRowByRow(int version, @TempDir Path folder) throws Exception {
    StoredFormat.copy(FIXTURES.resolve("v" + version), folder);
    assertThat(folder.resolve("colors/0/index.bin")).exists();
    assertThat(folder.resolve("colors/metadata.json"))
        .content()
        .contains("\"format_version\" : " + version);
    Owner owner = version == 1 ? Owner.NONE : StoredFormat.OWNER;
    assertReadable(folder, owner);
    assertReadable(folder, owner); // And what today's code made of it.
  }

  /** The manifest that was migrated says what the old one did, and is written as today's. */
  @Test
  void aManifestOfVersionOneBecomesOneOfTodayAtItsNextCheckpoint(@TempDir Path folder)
      throws Exception {
    StoredFormat.copy(FIXTURES.resolve("v1"), folder);
    assertReadable(folder, Owner.NONE);
    assertThat(folder.resolve("colors/metadata.json"))
        .content()
        .contains(
            "\"format_version\" : 2",
            "\"uuid\" : \"17be6407-95e7-4027-aa62-850af136536e\"",
            "\"owner\" : \"\"",
            "\"created_at\" : \"2026-11-21T04:49:57.716Z\"",
            "\"vector_count\" : 3");
  }

  private static void assertReadable(Path folder, Owner owner) throws Exception {
    DatabaseOptions idle = new DatabaseOptions(1 << 20, 1 << 20, 0);
    try (Database database = Database.open(new OsDisk(), folder, idle)) {
      Collection colors = database.find(StoredFormat.NAME).orElseThrow();
      for (Row row : StoredFormat.ROWS) {
        GetVectors get = new GetVectors(StoredFormat.NAME, List.of(row.id()), true, true);
        assertThat(colors.get(get).rows()).containsExactly(row);
      }
      SearchVectors search =
          SearchVectors.of(StoredFormat.NAME, DenseVector.of(0, 0, 6e-3f, 2), 10);
      assertThat(colors.search(0, search, Deadline.NEVER).hits())
          .extracting(hit -> hit.id().value())
          .containsExactly("blue", "red", "gr\u00fcn"); // cosine 1, 0.45, -0.91
      assertThat(database.health()).noneMatch(part -> part.status() == Status.UNHEALTHY);
      assertThat(colors.fault()).isEmpty();
      assertThat(colors.manifest().owner()).isEqualTo(owner);
    }
  }

  /** What today's code makes has the same files: a new one needs a page and a fixture. */
  @Test
  void todaysFilesAreThoseOfVersionTwo(@TempDir Path folder) throws Exception {
    Path kept = folder.resolve("kept");
    StoredFormat.make(folder.resolve("work"), kept);
    assertThat(withoutVersions(files(kept))).isEqualTo(files(FIXTURES.resolve("v2")));
  }

  /** The id table ends with the versions of the rows: here one run of them. */
  private static List<String> withoutVersions(List<String> files) {
    return files.stream()
        .map(file -> file.replace("ids.bin 612", "ids.bin " + (612 - 8 - 16)))
        .toList();
  }

  private static List<String> files(Path folder) throws Exception {
    try (var all = Files.walk(folder)) {
      return all.filter(Files::isRegularFile)
          .map(file -> folder.relativize(file) + " " + file.toFile().length())
          .sorted()
          .toList();
    }
  }
}
