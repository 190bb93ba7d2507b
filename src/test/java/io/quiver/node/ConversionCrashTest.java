package io.quiver.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.quiver.catalog.Database;
import io.quiver.catalog.DatabaseOptions;
import io.quiver.catalog.Surroundings;
import io.quiver.collection.Collection;
import io.quiver.core.CollectionName;
import io.quiver.core.Deadline;
import io.quiver.core.DenseVector;
import io.quiver.core.VectorId;
import io.quiver.disk.Disk;
import io.quiver.disk.DiskFile;
import io.quiver.message.GetVectors;
import io.quiver.message.Hit;
import io.quiver.message.Row;
import io.quiver.message.SearchVectors;
import io.quiver.migrate.DvecIntake;
import io.quiver.migrate.DvecLog;
import io.quiver.testkit.DvecWriter;
import io.quiver.testkit.FaultyDisk;
import io.quiver.testkit.SimulatedCrash;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The power goes, or the process is killed, at every I/O call between finding a directory of
 * d-vecDB and serving it. The next start must end with exactly the vectors that the directory has,
 * and with its bytes as they were.
 */
class ConversionCrashTest {
  private static final Path ROOT = Path.of("/data");
  private static final DatabaseOptions BY_HAND = new DatabaseOptions(1 << 20, 1 << 20, 0);
  private static final int ROWS = 12;
  private static final AtomicLong UUIDS = new AtomicLong();

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aCrashAtAnyCallLosesNothingAndDoublesNothing(boolean isKill) throws Exception {
    long calls = play(Long.MAX_VALUE, isKill);
    assertThat(calls).isGreaterThan(30);
    for (long call = 1; call <= calls; call++) {
      try {
        play(call, isKill);
      } catch (AssertionError | Exception e) {
        throw new AssertionError("call=%d kill=%s".formatted(call, isKill), e);
      }
    }
  }

  @Test
  void oneThatIsDoneIsNotDoneAgain() throws Exception {
    FaultyDisk disk = arrived(1);
    Database database = start(disk);
    Collection films = database.find(new CollectionName("films")).orElseThrow();
    assertThat(DvecIntake.run(disk, ROOT, () -> 0).pending()).isEmpty();
    assertThat(films.stats().vectorCount()).isEqualTo(ROWS - 1);
    database.halt();
  }

  private static long play(long crashAt, boolean isKill) throws Exception {
    FaultyDisk disk = arrived(crashAt);
    Map<String, String> files = files(disk);
    long before = disk.calls();
    if (crashAt < Long.MAX_VALUE) {
      disk.crashAt(before + crashAt);
    }
    try {
      start(disk).close();
    } catch (SimulatedCrash crash) {
      assertThat(crashAt).isLessThan(Long.MAX_VALUE);
    }
    long calls = disk.calls() - before;
    for (int seed = 0; seed < (isKill ? 1 : 2); seed++) {
      FaultyDisk after = isKill ? disk.afterKill(seed) : disk.afterCrash(seed);
      Database database = start(after);
      verify(database);
      database.close();
      assertThat(moved(after)).isEqualTo(files);
      assertThat(DvecIntake.run(after, ROOT, () -> 0).pending()).isEmpty();
    }
    return calls;
  }

  /** What a node does, without its threads. */
  private static Database start(Disk disk) throws Exception {
    DvecIntake.Found found = DvecIntake.run(disk, ROOT, () -> 1_790_000_000_000L);
    assertThat(found.faults()).isEmpty();
    Database database =
        Database.open(
            disk,
            ROOT,
            BY_HAND,
            new Surroundings(() -> 1_790_000_000_000L, () -> new UUID(UUIDS.incrementAndGet(), 1)));
    for (DvecIntake.Pending each : found.pending()) {
      DvecLog log = each.log().isPresent() ? DvecLog.read(disk, each.log().get()) : DvecLog.NONE;
      Optional<Collection> made =
          new Conversion(
                  database,
                  disk,
                  each.config(),
                  each.source(),
                  log,
                  (collection, command) -> {
                    long lsn = database.append(collection, command);
                    database.sync(true);
                    return lsn;
                  },
                  Conversion.Patience.NONE)
              .run(() -> false, outcome -> each.settle(disk, outcome));
      assertThat(made).isPresent();
    }
    return database;
  }

  private static void verify(Database database) {
    assertThat(database.collections())
        .extracting(each -> each.name().value())
        .containsExactly("films", "users");
    CollectionName name = new CollectionName("films");
    Collection films = database.find(name).orElseThrow();
    assertThat(films.stats().vectorCount()).isEqualTo(ROWS - 1);
    List<VectorId> ids = new ArrayList<>();
    for (int i = 0; i < ROWS; i++) {
      ids.add(new VectorId(DvecWriter.id(i).toString()));
    }
    List<Row> rows = films.get(new GetVectors(name, ids, true, true)).rows();
    assertThat(rows).hasSize(ROWS - 1);
    for (Row row : rows) {
      int i = ids.indexOf(row.id());
      assertThat(i).isNotEqualTo(7);
      assertThat(row.vector()).isEqualTo(DenseVector.of(i, i < 8 ? -1 : 1));
      assertThat(row.metadata().json()).isEqualTo(i < 8 ? "{\"again\":" + i + "}" : "");
    }
    List<Hit> hits =
        films.search(0, SearchVectors.of(name, DenseVector.of(0, 0), 100), Deadline.NEVER).hits();
    assertThat(hits).hasSize(ROWS - 1).extracting(Hit::id).doesNotHaveDuplicates();
  }

  /** 12 vectors of which the first eight came twice; the log deletes one that came twice. */
  private static FaultyDisk arrived(long seed) throws IOException {
    FaultyDisk disk = new FaultyDisk(seed);
    List<byte[]> records = new ArrayList<>();
    for (int i = 0; i < ROWS; i++) {
      records.add(DvecWriter.record(DvecWriter.id(i), new float[] {i, 1}, null));
    }
    for (int i = 0; i < 8; i++) {
      records.add(
          DvecWriter.record(DvecWriter.id(i), new float[] {i, -1}, "{\"again\":" + i + "}"));
    }
    write(
        disk,
        "films/vectors.bin",
        DvecWriter.joined(List.of(DvecWriter.joined(records), new byte[64])));
    write(disk, "films/metadata.json", text(DvecWriter.metadata("films", 2, "Euclidean")));
    write(disk, "users/metadata.json", text(DvecWriter.metadata("users", 3, "Cosine")));
    write(disk, "wal", DvecWriter.entry(DvecWriter.opDelete("films", DvecWriter.id(7))));
    return disk;
  }

  private static byte[] text(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static void write(FaultyDisk disk, String name, byte[] bytes) throws IOException {
    Path path = ROOT.resolve(name);
    disk.createDirectories(path.getParent());
    try (DiskFile file = disk.open(path)) {
      file.write(0, MemorySegment.ofArray(bytes));
      file.force();
    }
    disk.syncDirectory(path.getParent());
    disk.syncDirectory(ROOT);
    disk.syncDirectory(Path.of("/"));
  }

  private static Map<String, String> files(Disk disk) throws IOException {
    Map<String, String> files = new HashMap<>();
    for (String name :
        List.of("films/vectors.bin", "films/metadata.json", "users/metadata.json", "wal")) {
      files.put(name, content(disk, ROOT.resolve(name)));
    }
    return files;
  }

  private static Map<String, String> moved(Disk disk) throws IOException {
    Path imported = ROOT.resolve(".imported");
    assertThat(disk.list(imported)).hasSize(1);
    Path time = imported.resolve(disk.list(imported).getFirst());
    Map<String, String> files = new HashMap<>();
    for (String name :
        List.of("films/vectors.bin", "films/metadata.json", "users/metadata.json", "wal")) {
      files.put(name, content(disk, time.resolve(name)));
    }
    return files;
  }

  private static String content(Disk disk, Path path) throws IOException {
    return new String(disk.readAll(path), StandardCharsets.ISO_8859_1);
  }
}
