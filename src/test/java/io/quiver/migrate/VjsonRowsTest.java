package io.quiver.migrate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quiver.core.Metric;
import io.quiver.disk.OsDisk;
import io.quiver.message.Row;
import io.quiver.testkit.SrvdbWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Directories of VJson, byte by byte from their layout. */
class VjsonRowsTest {
  @TempDir Path folder;

  @Test
  void rowsComeInTheirOrderWithMetadataByteForByte() throws IOException {
    vectors(1, 2, 3, 4, 5, 6);
    String a = "{\"id\":\"a\",\"data\":{\"n\": 1.50,\"ä\":[ ]},\"timestamp\":1735000000}";
    String b = "{\"timestamp\":1735000000.5,\"data\":null,\"id\":\"b\"}\r";
    String c = "{\"id\":\"c\",\"data\":{},\"timestamp\":0}";
    lines(String.join("\n", a, b, c));
    try (VjsonRows rows = open(OptionalInt.empty())) {
      assertThat(rows.dimension()).isEqualTo(2);
      assertThat(rows.metric()).isEqualTo(Metric.EUCLIDEAN);
      List<Row> all = all(rows);
      assertThat(text(all)).containsExactly("a:1.0,2.0", "b:3.0,4.0", "c:5.0,6.0");
      assertThat(all.get(0).metadata().json()).isEqualTo("{\"n\": 1.50,\"ä\":[ ]}");
      assertThat(all.get(1).metadata().isAbsent()).isTrue();
      assertThat(all.get(2).metadata().json()).isEqualTo("{}");
      assertThat(rows.refused()).isZero();
      assertThat(rows.fraction()).isEqualTo(1);
    }
  }

  @Test
  void theOlderArrayIsReadLikeTheLines() throws IOException {
    vectors(1, 2, 3, 4);
    String a = "{\"id\":\"a\",\"data\":{\"x\":[1,{}]},\"timestamp\":1}";
    String b = "{\"id\":\"b\",\"data\":null}";
    array("[\n  " + a + ",\n " + b + "]\n");
    try (VjsonRows rows = open(OptionalInt.empty())) {
      List<Row> all = all(rows);
      assertThat(text(all)).containsExactly("a:1.0,2.0", "b:3.0,4.0");
      assertThat(all.getFirst().metadata().json()).isEqualTo("{\"x\":[1,{}]}");
    }
  }

  @Test
  void ofRowsWithOneIdTheLastIsTheRow() throws IOException {
    vectors(1, 2, 3, 4, 5);
    lines(line("a") + line("b") + line("a") + line("c") + line("b"));
    try (VjsonRows rows = open(OptionalInt.empty())) {
      assertThat(text(all(rows))).containsExactly("a:3.0", "c:4.0", "b:5.0");
      assertThat(rows.total()).isEqualTo(3);
    }
  }

  /** A later row that cannot be read does not hide the one before it. */
  @Test
  void aBrokenLineIsToldAndTheRestKeepsItsVectors() throws IOException {
    vectors(1, 2, 3, Float.NaN, 5);
    lines(line("a") + line("b") + "{\"id\":\"b\",\"data\"\n" + line("b") + line("e"));
    try (VjsonRows rows = open(OptionalInt.empty())) {
      assertThat(text(all(rows))).containsExactly("a:1.0", "b:2.0", "e:5.0");
      assertThat(rows.refused()).isEqualTo(2);
      assertThat(rows.problems().get(0)).startsWith("metadata.ndjson: line 3 at byte 46: ");
      assertThat(rows.problems().get(1))
          .startsWith("vectors.bin: row 3 (line 4, id b) at byte 12: ")
          .contains("NaN");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"id\":7,\"data\":{}}",
        "{\"data\":{}}",
        "{\"id\":\"\",\"data\":{}}",
        "{\"id\":\"b\"}",
        "{\"id\":\"b\",\"data\":[1]}",
        "{\"id\":\"b\",\"data\":\"{}\"}",
        "{\"id\":\"b\",\"data\":{},\"timestamp\":\"now\"}",
        "{\"id\":\"b\",\"data\":{},\"text\":\"more\"}",
        "{\"id\":\"b\",\"data\":{}} {}",
        "{\"id\":\"b\",\"id\":\"c\",\"data\":{}}",
        "[\"b\",{}]",
        "b"
      })
  void whatIsNoRecordIsLeftOutAndNothingIsMadeUpForIt(String broken) throws IOException {
    vectors(1, 2, 3);
    lines(line("a") + broken + "\n" + line("c"));
    try (VjsonRows rows = open(OptionalInt.empty())) {
      assertThat(text(all(rows))).containsExactly("a:1.0", "c:3.0");
      assertThat(rows.problems()).singleElement().asString().startsWith("metadata.ndjson: line 2 ");
    }
    Files.delete(folder.resolve("metadata.ndjson"));
    boolean isJson = !broken.equals("b") && !broken.endsWith("} {}") && !broken.contains("\"c\"");
    array("[" + line("a") + "," + broken + "," + line("c") + "]");
    if (isJson) {
      try (VjsonRows rows = open(OptionalInt.empty())) {
        assertThat(text(all(rows))).containsExactly("a:1.0", "c:3.0");
        assertThat(rows.problems())
            .singleElement()
            .asString()
            .startsWith("metadata.json: element 1 (line 2) at byte 25: ");
      }
    } else {
      assertThatThrownBy(() -> open(OptionalInt.empty()))
          .isInstanceOf(MalformedFileException.class)
          .hasMessageStartingWith("metadata.json: line 2 at byte ");
    }
  }

  /** Cut at every byte: what was whole comes, and nothing else. */
  @Test
  void aTornLastLineLosesItsRowOnly() throws IOException {
    String whole = line("a") + line("b");
    String third = line("c");
    for (int cut = 1; cut < third.length() - 1; cut++) {
      for (int floats : new int[] {4, 6}) {
        Files.write(folder.resolve("vectors.bin"), floats(floats));
        lines(whole + third.substring(0, cut));
        try (VjsonRows rows = open(OptionalInt.of(2))) {
          assertThat(text(all(rows))).as(cut + "").containsExactly("a:0.0,1.0", "b:2.0,3.0");
          assertThat(rows.refused()).isEqualTo(1);
          assertThat(rows.problems().getFirst()).startsWith("metadata.ndjson: line 3 at byte 46: ");
        }
      }
    }
  }

  /** Vectors are written before their lines: the last one may be cut as well. */
  @Test
  void aTornVectorWithoutALineIsToldButIsNoRow() throws IOException {
    Files.write(folder.resolve("vectors.bin"), Arrays.copyOf(floats(6), 4 * 4 + 5));
    lines(line("a") + line("b"));
    try (VjsonRows rows = open(OptionalInt.of(2))) {
      assertThat(text(all(rows))).containsExactly("a:0.0,1.0", "b:2.0,3.0");
      assertThat(rows.notes())
          .containsExactly("vectors.bin: 5 bytes behind row 1 are no whole vector");
    }
  }

  @ParameterizedTest
  @CsvSource({
    // floats, lines, dimension said (0: none), and what the refusal says
    "12, 3, 3, which fit dimension 4",
    "12, 3, 5, which fit dimension 4",
    "12, 3, 2, which fit dimension 4",
    "12, 5, 0, say it: --dimension",
    "12, 0, 0, say it: --dimension",
    "12, 0, 4, expected 0 vectors",
    "12, 5, 4, expected 5 vectors of dimension 4 (80 bytes)",
    "0, 2, 0, say it: --dimension",
    "0, 2, 4, got 0 bytes",
    "12, 3, 65537, 1 to 65536"
  })
  void filesThatDoNotFitAreRefusedWithBothFigures(int floats, int lines, int said, String message)
      throws IOException {
    Files.write(folder.resolve("vectors.bin"), floats(floats));
    lines(line("a").repeat(lines));
    OptionalInt dimension = said == 0 ? OptionalInt.empty() : OptionalInt.of(said);
    assertThatThrownBy(() -> open(dimension).close())
        .as("%d floats, %d lines", floats, lines)
        .hasMessageContaining(message);
  }

  @Test
  void emptyFilesAreAnEmptyDatabase() throws IOException {
    vectors();
    lines("");
    try (VjsonRows rows = open(OptionalInt.empty())) {
      assertThat(rows.dimension()).isZero();
      assertThat(rows.next()).isEmpty();
      assertThat(rows.fraction()).isEqualTo(1);
    }
  }

  @Test
  void whatIsNotReadIsNoted() throws IOException {
    vectors(1);
    lines(line("a"));
    array("[not read");
    Files.createDirectory(folder.resolve("text_index"));
    try (VjsonRows rows = open(OptionalInt.empty())) {
      assertThat(rows.notes()).hasSize(2);
      assertThat(rows.notes().get(0)).startsWith("text_index/ is not read");
      assertThat(rows.notes().get(1)).startsWith("metadata.json is not read");
    }
  }

  @Test
  void aMissingFileIsNamed() throws IOException {
    vectors(1);
    assertThatThrownBy(() -> open(OptionalInt.empty()))
        .isInstanceOf(NoSuchFileException.class)
        .hasMessageContaining("metadata.ndjson");
    Files.delete(folder.resolve("vectors.bin"));
    lines(line("a"));
    assertThatThrownBy(() -> open(OptionalInt.empty()))
        .isInstanceOf(NoSuchFileException.class)
        .hasMessageContaining("vectors.bin");
  }

  private VjsonRows open(OptionalInt dimension) throws IOException {
    return VjsonRows.open(new OsDisk(), folder, dimension);
  }

  private void vectors(float... values) throws IOException {
    Files.write(folder.resolve("vectors.bin"), SrvdbWriter.floats(values));
  }

  private void lines(String text) throws IOException {
    Files.writeString(folder.resolve("metadata.ndjson"), text, StandardCharsets.UTF_8);
  }

  private void array(String text) throws IOException {
    Files.writeString(folder.resolve("metadata.json"), text, StandardCharsets.UTF_8);
  }

  /** 23 bytes. */
  private static String line(String id) {
    return "{\"id\":\"" + id + "\",\"data\":null}\n";
  }

  private static byte[] floats(int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = i;
    }
    return SrvdbWriter.floats(values);
  }

  static List<Row> all(LibraryRows rows) throws IOException {
    List<Row> all = new ArrayList<>();
    for (Optional<Row> row = rows.next(); row.isPresent(); row = rows.next()) {
      all.add(row.get());
    }
    return all;
  }

  /** Id and components. */
  static List<String> text(List<Row> rows) {
    return rows.stream()
        .map(row ->
            row.id().value()
                + ":"
                + Arrays.toString(row.vector().toArray()).replaceAll("[\\[\\] ]", ""))
        .toList();
  }
}
