package io.quiver.migrate;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.quiver.disk.OsDisk;
import io.quiver.message.Row;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Directories that SrvDB itself made: releases 0.1.6, 0.1.9, 0.2.0 and 0.3.0 in their index modes,
 * stored in {@code fixtures/srvdb/releases.zip} with what was put into them. {@code
 * tools/srvdb-check} makes larger ones with the packages from PyPI and gives their folder in {@code
 * quiver.srvdb.directories}.
 */
class SrvdbReleasesTest {
  private static final String DIRECTORIES = System.getProperty("quiver.srvdb.directories", "");
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Half a step too much: their bytes stand for the lower end of 255 steps from −1 to 1. */
  private static final double STEP = 2.0 / 255 + 1e-6;

  @TempDir Path temporary;

  @Test
  void everyDirectoryIsReadAsItWasWritten() throws IOException {
    Path root = DIRECTORIES.isEmpty() ? unpack() : Path.of(DIRECTORIES);
    List<String> seen = new ArrayList<>();
    try (Stream<Path> folders = Files.list(root)) {
      for (Path folder : folders.sorted().toList()) {
        expectRows(folder);
        seen.add(folder.getFileName().toString());
      }
    }
    if (DIRECTORIES.isEmpty()) {
      assertThat(seen)
          .containsExactly(
              "0.1.6-flat",
              "0.1.9-flat",
              "0.1.9-pq",
              "0.2.0-flat",
              "0.2.0-hnsw",
              "0.2.0-pq",
              "0.2.0-sq8",
              "0.3.0-flat",
              "0.3.0-hnsw",
              "0.3.0-ivf",
              "0.3.0-pq",
              "0.3.0-sq8");
    }
    assertThat(seen).isNotEmpty();
  }

  private static void expectRows(Path folder) throws IOException {
    List<JsonNode> expected = new ArrayList<>();
    for (String line : Files.readAllLines(folder.resolve("expected.ndjson"))) {
      expected.add(JSON.readTree(line));
    }
    try (SrvdbRows rows = SrvdbRows.open(new OsDisk(), folder)) {
      List<Row> all = VjsonRowsTest.all(rows);
      assertThat(rows.problems()).as(folder.toString()).isEmpty();
      assertThat(all).as(folder.toString()).hasSameSizeAs(expected);
      for (int i = 0; i < all.size(); i++) {
        Row row = all.get(i);
        assertThat(row.id().value()).isEqualTo(expected.get(i).path("id").asText());
        assertThat(JSON.readTree(row.metadata().json()))
            .isEqualTo(expected.get(i).path("metadata"));
        String what = folder.getFileName() + " " + row.id();
        if (folder.toString().endsWith("-pq")) {
          expectNearest(what, row, i, expected);
        } else {
          double apart = folder.toString().endsWith("-sq8") ? STEP : 0;
          assertThat(distanceMax(row, expected.get(i))).as(what).isLessThanOrEqualTo(apart);
        }
      }
    }
  }

  /** Centroids lose much; but of all rows its own is the most similar, and clearly. */
  private static void expectNearest(String what, Row row, int index, List<JsonNode> expected) {
    double own = cosine(row, expected.get(index));
    assertThat(own).as(what).isGreaterThan(0.5);
    for (int i = 0; i < expected.size(); i++) {
      if (i != index) {
        assertThat(cosine(row, expected.get(i))).as(what + " and " + i).isLessThan(own);
      }
    }
  }

  private static double distanceMax(Row row, JsonNode expected) {
    JsonNode vector = expected.path("vector");
    assertThat(row.vector().dimension()).isEqualTo(vector.size());
    double max = 0;
    for (int i = 0; i < vector.size(); i++) {
      max = Math.max(max, Math.abs(vector.get(i).asDouble() - row.vector().get(i)));
    }
    return max;
  }

  private static double cosine(Row row, JsonNode expected) {
    JsonNode vector = expected.path("vector");
    double dot = 0;
    double a = 0;
    double b = 0;
    for (int i = 0; i < vector.size(); i++) {
      double x = vector.get(i).asDouble();
      double y = row.vector().get(i);
      dot += x * y;
      a += x * x;
      b += y * y;
    }
    return dot / Math.sqrt(a * b);
  }

  private Path unpack() throws IOException {
    try (InputStream stored =
            SrvdbReleasesTest.class.getResourceAsStream("/fixtures/srvdb/releases.zip");
        ZipInputStream zip = new ZipInputStream(stored)) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        Path file = temporary.resolve(entry.getName());
        Files.createDirectories(file.getParent());
        Files.copy(zip, file);
      }
    }
    return temporary;
  }
}
