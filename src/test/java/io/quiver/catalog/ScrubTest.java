package io.quiver.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quiver.collection.Collection;
import io.quiver.core.CollectionName;
import io.quiver.core.ErrorCode;
import io.quiver.core.QuiverException;
import io.quiver.core.VectorId;
import io.quiver.disk.Disk;
import io.quiver.disk.OsDisk;
import io.quiver.message.GetVectors;
import io.quiver.message.HealthReport.Component;
import io.quiver.message.HealthReport.Status;
import io.quiver.message.ScrubInfo;
import io.quiver.wal.Wal;
import io.quiver.wal.WalOptions;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Files rot while a server runs: within one period it says so, with file and offset. Time passes
 * when the test says so; rot is a byte that the test changes behind the server's back.
 */
class ScrubTest {
  private static final Duration PERIOD = Duration.ofHours(100);
  private static final DatabaseOptions OPTIONS = SampleData.BY_HAND.withScrubPeriod(PERIOD);
  private static final long NOW_MILLIS = 1_700_000_000_000L;

  /** The row of a late write to {@code one}: alive, and known to the last checkpoint. */
  private static final int ROW = SampleData.ROWS + 20;

  @TempDir(factory = RotTest.InMemory.class)
  Path temporary;

  private final AtomicLong nanos = new AtomicLong(-5);

  private Database open(Disk disk, Path folder) throws IOException {
    Surroundings surroundings = new Surroundings(() -> NOW_MILLIS, nanos::get, UUID::randomUUID);
    return Database.open(disk, folder, OPTIONS, surroundings);
  }

  /** Lets a period pass in so many rounds, and a few more: how much is left is an estimate. */
  private void period(Database database, int rounds) {
    for (int round = 0; round < rounds; round++) {
      nanos.addAndGet(PERIOD.toNanos() / rounds);
      database.runMaintenanceRound();
    }
    for (int round = 0; round < 3; round++) {
      database.runMaintenanceRound();
    }
  }

  private static void flip(Path file, long at) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    bytes[(int) at] ^= 16;
    Files.write(file, bytes);
  }

  private static Component component(Database database, String name) {
    return database.health().stream()
        .filter(each -> each.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private static int found(Database database, String collection) {
    GetVectors get =
        new GetVectors(new CollectionName(collection), List.of(new VectorId("id-1")), true, true);
    return SampleData.find(database, collection).get(get).rows().size();
  }

  @ParameterizedTest(name = "{0}, open: {2}")
  @CsvSource({
    "vectors.bin, 4096, true",
    "vectors.bin, 4096, false",
    "ordinals.bin, 64, true",
    "ordinals.bin, 64, false",
    "payload.bin, 0, true",
    "payload.bin, 0, false",
    "ids.bin, 64, true",
    "ids.bin, 64, false",
    "metadata.json, 0, true",
    "metadata.json, 0, false",
  })
  void rotAfterTheOpenSetsTheCollectionAsideWithinOnePeriod(
      String name, long firstAt, boolean isOpen) throws Exception {
    Path folder = temporary.resolve("data");
    SampleData.write(folder, 21, true);
    Path file = folder.resolve("one").resolve(name.endsWith("json") ? name : "0/" + name);
    long offset =
        switch (name) {
          case "vectors.bin" -> firstAt + ROW * 128L;
          case "ordinals.bin" -> firstAt + ROW * 24L;
          case "payload.bin" -> payloadAt(folder.resolve("one/0/ordinals.bin"));
          default -> firstAt;
        };
    try (Database database = open(new OsDisk(), folder)) {
      if (isOpen) {
        assertThat(found(database, "one")).isEqualTo(1);
        database.runMaintenance();
      }
      period(database, 3);
      assertThat(database.scrub().passes()).isEqualTo(1);
      assertThat(database.scrub().damaged()).isZero();
      assertThat(component(database, "vectorstore").status()).isEqualTo(Status.HEALTHY);

      flip(file, offset + 3);
      period(database, 3);

      Collection one = SampleData.find(database, "one");
      QuiverException fault = one.fault().orElseThrow();
      assertThat(fault.code()).isEqualTo(ErrorCode.COLLECTION_DAMAGED);
      String place = file + " is damaged at offset " + (name.endsWith("json") ? "" : offset + ": ");
      assertThat(fault).hasMessageContainingAll(place, "expected ", "found ");
      assertThat(component(database, "vectorstore").message()).contains(fault.getMessage());
      assertThatThrownBy(() -> found(database, "one")).hasMessage(fault.getMessage());
      assertThat(database.scrub().damaged()).isEqualTo(1);
      assertThat(database.scrub().passes()).as("went on with the others").isEqualTo(2);
      assertThat(found(database, "two")).isEqualTo(1);
    }
  }

  /** Where the record of {@link #ROW} begins in payload.bin, as docs/formats/rows.md says. */
  private static long payloadAt(Path ordinals) throws IOException {
    return ByteBuffer.wrap(Files.readAllBytes(ordinals))
        .order(ByteOrder.LITTLE_ENDIAN)
        .getLong(64 + ROW * 24);
  }

  @ParameterizedTest(name = "open: {0}")
  @ValueSource(booleans = {true, false})
  void aGraphThatRotsIsBuiltAnewAndItsFileReplaced(boolean isOpen) throws Exception {
    Path folder = temporary.resolve("data");
    SampleData.write(folder, 22, true);
    try (Database database = open(new OsDisk(), folder)) {
      found(database, "one");
      database.runMaintenance(); // All rows are in the graph, and the graph in its file.
    }
    Path index = folder.resolve("one/0/index.bin");
    try (Database database = open(new OsDisk(), folder)) {
      if (isOpen) {
        found(database, "one");
        database.runMaintenance();
      }
      flip(index, 4096 + 77);
      period(database, 3);
      assertThat(database.scrub().damaged()).isEqualTo(1);
      assertThat(SampleData.find(database, "one").fault()).isEmpty();
      database.runMaintenance(); // Builds it,
      database.runMaintenance(); // and writes it, though nothing else changed.
      assertThat(SampleData.find(database, "one").stats().unindexedRows()).isZero();
      Path copy = temporary.resolve("copy");
      SampleData.copy(folder, copy);
      SampleData.Told told = SampleData.Told.of(copy);
      assertThat(told.warnings).isEmpty();
      assertThat(told.faults).isEmpty();
      period(database, 3);
      assertThat(database.scrub().damaged()).as("found once").isEqualTo(1);
    }
  }

  /** A collection that is set aside keeps all of the log. */
  @Test
  void aLogThatRotsIsToldForAsLongAsTheFileIsThere() throws Exception {
    Path folder = temporary.resolve("data");
    SampleData.write(folder, 23, false);
    List<Path> segments = SampleData.files(folder.resolve("wal"));
    flip(folder.resolve("two/metadata.json"), 9);
    try (Database database = open(new OsDisk(), folder)) {
      period(database, 4);
      assertThat(database.scrub().passes()).isEqualTo(1);
      assertThat(component(database, "scrub").status()).isEqualTo(Status.HEALTHY);
      assertThat(segments).hasSizeGreaterThan(3).allMatch(Files::exists);

      flip(segments.get(1), 64 + 40);
      flip(segments.getLast(), 64 + 40);
      period(database, 4);
      assertThat(database.scrub().damaged()).isEqualTo(2);
      Component scrub = component(database, "scrub");
      assertThat(scrub.status()).isEqualTo(Status.DEGRADED);
      for (Path file : List.of(segments.get(1), segments.getLast())) {
        assertThat(scrub.message())
            .containsPattern(file + " is damaged at offset 64: expected .*, found ");
      }
      assertThat(found(database, "one")).isEqualTo(1);

      Files.delete(segments.get(1));
      assertThat(component(database, "scrub").message()).doesNotContain(segments.get(1).toString());
      flip(segments.getLast(), 64 + 40); // Mended.
    }
  }

  @Test
  void damageOfTheLogAsksForCheckpointsOnce() throws Exception {
    Path folder = temporary.resolve("data");
    SampleData.write(folder, 23, false);
    Disk disk = new OsDisk();
    Path log = folder.resolve("wal");
    try (Wal wal = Wal.open(disk, log, WalOptions.DEFAULT)) {
      Surroundings surroundings = new Surroundings(() -> NOW_MILLIS, nanos::get, UUID::randomUUID);
      Scrubber scrubber = new Scrubber(disk, folder, wal, Map.of(), surroundings, PERIOD);
      nanos.addAndGet(PERIOD.toNanos());
      scrubber.step();
      assertThat(scrubber.info().passes()).isEqualTo(1);
      assertThat(scrubber.wantsCheckpoints()).isFalse();
      flip(SampleData.files(log).get(1), 64 + 40);
      nanos.addAndGet(PERIOD.toNanos());
      scrubber.step();
      assertThat(scrubber.info().damaged()).isEqualTo(1);
      assertThat(scrubber.wantsCheckpoints()).isTrue();
      assertThat(scrubber.wantsCheckpoints()).isFalse();
    }
  }

  @Test
  void rotInADeadRowHarmsNobody() throws Exception {
    Path folder = temporary.resolve("data");
    SampleData.write(folder, 24, true);
    flip(folder.resolve("one/0/vectors.bin"), 4096 + 7); // Row 0 held id-0, which was deleted.
    try (Database database = open(new OsDisk(), folder)) {
      period(database, 3);
      ScrubInfo scrub = database.scrub();
      assertThat(scrub.passes()).isEqualTo(1);
      assertThat(scrub.damaged() + scrub.unread()).isZero();
      assertThat(found(database, "one")).isEqualTo(1);
    }
  }

  @Test
  void whatNobodyUsesIsReadWithoutBeingOpened() throws Exception {
    Path folder = temporary.resolve("data");
    SampleData.write(folder, 25, true);
    long bytes = 0;
    for (Path file : SampleData.files(folder)) {
      bytes += Files.size(file);
    }
    try (Database database = open(new OsDisk(), folder)) {
      assertThat(component(database, "scrub").message()).contains("no pass ended yet");
      period(database, 1);
      for (String name : SampleData.NAMES) {
        assertThat(SampleData.find(database, name).isOpen()).as(name).isFalse();
      }
      assertThat(database.scrub().passes()).isEqualTo(1);
      assertThat(database.scrub().lastEndMillis()).isEqualTo(NOW_MILLIS);
      // Files grow in chunks; what lies behind the rows does not count.
      assertThat(database.scrub().bytes()).isBetween(40_000L, bytes);
      assertThat(component(database, "scrub").message())
          .contains("the last pass ended 2023-11-14T22:13:20Z");
    }
  }

  @Test
  void nothingIsReadBeforeItIsDueNorWhenItIsOff() throws Exception {
    Path folder = temporary.resolve("data");
    SampleData.write(folder, 26, true);
    try (Database database = open(new OsDisk(), folder)) {
      nanos.addAndGet(PERIOD.toNanos() / 2);
      database.runMaintenanceRound();
      assertThat(database.scrub()).isEqualTo(ScrubInfo.NONE);
      period(database, 1);
      assertThat(database.scrub().passes()).isEqualTo(1);
    }
    DatabaseOptions off = OPTIONS.withScrubPeriod(Duration.ZERO);
    Surroundings surroundings = new Surroundings(() -> NOW_MILLIS, nanos::get, UUID::randomUUID);
    try (Database database = Database.open(new OsDisk(), folder, off, surroundings)) {
      period(database, 3);
      assertThat(database.scrub()).isEqualTo(ScrubInfo.NONE);
      assertThat(component(database, "scrub").message()).isEqualTo("off");
    }
  }
}
