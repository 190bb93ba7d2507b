package io.quiver.migrate;

import static io.quiver.migrate.VjsonRowsTest.all;
import static io.quiver.migrate.VjsonRowsTest.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quiver.core.Metric;
import io.quiver.disk.OsDisk;
import io.quiver.fuzz.MemoryFiles;
import io.quiver.message.Row;
import io.quiver.testkit.FaultyDisk;
import io.quiver.testkit.RedbWriter;
import io.quiver.testkit.SrvdbWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Directories of SrvDB of every layout, byte by byte; those of their own making are elsewhere. */
class SrvdbRowsTest {
  private static final int OLD = 1536;

  @TempDir Path folder;

  @Test
  void rowsOfVersion4ComeWithTheirIdsAndMetadata() throws IOException {
    put("vectors.bin", SrvdbWriter.header(2, 3, 0), SrvdbWriter.floats(1, 2, 3, 4, 5, 6));
    database(
        "{\"__id__\":\"a\",\"i\": 1.0}", "{\"x\":[\"__id__\"],\"__id__\":\"b\",\"y\":{}}", id("c"));
    try (SrvdbRows rows = open()) {
      assertThat(rows.metric()).isEqualTo(Metric.COSINE);
      assertThat(rows.dimension()).isEqualTo(2);
      List<Row> all = all(rows);
      assertThat(text(all)).containsExactly("a:1.0,2.0", "b:3.0,4.0", "c:5.0,6.0");
      assertThat(all)
          .extracting(row -> row.metadata().json())
          .containsExactly("{\"i\": 1.0}", "{\"x\":[\"__id__\"],\"y\":{}}", "{}");
      assertThat(rows.refused()).isZero();
      assertThat(rows.notes()).isEmpty();
      assertThat(rows.fraction()).isEqualTo(1);
    }
  }

  /** The gap in the header holds anything, also what would be a version and a dimension. */
  @ParameterizedTest
  @CsvSource({"2, 7F44", "3, 7F44", "2, 0", "2, 800004", "3, 3E800000"})
  void rowsOfTheOlderHeaderAreFloatsOf1536Components(int version, String gap) throws IOException {
    float[] components = new float[2 * OLD];
    Arrays.fill(components, 0, OLD, 0.5f);
    Arrays.fill(components, OLD, 2 * OLD, -2);
    components[OLD] = 7;
    byte[] header = SrvdbWriter.oldHeader(version, 2, false);
    ByteBuffer.wrap(header).order(ByteOrder.LITTLE_ENDIAN).putInt(4, Integer.parseInt(gap, 16));
    put("vectors.bin", header, SrvdbWriter.floats(components));
    database(id("a"), id("b"));
    try (SrvdbRows rows = open()) {
      List<Row> all = all(rows);
      assertThat(all.get(0).vector().toArray()).isEqualTo(Arrays.copyOf(components, OLD));
      assertThat(all.get(1).vector().toArray())
          .isEqualTo(Arrays.copyOfRange(components, OLD, 2 * OLD));
    }
  }

  @Test
  void theBitsOfTheFirstHeaderAreDirections() throws IOException {
    byte[] bits = new byte[192];
    bits[0] = 0b0000_0101;
    bits[191] = (byte) 0b1000_0000;
    put("vectors.bin", SrvdbWriter.oldHeader(1, 1, false), bits);
    database(id("a"));
    try (SrvdbRows rows = open()) {
      float[] want = new float[OLD];
      Arrays.fill(want, -1);
      want[0] = 1;
      want[2] = 1;
      want[1535] = 1;
      assertThat(all(rows).getFirst().vector().toArray()).isEqualTo(want);
      assertThat(rows.notes()).singleElement().asString().contains("not exact");
    }
  }

  /** Byte 0 is the minimum, byte 255 the maximum; a component that never varied is what it was. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void bytesAreStepsBetweenMinimumAndMaximum(boolean isNew) throws IOException {
    put("sq8_vectors.bin", SrvdbWriter.header(3, 2, 1), new byte[] {0, -1, 0, 51, 0, 9});
    byte[] minima = SrvdbWriter.floats(-1, 0, 4);
    byte[] maxima = SrvdbWriter.floats(1, 10, 4);
    byte[] three = isNew ? SrvdbWriter.varints(3) : SrvdbWriter.longs(3);
    byte[] content = SrvdbWriter.joined(three, minima, three, maxima, three);
    put("scalar_quantizer.bin", isNew ? SrvdbWriter.framed("SRVDSQ8Q", content) : content);
    database(id("a"), id("b"));
    try (SrvdbRows rows = open()) {
      List<Row> all = all(rows);
      assertThat(all.get(0).vector().toArray()).containsExactly(-1, 10, 4);
      assertThat(all.get(1).vector().get(0)).isCloseTo(-0.6f, within());
      assertThat(all.get(1).vector().toArray()).endsWith(0, 4);
    }
  }

  /** Three spellings: 0.1 had no length before a centroid, 0.2 had, 0.3 writes short numbers. */
  @ParameterizedTest
  @CsvSource({"1, false", "2, false", "3, true"})
  void centroidsAreLookedUpInTheCodebooksOfTheirPart(int spelling, boolean isNew)
      throws IOException {
    put("quantized_vectors.bin", SrvdbWriter.header(4, 2, 2), new byte[] {0, 1, 1, 0});
    byte[] content =
        SrvdbWriter.joined(
            numbers(isNew, 2, 2, 2, 2),
            book(spelling, isNew, new float[] {1, 2}, new float[] {3, 4}),
            book(spelling, isNew, new float[] {5, 6}, new float[] {7, 8}));
    put("codebooks.bin", isNew ? SrvdbWriter.framed("SRVDPQCB", content) : content);
    database(id("a"), id("b"));
    try (SrvdbRows rows = open()) {
      assertThat(text(all(rows))).containsExactly("a:1.0,2.0,7.0,8.0", "b:3.0,4.0,5.0,6.0");
    }
  }

  /** Since 0.3: deleted rows are named, and what came after the last persist() is no row. */
  @Test
  void tombstonesAndTheCommittedCountAreHeeded() throws IOException {
    put("vectors.bin", SrvdbWriter.header(1, 9, 0), SrvdbWriter.floats(1, 2, 3, 4, 5, 0, 0, 0, 0));
    RedbWriter redb = new RedbWriter(3, 0);
    redb.numbersToTexts("metadata", Map.of(0L, id("a"), 3L, id("d"), 4L, id("b")));
    redb.numbers("tombstones", List.of(1L, 2L))
        .textsToNumbers("state", Map.of("committed_count", 5L));
    put("metadata.db", redb.file(1));
    try (SrvdbRows rows = open()) {
      assertThat(text(all(rows))).containsExactly("a:1.0", "d:4.0", "b:5.0");
      assertThat(rows.refused()).isZero();
    }
  }

  @Test
  void whatCannotBeARowIsToldWithItsPlace() throws IOException {
    put(
        "vectors.bin",
        SrvdbWriter.header(2, 7, 0),
        SrvdbWriter.floats(1, 1, 0, 0, 1, Float.NaN, 2, 2, 3, 3));
    Map<Long, String> entries = new TreeMap<>();
    entries.put(0L, id("a"));
    entries.put(1L, id("zero"));
    entries.put(2L, id("nan"));
    entries.put(3L, "{\"no\":\"id\"}");
    entries.put(5L, id("cut"));
    entries.put(9L, id("none"));
    entries.put(-1L, id("far"));
    put("metadata.db", new RedbWriter(2, 3).numbersToTexts("metadata", entries).file(0));
    try (SrvdbRows rows = open()) {
      assertThat(text(all(rows))).containsExactly("a:1.0,1.0");
      assertThat(rows.refused()).isEqualTo(8);
      List<String> problems = rows.problems();
      assertThat(problems.get(0)).startsWith("vectors.bin: row 1 (id zero) at byte 32: ");
      assertThat(problems.get(1)).startsWith("vectors.bin: row 2 (id nan) at byte 40: ");
      assertThat(problems.get(2))
          .startsWith("metadata.db: page at byte ")
          .contains("row 3: __id__");
      assertThat(problems.get(3)).isEqualTo(missing(4, 4));
      assertThat(problems.get(4))
          .isEqualTo("vectors.bin: row 5 (id cut) at byte 64: the file ends before that");
      assertThat(problems.get(5)).isEqualTo(missing(6, 6));
      assertThat(problems.get(6)).contains("row 9 (id none): there are 7 vectors");
      assertThat(problems.get(7)).contains("row 18446744073709551615 (id far)");
    }
  }

  /** Hundreds of rows: branches over branches, long values on larger pages, both formats. */
  @ParameterizedTest
  @CsvSource({"2, 130, 0", "2, 130, 5", "3, 0, 4", "3, 0, 3", "3, 2, 7"})
  void treesOfAnyDepthAreWalkedInBothFormats(int version, int headerPages, int flags)
      throws IOException {
    int count = 500;
    float[] components = new float[count];
    Map<Long, String> entries = new TreeMap<>();
    for (int i = 0; i < count; i++) {
      components[i] = i + 1;
      String filler = "x".repeat(i % 50 == 7 ? 5_000 : i % 5);
      entries.put((long) i, "{\"__id__\":\"id-" + i + "\",\"t\":\"" + filler + "\"}");
    }
    put("vectors.bin", SrvdbWriter.header(1, count, 0), SrvdbWriter.floats(components));
    RedbWriter redb = new RedbWriter(version, headerPages);
    put("metadata.db", redb.numbersToTexts("metadata", entries).file(flags));
    try (SrvdbRows rows = open()) {
      List<Row> all = all(rows);
      assertThat(rows.refused()).isZero();
      assertThat(all).hasSize(count);
      for (int i = 0; i < count; i++) {
        assertThat(all.get(i).id().value()).isEqualTo("id-" + i);
        assertThat(all.get(i).vector().get(0)).isEqualTo(i + 1);
        assertThat(all.get(i).metadata().bytes()).isEqualTo(8 + (i % 50 == 7 ? 5_000 : i % 5));
      }
    }
  }

  /** Before 0.3 a deletion was not kept: an id that was added again has two rows. */
  @Test
  void ofAnIdWithTwoRowsTheLaterComesLater() throws IOException {
    put("vectors.bin", SrvdbWriter.header(1, 3, 0), SrvdbWriter.floats(1, 2, 3));
    database(id("a"), id("b"), id("a"));
    try (SrvdbRows rows = open()) {
      assertThat(text(all(rows))).containsExactly("a:1.0", "b:2.0", "a:3.0");
    }
  }

  /** SrvDB 0.3 leaves the old file where it was when a database is switched to another coding. */
  @Test
  void ofTwoFilesTheOneWithAsManyRowsAsTheDatabaseIsRead() throws IOException {
    put("vectors.bin", SrvdbWriter.header(1, 3, 0), SrvdbWriter.floats(1, 2, 3));
    put("sq8_vectors.bin", SrvdbWriter.header(1, 1, 1), new byte[] {-1});
    byte[] one = SrvdbWriter.longs(1);
    put("scalar_quantizer.bin", one, SrvdbWriter.floats(0), one, SrvdbWriter.floats(8), one);
    RedbWriter redb = new RedbWriter(3, 0).numbersToTexts("metadata", Map.of(0L, id("a")));
    put("metadata.db", redb.textsToNumbers("state", Map.of("committed_count", 1L)).file(4));
    try (SrvdbRows rows = open()) {
      assertThat(text(all(rows))).containsExactly("a:8.0");
    }
    put(
        "metadata.db",
        new RedbWriter(3, 0).numbersToTexts("metadata", Map.of(0L, id("a"))).file(4));
    assertThatThrownBy(this::open)
        .isInstanceOf(MalformedFileException.class)
        .hasMessageContaining("vectors.bin has 3 rows, sq8_vectors.bin has 1 rows");
  }

  @ParameterizedTest
  @CsvSource({
    "0, 7, header at byte 0",
    "4, 5, header at byte 4: version: expected 4",
    "6, 0, header at byte 6: dimension",
    "15, 128, header at byte 8: rows",
    "16, 4, header at byte 16: expected coding 0",
    "20, 1, header at byte 20: expected 0",
  })
  void aHeaderThatIsNotKnownIsRefusedWithItsPlace(int at, int value, String message)
      throws IOException {
    byte[] header = SrvdbWriter.header(1, 1, 0);
    header[at] = (byte) value;
    put("vectors.bin", header, SrvdbWriter.floats(1));
    database(id("a"));
    assertThatThrownBy(this::open)
        .isInstanceOf(MalformedFileException.class)
        .hasMessageStartingWith("vectors.bin: " + message);
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0, header at byte 0",
    "9, 8, header at byte 9: flags",
    "13, 3, header at byte 12: page size",
    "64, 1, commit slot at byte 64: format version: expected 2 or 3",
    "64, 4, commit slot at byte 64: format version: expected 2 or 3",
    "168, 5, commit slot at byte 64: transaction 5 is older",
    "72, 99, page 63 at byte",
  })
  void aDatabaseThatIsNotKnownIsRefusedWithItsPlace(int at, int value, String message)
      throws IOException {
    put("vectors.bin", SrvdbWriter.header(1, 1, 0), SrvdbWriter.floats(1));
    byte[] file = new RedbWriter(3, 0).numbersToTexts("metadata", Map.of(0L, id("a"))).file(0);
    file[at] = (byte) value;
    put("metadata.db", file);
    assertThatThrownBy(this::open)
        .isInstanceOf(MalformedFileException.class)
        .hasMessageStartingWith("metadata.db: " + message);
  }

  @Test
  void aTableOfOtherTypesIsRefused() throws IOException {
    put("vectors.bin", SrvdbWriter.header(1, 1, 0), SrvdbWriter.floats(1));
    put("metadata.db", new RedbWriter(3, 0).textsToNumbers("metadata", Map.of("a", 1L)).file(0));
    assertThatThrownBy(this::open)
        .hasMessageContaining("table metadata")
        .hasMessageContaining("expected u64 → &str, got &str → u64");
  }

  @Test
  void keysThatDoNotAscendAreRefused() throws IOException {
    put("vectors.bin", SrvdbWriter.header(1, 3, 0), SrvdbWriter.floats(1, 2, 3));
    byte[] json = id("a").getBytes(StandardCharsets.UTF_8);
    List<byte[][]> wrong =
        List.of(
            new byte[][] {RedbWriter.number(1), json}, new byte[][] {RedbWriter.number(1), json});
    RedbWriter redb = new RedbWriter(3, 0);
    put("metadata.db", redb.table("metadata", "\u0001u64", "\u0001&str", 8, -1, wrong).file(0));
    try (SrvdbRows rows = open()) {
      assertThatThrownBy(() -> all(rows))
          .isInstanceOf(MalformedFileException.class)
          .hasMessageContaining("its keys do not ascend");
    }
  }

  /** Whatever one byte of the database becomes: rows as they were, or a refusal that says where. */
  @Test
  void noChangedByteOfTheDatabaseIsACrashOrAWalkWithoutEnd() throws IOException {
    FaultyDisk disk = MemoryFiles.disk(folder);
    byte[] vectors = SrvdbWriter.floats(1, 1, 1, 1, 1, 1, 1, 1, 1, 1);
    byte[] header = SrvdbWriter.header(1, 10, 0);
    MemoryFiles.write(disk, folder.resolve("vectors.bin"), SrvdbWriter.joined(header, vectors));
    Map<Long, String> entries = new TreeMap<>();
    for (int i = 0; i < 10; i++) {
      entries.put((long) i, id("row-" + i));
    }
    byte[] file = new RedbWriter(3, 0).numbersToTexts("metadata", entries).file(0);
    int refused = 0;
    for (int at = 0; at < file.length; at++) {
      byte[] changed = file.clone();
      changed[at] ^= (byte) (1 << at % 8);
      MemoryFiles.write(disk, folder.resolve("metadata.db"), changed);
      try (SrvdbRows rows = SrvdbRows.open(disk, folder)) {
        assertThat(all(rows).size() + rows.refused()).isLessThanOrEqualTo(20);
      } catch (MalformedFileException e) {
        assertThat(e).hasMessageStartingWith("metadata.db: ");
        refused++;
      }
    }
    assertThat(refused).isBetween(20, file.length / 2);
  }

  @Test
  void aMissingFileIsNamed() throws IOException {
    assertThatThrownBy(this::open)
        .isInstanceOf(NoSuchFileException.class)
        .hasMessageContaining("metadata.db");
    database(id("a"));
    assertThatThrownBy(this::open)
        .isInstanceOf(NoSuchFileException.class)
        .hasMessageContaining("no vectors.bin, sq8_vectors.bin or quantized_vectors.bin");
    put("sq8_vectors.bin", SrvdbWriter.header(1, 1, 1), new byte[] {1});
    assertThatThrownBy(this::open)
        .isInstanceOf(NoSuchFileException.class)
        .hasMessageContaining("scalar_quantizer.bin");
  }

  private SrvdbRows open() throws IOException {
    return SrvdbRows.open(new OsDisk(), folder);
  }

  private void put(String name, byte[]... parts) throws IOException {
    Files.write(folder.resolve(name), SrvdbWriter.joined(parts));
  }

  private void database(String... entries) throws IOException {
    Map<Long, String> rows = new TreeMap<>();
    for (int i = 0; i < entries.length; i++) {
      rows.put((long) i, entries[i]);
    }
    put("metadata.db", new RedbWriter(2, 130).numbersToTexts("metadata", rows).file(4));
  }

  private static String id(String id) {
    return "{\"__id__\":\"" + id + "\"}";
  }

  private static String missing(int from, int to) {
    return "vectors.bin: rows %d to %d: %d of them have no entry in metadata.db, so nobody knows their ids"
        .formatted(from, to, to - from + 1);
  }

  private static byte[] numbers(boolean isNew, long... values) {
    return isNew ? SrvdbWriter.varints(values) : SrvdbWriter.longs(values);
  }

  private static byte[] book(int spelling, boolean isNew, float[] first, float[] second) {
    byte[] each = spelling == 1 ? new byte[0] : numbers(isNew, first.length);
    return SrvdbWriter.joined(
        numbers(isNew, 2), each, SrvdbWriter.floats(first), each, SrvdbWriter.floats(second));
  }

  private static org.assertj.core.data.Offset<Float> within() {
    return org.assertj.core.data.Offset.offset(1e-6f);
  }
}
