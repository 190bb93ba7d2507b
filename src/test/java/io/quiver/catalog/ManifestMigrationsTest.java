package io.quiver.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quiver.collection.Manifest;
import io.quiver.core.Metric;
import io.quiver.core.Owner;
import io.quiver.disk.DamagedFileException;
import io.quiver.message.CollectionConfig;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ManifestMigrationsTest {
  private static final Path FIXTURES =
      Path.of(System.getProperty("basedir", "."), "src/test/resources/fixtures");
  private static final Path FILE = Path.of("/data/c/metadata.json");

  @Test
  void thereIsAStepFromEveryVersionAndAFixtureOfEach() {
    assertThat(ManifestMigrations.STEPS)
        .extracting(ManifestStep::from)
        .isEqualTo(IntStream.range(1, ManifestMigrations.VERSION).boxed().toList());
    for (int version = 1; version <= ManifestMigrations.VERSION; version++) {
      assertThat(fixture(version)).content().contains("\"format_version\" : " + version);
    }
  }

  /** What was said in version 1 is said in today's, and what was not has its default. */
  @Test
  void versionOneIsReadAsWhatItMeant() throws Exception {
    Manifest read = read(Files.readString(fixture(1)));
    Manifest expected =
        new Manifest(
            CollectionConfig.of("colors", 4, Metric.COSINE),
            UUID.fromString("17be6407-95e7-4027-aa62-850af136536e"),
            1_795_236_597_716L,
            1_795_236_598_011L,
            1,
            List.of(new Manifest.ShardCheckpoint("0", 1, 2, 2, 105, 2, 2)));
    assertThat(read).isEqualTo(expected);
    assertThat(read.owner()).isEqualTo(Owner.NONE);
  }

  @Test
  void versionsThatNobodyMadeYetAreRefusedWithBothNumbers() throws Exception {
    String today = Files.readString(fixture(ManifestMigrations.VERSION));
    for (String version : List.of("0", "-1", "3", "999999999999")) {
      assertThatThrownBy(() -> read(resealed(today, "_version\" : 2", "_version\" : " + version)))
          .isInstanceOf(DamagedFileException.class)
          .hasMessageContaining("format_version: want=1 to 2 got=" + version);
    }
  }

  @Test
  void fieldsOfTodayMustBeThereAndHold() throws Exception {
    String today = Files.readString(fixture(ManifestMigrations.VERSION));
    assertThatThrownBy(() -> read(resealed(today, "\"vector_count\" : 2", "\"vector_count\" : 3")))
        .hasMessageContaining("vector_count: want=2 got=3");
    assertThatThrownBy(() -> read(resealed(today, "\"owner\"", "\"patron\"")))
        .hasMessageContaining("owner: expected text");
    assertThatThrownBy(() -> read(resealed(today, "\"owner\" : \"", "\"owner\" : \"\\u0007")))
        .hasMessageContaining("without control characters");
  }

  /** The oldest readers must have found what they looked for where they looked for it. */
  @Test
  void aVersionOneThatSaysItIsTwoIsRefused() throws Exception {
    String old = Files.readString(fixture(1));
    assertThatThrownBy(() -> read(resealed(old, "_version\" : 1", "_version\" : 2")))
        .isInstanceOf(DamagedFileException.class);
  }

  private static Path fixture(int version) {
    return FIXTURES.resolve("v" + version + "/colors/metadata.json");
  }

  private static Manifest read(String text) throws DamagedFileException {
    return ManifestReader.read(FILE, text.getBytes(StandardCharsets.UTF_8));
  }

  /** With another text in it, and the checksum that fits. */
  private static String resealed(String text, String from, String to) {
    assertThat(text).contains(from);
    String changed = text.replace(from, to);
    String body = changed.substring(0, changed.lastIndexOf(ManifestJson.CRC_FIELD));
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    return body + ManifestJson.CRC_FIELD + ManifestJson.crc(bytes, bytes.length) + "\"\n}\n";
  }
}
