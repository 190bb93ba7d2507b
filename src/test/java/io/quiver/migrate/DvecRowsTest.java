package io.quiver.migrate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quiver.core.Metric;
import io.quiver.disk.OsDisk;
import io.quiver.message.CollectionConfig;
import io.quiver.message.Row;
import io.quiver.testkit.DvecWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code vectors.bin} as d-vecDB wrote it, byte by byte from its layout. */
class DvecRowsTest {
  @TempDir Path folder;

  /**
   * Their log says of the four vectors that test_insert.py writes: "Scanned storage: found 4
   * records, data ends at position 24885".
   */
  @Test
  void theDataOfTheirOwnExampleEndsAtByte24885() throws IOException {
    List<byte[]> records = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      float[] vector = new float[1536];
      Arrays.fill(vector, 0.1f + i);
      records.add(DvecWriter.record(DvecWriter.id(i), vector, json(new int[] {54, 27, 24, 24}[i])));
    }
    byte[] file = DvecWriter.file(records);
    assertThat(file).hasSize(1_048_576);
    try (DvecRows rows = open(1536, Metric.COSINE, file, Set.of())) {
      assertThat(rows.records()).isEqualTo(4);
      assertThat(rows.endOffset()).isEqualTo(24_885);
      List<Row> all = all(rows);
      assertThat(all).extracting(row -> row.metadata().bytes()).containsExactly(54, 27, 24, 24);
      assertThat(all.get(3).vector().get(1535)).isEqualTo(3.1f);
      assertThat(all.get(3).id().value()).isEqualTo("11223344-5566-4788-99aa-bbcc00000003");
    }
  }

  @Test
  void theLastRecordOfAnIdIsItsVectorUnlessItWasDeleted() throws IOException {
    byte[] file =
        DvecWriter.file(
            List.of(
                record(1, 1),
                record(2, 2),
                record(3, 3),
                record(1, 4),
                record(3, 5),
                record(1, 6)));
    try (DvecRows rows = open(2, Metric.EUCLIDEAN, file, Set.of(DvecWriter.id(3)))) {
      assertThat(rows.total()).isEqualTo(2);
      assertThat(text(all(rows))).containsExactly("2:2.0", "1:6.0");
      assertThat(rows.records()).isEqualTo(6);
      assertThat(rows.fraction()).isEqualTo(1);
    }
  }

  /** Releases up to 0.2.3 wrote the payloads one behind the other. */
  @Test
  void theOlderLayoutWithoutLengthsIsRead() throws IOException {
    byte[] file =
        DvecWriter.file(
            List.of(
                DvecWriter.vector(DvecWriter.id(1), new float[] {1, 0}, null),
                DvecWriter.vector(DvecWriter.id(2), new float[] {2, 0}, "{\"a\":1}"),
                DvecWriter.vector(DvecWriter.id(1), new float[] {3, 0}, null)));
    try (DvecRows rows = open(2, Metric.EUCLIDEAN, file, Set.of())) {
      assertThat(text(all(rows))).containsExactly("2:2.0", "1:3.0");
      assertThat(rows.endOffset()).isEqualTo(3 * (33 + 8) + 8 + 7);
    }
  }

  @Test
  void metadataOfTheOlderLayoutThatCannotBeDecodedIsAnErrorWithItsPlace() {
    // A map of one entry: count, then key and value untagged.
    byte[] untagged = DvecWriter.vector(DvecWriter.id(2), new float[] {2, 0}, "k");
    byte[] file =
        DvecWriter.file(
            List.of(DvecWriter.vector(DvecWriter.id(1), new float[] {1, 0}, null), untagged));
    assertThatThrownBy(() -> open(2, Metric.EUCLIDEAN, file, Set.of()))
        .isInstanceOf(MalformedFileException.class)
        .hasMessageContaining("vectors.bin: record 1 at byte 41")
        .hasMessageContaining("before 0.2.6");
  }

  /** The end-of-data rule: a length of 0, or one past the end. */
  @Test
  void dataEndsAtALengthOfZeroOrPastTheEnd() throws IOException {
    byte[] whole = DvecWriter.joined(List.of(record(1, 1), record(2, 2)));
    int one = whole.length / 2;
    for (int length = 0; length <= whole.length; length++) {
      int wanted = length / one;
      try (DvecRows rows = open(2, Metric.EUCLIDEAN, Arrays.copyOf(whole, length), Set.of())) {
        assertThat(rows.records()).as("cut at " + length).isEqualTo(wanted);
        assertThat(rows.endOffset()).isEqualTo((long) wanted * one);
      }
      byte[] zeros = Arrays.copyOf(Arrays.copyOf(whole, length - length % one), 4096);
      try (DvecRows rows = open(2, Metric.EUCLIDEAN, zeros, Set.of())) {
        assertThat(rows.records()).isEqualTo(wanted);
      }
    }
    byte[] farTooLong =
        DvecWriter.joined(List.of(record(1, 1), new byte[] {-1, -1, -1, -1}, new byte[50]));
    try (DvecRows rows = open(2, Metric.EUCLIDEAN, farTooLong, Set.of())) {
      assertThat(rows.records()).isEqualTo(1);
    }
  }

  @Test
  void aRecordThatIsNoVectorOfTheCollectionIsToldAndTheRestIsRead() throws IOException {
    byte[] tooShort = DvecWriter.prefixed(Arrays.copyOf(payload(2, 2), 40));
    byte[] tooLong = DvecWriter.prefixed(Arrays.copyOf(payload(3, 3), 60));
    byte[] otherDimension = DvecWriter.record(DvecWriter.id(4), new float[] {1, 2, 3}, null);
    byte[] notFinite = DvecWriter.record(DvecWriter.id(5), new float[] {1, Float.NaN}, null);
    byte[] zero = DvecWriter.record(DvecWriter.id(6), new float[] {0, 0}, null);
    byte[] noObject = DvecWriter.record(DvecWriter.id(7), new float[] {1, 1}, "[1]");
    byte[] newer = DvecWriter.record(DvecWriter.id(1), new float[] {Float.NaN, 1}, null);
    byte[] huge = DvecWriter.prefixed(new byte[3 << 20]);
    List<byte[]> records =
        List.of(
            record(1, 1),
            tooShort,
            tooLong,
            otherDimension,
            notFinite,
            zero,
            noObject,
            newer,
            huge,
            record(9, 9));
    try (DvecRows rows = open(2, Metric.COSINE, DvecWriter.file(records), Set.of())) {
      assertThat(text(all(rows))).containsExactly("1:1.0", "9:9.0");
      assertThat(rows.refused()).isEqualTo(8);
      long at = record(1, 1).length;
      List<String> problems = rows.problems();
      assertThat(problems).hasSize(8);
      for (int i = 1; i <= 8; i++) {
        assertThat(problems.get(i - 1)).startsWith("vectors.bin: record " + i + " at byte " + at);
        at += records.get(i).length;
      }
      assertThat(problems.get(2)).contains("want=2 got=3");
      assertThat(problems.get(3)).contains("vector[1]");
    }
  }

  @Test
  void aCollectionWithoutAFileIsEmpty() throws IOException {
    CollectionConfig config = CollectionConfig.of("c", 2, Metric.COSINE);
    try (DvecRows rows = DvecRows.open(new OsDisk(), folder, config, Set.of(DvecWriter.id(1)))) {
      assertThat(rows.total()).isZero();
      assertThat(rows.next()).isEmpty();
      assertThat(rows.fraction()).isEqualTo(1);
    }
  }

  /** More ids than the table takes: then all of them come, in their order. */
  @Test
  void theTableOfLastRecordsIsBoundedAndNeverHidesALastOne() {
    LastRecords last = new LastRecords(1_000);
    for (int i = 0; i < 3_000; i++) {
      assertThat(last.put(id(i), i)).isEqualTo(i < 1_000);
    }
    for (int i = 0; i < 1_000; i += 2) {
      assertThat(last.put(id(i), 5_000 + i)).isTrue();
    }
    assertThat(last.count()).isEqualTo(1_000);
    for (int i = 0; i < 3_000; i++) {
      assertThat(last.hasLater(id(i), i)).isEqualTo(i < 1_000 && i % 2 == 0);
      assertThat(last.hasLater(id(i), 5_000 + i)).isFalse();
      assertThat(last.contains(id(i))).isEqualTo(i < 1_000);
    }
  }

  private static UUID id(int i) {
    return new UUID(i % 7, i * 0x1_0000_0001L);
  }

  private DvecRows open(int dimension, Metric metric, byte[] file, Set<UUID> deleted)
      throws IOException {
    Files.write(folder.resolve("vectors.bin"), file);
    return DvecRows.open(
        new OsDisk(), folder, CollectionConfig.of("c", dimension, metric), deleted);
  }

  private static byte[] record(int id, float first) {
    return DvecWriter.prefixed(payload(id, first));
  }

  private static byte[] payload(int id, float first) {
    return DvecWriter.vector(DvecWriter.id(id), new float[] {first, 0}, null);
  }

  private static List<Row> all(DvecRows rows) throws IOException {
    List<Row> all = new ArrayList<>();
    for (Optional<Row> row = rows.next(); row.isPresent(); row = rows.next()) {
      all.add(row.get());
    }
    assertThat(all).hasSize((int) rows.total());
    return all;
  }

  private static List<String> text(List<Row> rows) {
    return rows.stream()
        .map(row -> row.id().value().charAt(35) + ":" + row.vector().get(0))
        .toList();
  }

  /** An object of so many bytes. */
  private static String json(int bytes) {
    return "{\"k\":\"" + "x".repeat(bytes - 8) + "\"}";
  }
}
