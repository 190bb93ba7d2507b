package io.quiver.migrate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quiver.catalog.Database;
import io.quiver.catalog.DatabaseOptions;
import io.quiver.core.Metric;
import io.quiver.core.Quantization;
import io.quiver.disk.OsDisk;
import io.quiver.message.CollectionConfig;
import io.quiver.testkit.DvecWriter;
import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What of a data directory is d-vecDB's, and what is left alone. */
class DvecIntakeTest {
  private static final long NOON = 1_790_000_000_000L; // 2026-09-21 14:13:20 UTC

  @TempDir Path data;

  @Test
  void collectionsAndLogAreMovedBesideAndListedWithTheirConfiguration() throws IOException {
    films("films");
    Files.write(data.resolve("wal"), new byte[] {1, 2});
    DvecIntake.Found found = run();
    assertThat(found.faults()).isEmpty();
    Path time = data.resolve(".imported").resolve("20260921T141320Z");
    DvecIntake.Pending pending = found.pending().getFirst();
    assertThat(pending.folder()).isEqualTo(time.resolve("films"));
    assertThat(pending.log()).hasValue(time.resolve("wal"));
    assertThat(pending.config().metric()).isEqualTo(Metric.MANHATTAN);
    assertThat(pending.config().index().efSearch()).isEqualTo(70);
    assertThat(data.resolve("films")).doesNotExist();
    assertThat(data.resolve("wal")).doesNotExist();
    assertThat(run().pending()).isEqualTo(found.pending());
    pending.settle(new OsDisk(), "done");
    assertThat(run().pending()).isEmpty();
    films("films"); // One more, later, in the same second.
    assertThat(run().pending().getFirst().folder())
        .isEqualTo(time.resolveSibling("20260921T141320Z-2").resolve("films"));
  }

  @Test
  void oursIsNeverTakenForTheirsNotEvenDamaged() throws IOException {
    try (Database database = Database.open(new OsDisk(), data, DatabaseOptions.DEFAULT)) {
      database.create(CollectionConfig.of("fresh", 2, Metric.COSINE));
      database.create(CollectionConfig.of("damaged", 2, Metric.COSINE));
    }
    Path manifest = data.resolve("damaged").resolve("metadata.json");
    byte[] bytes = Files.readAllBytes(manifest);
    for (int i = 0; i < bytes.length; i++) {
      byte[] rotten = bytes.clone();
      rotten[i] ^= 0x10;
      Files.write(manifest, rotten);
      assertThat(run().pending()).as("bit of byte " + i).isEmpty();
      assertThat(run().faults()).isEmpty();
    }
    Files.write(manifest, new byte[0]);
    Files.createDirectories(data.resolve("damaged").resolve("0.3"));
    assertThat(run().faults()).isEmpty();
    assertThat(data.resolve(".imported")).doesNotExist();
    assertThat(data.resolve("damaged")).exists();
  }

  @Test
  void brokenMetadataIsToldAndLeftWhileTheOthersComeAndCanBeMended() throws IOException {
    films("films");
    Map<String, String> broken = new TreeMap<>();
    broken.put("b1", "invalid json");
    broken.put("b2", "");
    broken.put("b3", "[]");
    broken.put("b4", "{\"name\":\"b4\",\"dimension\":2}");
    broken.put("b5", DvecWriter.metadata("b5", 0, "Cosine"));
    broken.put("b6", DvecWriter.metadata("b6", 2, "Hamming"));
    broken.put("b7", DvecWriter.metadata("../b7", 2, "Cosine"));
    broken.put("b8", DvecWriter.metadata("films", 2, "Cosine"));
    broken.put("b9", DvecWriter.metadata("b9", 2, "Cosine") + "x");
    for (Map.Entry<String, String> each : broken.entrySet()) {
      DvecWriter.collection(data.resolve(each.getKey()), each.getValue(), List.of());
    }
    DvecIntake.Found found = run();
    assertThat(found.pending()).hasSize(1);
    assertThat(found.faults())
        .extracting(DvecIntake.Fault::folder)
        .containsExactlyElementsOf(broken.keySet());
    assertThat(found.faults().get(0).reason()).startsWith("metadata.json: JSON at byte 0:");
    assertThat(found.faults().get(3).reason()).contains("distance_metric: expected text");
    assertThat(found.faults().get(7).reason()).contains("films is there already");
    assertThat(run().faults()).isEqualTo(found.faults());
    try (Stream<Path> times = Files.list(data.resolve(".imported"))) {
      assertThat(times).as("a start that moves nothing leaves nothing").hasSize(1);
    }
    Files.writeString(
        data.resolve("b1").resolve("metadata.json"), DvecWriter.metadata("b1", 2, "Cosine"));
    assertThat(run().pending())
        .extracting(each -> each.config().name().value())
        .containsExactly("films", "b1");
  }

  @Test
  void vectorsWithoutMetadataAreLeftUntilSomebodyWritesIt() throws IOException {
    films("films");
    Files.delete(data.resolve("films").resolve("metadata.json"));
    assertThat(run()).isEqualTo(new DvecIntake.Found(List.of(), List.of()));
    assertThat(data.resolve("films").resolve("vectors.bin")).exists();
    // As their guide says, with less than they write themselves.
    Files.writeString(
        data.resolve("films").resolve("metadata.json"),
        "{\"name\": \"films\", \"dimension\": 2, \"distance_metric\": \"Cosine\"}");
    CollectionConfig config = run().pending().getFirst().config();
    assertThat(config).isEqualTo(CollectionConfig.of("films", 2, Metric.COSINE));
  }

  @Test
  void quantizationIsTakenOverWhereThereAreSuchCodes() throws IOException {
    Map<String, Quantization> words = new TreeMap<>();
    words.put("{\"type\":\"none\"}", new Quantization.None());
    words.put("{\"type\":\"binary\",\"always_ram\":true}", new Quantization.Binary());
    words.put(
        "{\"type\":\"scalar\",\"quantization_type\":\"int8\",\"always_ram\":true}",
        new Quantization.Scalar());
    words.put(
        "{\"type\":\"product\",\"num_segments\":2,\"num_centroids\":16,\"compression\":true}",
        new Quantization.Product(2, 16));
    words.put("{\"type\":\"product\",\"num_segments\":9}", new Quantization.Auto());
    words.put("null", new Quantization.Auto());
    for (Map.Entry<String, Quantization> each : words.entrySet()) {
      String metadata =
          DvecWriter.metadata("films", 4, "Cosine").replaceFirst("\\}$", "")
              + ", \"quantization\": "
              + each.getKey()
              + "}";
      CollectionConfig config =
          DvecMetadata.parse(
              data.resolve("metadata.json"), metadata.getBytes(StandardCharsets.UTF_8));
      assertThat(config.quantization()).as(each.getKey()).isEqualTo(each.getValue());
      assertThat(DvecMetadata.parse(data, DvecMetadata.write(config))).isEqualTo(config);
    }
  }

  /** Quiver has folders of the same names, and empties them. */
  @Test
  void whatTheyKeptOfDeletedCollectionsIsMovedOutOfOurWay() throws IOException {
    for (String kept : List.of(".deleted", ".backups", "snapshots")) {
      films(kept + "/films_20251030_101112");
    }
    films("wal-of-another"); // A name that begins like ours is a name like any other.
    DvecIntake.Found found = run();
    assertThat(found.pending()).hasSize(1);
    Path time = data.resolve(".imported").resolve("20260921T141320Z");
    for (String kept : List.of(".deleted", ".backups", "snapshots")) {
      assertThat(time.resolve(kept).resolve("films_20251030_101112").resolve("vectors.bin"))
          .exists();
    }
    Database.open(new OsDisk(), data, DatabaseOptions.DEFAULT).close();
    assertThat(run().pending()).hasSize(1);
  }

  /** What of ours may lie in folders that are shared, with or without its manifest. */
  @Test
  void filesOfOursInThoseFoldersStay() throws IOException {
    for (String kept : List.of(".deleted/a_1", ".backups/b_2", "snapshots/c")) {
      Path folder = Files.createDirectories(data.resolve(kept));
      Files.write(
          folder.resolve("vectors.bin"), new byte[] {'Q', 'V', 'R', 1, 0, 0, 0, 1, 1, 1, 1, 1});
      Files.write(folder.resolve("index.bin"), new byte[64]);
    }
    assertThat(run()).isEqualTo(new DvecIntake.Found(List.of(), List.of()));
    assertThat(data.resolve(".imported")).doesNotExist();
  }

  @Test
  void aLogThatWasMovedIntoOurLogsFolderIsFoundThere() throws IOException {
    Database.open(new OsDisk(), data, DatabaseOptions.DEFAULT).close();
    films("films");
    Files.write(data.resolve("wal").resolve("wal"), new byte[] {1});
    assertThat(run().pending().getFirst().log()).isPresent();
    assertThat(data.resolve("wal").resolve("wal")).doesNotExist();
    assertThat(data.resolve("wal")).isDirectory();
  }

  @Test
  void aDirectoryThatIsInUseIsNotTouched() throws IOException {
    films("films");
    try (Closeable held = new OsDisk().lock(data.resolve("LOCK"))) {
      assertThatThrownBy(this::run).isInstanceOf(IOException.class).hasMessageContaining("in use");
      assertThat(held).isNotNull();
    }
    assertThat(data.resolve("films")).exists();
  }

  private DvecIntake.Found run() throws IOException {
    return DvecIntake.run(new OsDisk(), data, () -> NOON);
  }

  private void films(String folder) throws IOException {
    String name = Path.of(folder).getFileName().toString();
    DvecWriter.collection(
        data.resolve(folder),
        DvecWriter.metadata(name, 2, "Manhattan"),
        List.of(DvecWriter.record(DvecWriter.id(1), new float[] {1, 2}, null)));
  }
}
