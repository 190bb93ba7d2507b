package io.quiver.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;
import static org.assertj.core.api.Assertions.within;

import io.quiver.collection.Collection;
import io.quiver.core.CollectionName;
import io.quiver.core.Deadline;
import io.quiver.core.DenseVector;
import io.quiver.core.ErrorCode;
import io.quiver.core.QuiverException;
import io.quiver.core.VectorId;
import io.quiver.disk.OsDisk;
import io.quiver.message.GetVectors;
import io.quiver.message.HealthReport;
import io.quiver.message.Hit;
import io.quiver.message.Row;
import io.quiver.message.SearchVectors;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.AnnotatedElementContext;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.io.TempDirFactory;

/**
 * Files rot: a server that starts on them answers right or says which collection it set aside and
 * why; the others are served.
 */
class RotTest {
  private static final int FAULTS = 300;

  @TempDir(factory = InMemory.class)
  Path temporary;

  /** Hundreds of starts and stops wait for few syncs in memory, where there is such a folder. */
  static final class InMemory implements TempDirFactory {
    private static final Path MEMORY = Path.of("/dev/shm");

    @Override
    public Path createTempDirectory(AnnotatedElementContext element, ExtensionContext context)
        throws IOException {
      return Files.isWritable(MEMORY)
          ? Files.createTempDirectory(MEMORY, "quiver")
          : Files.createTempDirectory("quiver");
    }
  }

  enum Kind {
    FLIP,
    ZERO_PAGE,
    TRUNCATE,
    DELETE
  }

  @Test
  void randomRotGivesRightAnswersOrSetsExactlyOneCollectionAside() throws Exception {
    Path killed = temporary.resolve("killed");
    Path stopped = temporary.resolve("stopped");
    SampleData afterKill = SampleData.write(killed, 3, false);
    SampleData afterStop = SampleData.write(stopped, 4, true);
    Map<String, Integer> outcomes = new HashMap<>();
    for (int seed = 0; seed < FAULTS; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      boolean isKilled = random.nextBoolean();
      Path copy = temporary.resolve("copy-" + seed);
      SampleData.copy(isKilled ? killed : stopped, copy);
      List<Path> files = SampleData.files(copy);
      Path file = files.get(random.nextInt(files.size()));
      Kind kind = Kind.values()[random.nextInt(Kind.values().length)];
      long at = rot(file, kind, random);
      String what = "seed=%d %s of %s at %d".formatted(seed, kind, copy.relativize(file), at);
      try {
        String outcome = verify(copy, file, isKilled ? afterKill : afterStop, what);
        outcomes.merge(outcome, 1, Integer::sum);
      } catch (RuntimeException | AssertionError e) {
        throw new AssertionError(what, e);
      }
      SampleData.delete(copy);
    }
    assertThat(outcomes).containsKeys("right", "aside");
    assertThat(outcomes.get("right")).isGreaterThan(FAULTS / 4);
    assertThat(outcomes.get("aside")).isGreaterThan(FAULTS / 5);
  }

  static long rot(Path file, Kind kind, SplittableRandom random) throws IOException {
    long size = Files.size(file);
    long at = random.nextLong(size);
    try (RandomAccessFile open = new RandomAccessFile(file.toFile(), "rw")) {
      switch (kind) {
        case FLIP -> {
          open.seek(at);
          int old = open.read();
          open.seek(at);
          open.write(old ^ (1 << random.nextInt(8)));
        }
        case ZERO_PAGE -> {
          at = at / 4096 * 4096;
          open.seek(at);
          open.write(new byte[(int) Math.min(4096, size - at)]);
        }
        case TRUNCATE -> open.setLength(at);
        case DELETE -> {
          at = 0;
          Files.delete(file);
        }
      }
    }
    return at;
  }

  /** What came of it: {@code right} or {@code aside}. */
  static String verify(Path folder, Path file, SampleData data, String what) throws IOException {
    boolean isLog = file.getParent().endsWith("wal");
    try (Database database = Database.open(new OsDisk(), folder, SampleData.BY_HAND)) {
      int aside = 0;
      for (String name : SampleData.NAMES) {
        boolean isRotten = file.startsWith(folder.resolve(name));
        Optional<String> fault = use(database, name, data, isLog, false);
        if (fault.isPresent()) {
          assertThat(isRotten || isLog).as("%s %s: %s", what, name, fault).isTrue();
          assertThat(fault.get())
              .contains(isLog ? String.valueOf(file.getParent()) : file.toString())
              .contains("is damaged at offset ", "expected ", "found ");
          assertThat(health(database)).contains(fault.get());
          aside++;
        }
      }
      database.runMaintenance(); // Reads what no answer needed.
      for (String name : SampleData.NAMES) {
        Optional<String> fault = use(database, name, data, isLog, true);
        assertThat(fault.isEmpty() || isLog || file.startsWith(folder.resolve(name)))
            .as(name)
            .isTrue();
        aside += fault.isPresent() && aside == 0 ? 1 : 0;
      }
      return aside == 0 ? "right" : "aside";
    }
  }

  /** The fault, if the collection is set aside; else every answer is the right one. */
  private static Optional<String> use(
      Database database, String name, SampleData data, boolean isLog, boolean isRead) {
    Optional<Collection> collection = database.find(new CollectionName(name));
    if (collection.isEmpty()) {
      return Optional.of(health(database));
    }
    Map<String, Row> last = data.last.get(name);
    Map<String, Row> before = data.checkpointed.get(name);
    try {
      if (!isLog) {
        searchesAreRight(collection.get(), last, isRead);
      }
      for (int i = 0; i < SampleData.ROWS + 30; i++) {
        String id = "id-" + i;
        List<Row> got = get(collection.get(), id);
        Optional<Row> found = got.stream().findFirst();
        boolean isRight = found.equals(Optional.ofNullable(last.get(id)));
        // What a torn tail took was the last: then a row is as it was at the checkpoint.
        boolean isOlder = isLog && found.equals(Optional.ofNullable(before.get(id)));
        assertThat(isRight || isOlder).as("%s/%s: %s", name, id, found).isTrue();
      }
      return Optional.empty();
    } catch (QuiverException e) {
      assertThat(e.code()).isEqualTo(ErrorCode.COLLECTION_DAMAGED);
      return Optional.of(e.getMessage());
    }
  }

  /** Before all was read, a rotten row may be missing from the hits; those there are right. */
  private static void searchesAreRight(
      Collection collection, Map<String, Row> rows, boolean isRead) {
    int seen = 0;
    for (Row row : rows.values()) {
      if (seen++ % 20 != 0) {
        continue;
      }
      SearchVectors search = SearchVectors.of(collection.name(), row.vector(), 5);
      List<Hit> hits = collection.search(0, search, Deadline.NEVER).hits();
      if (isRead) {
        assertThat(hits).hasSize(5);
        assertThat(hits.getFirst().id()).isEqualTo(row.id());
      }
      for (Hit hit : hits) {
        Row wanted = rows.get(hit.id().value());
        assertThat(hit.metadata()).isEqualTo(wanted.metadata());
        assertThat((double) hit.distance())
            .isCloseTo(distance(collection, row.vector(), wanted.vector()), within(1e-3));
      }
    }
  }

  private static double distance(Collection collection, DenseVector a, DenseVector b) {
    double dot = 0;
    double aa = 0;
    double bb = 0;
    for (int i = 0; i < a.dimension(); i++) {
      dot += (double) a.get(i) * b.get(i);
      aa += (double) a.get(i) * a.get(i);
      bb += (double) b.get(i) * b.get(i);
    }
    return switch (collection.config().metric()) {
      case COSINE -> 1 - dot / Math.sqrt(aa * bb);
      case EUCLIDEAN -> Math.sqrt(Math.max(0, aa + bb - 2 * dot));
      case DOT_PRODUCT, MANHATTAN -> fail("not used here");
    };
  }

  private static List<Row> get(Collection collection, String id) {
    return collection
        .get(new GetVectors(collection.name(), List.of(new VectorId(id)), true, true))
        .rows();
  }

  private static String health(Database database) {
    return database.health().stream()
        .filter(component -> component.status() != HealthReport.Status.HEALTHY)
        .map(HealthReport.Component::message)
        .reduce("", String::concat);
  }

  @Test
  void aDamagedGraphIsRebuiltFromTheRows() throws Exception {
    for (boolean isDeleted : new boolean[] {false, true}) {
      Path folder = temporary.resolve("graph-" + isDeleted);
      SampleData data = SampleData.write(folder, 5, true);
      Path index = folder.resolve("one/0/index.bin");
      if (isDeleted) {
        Files.delete(index);
      } else {
        byte[] bytes = Files.readAllBytes(index);
        Arrays.fill(bytes, 4096, 4096 + 8192, (byte) 0); // Links that opening does not read.
        Files.write(index, bytes);
      }
      assertThat(SampleData.Told.of(folder).warnings).isNotEmpty();
      try (Database database = Database.open(new OsDisk(), folder, SampleData.BY_HAND)) {
        assertThat(use(database, "one", data, false, false)).isEmpty();
        database.runMaintenance();
        assertThat(use(database, "one", data, false, false)).isEmpty();
        assertThat(SampleData.find(database, "one").stats().unindexedRows()).isZero();
      }
      SampleData.Told told = SampleData.Told.of(folder);
      assertThat(told.notes).isEmpty();
      assertThat(told.warnings).isEmpty();
      assertThat(told.faults).isEmpty();
    }
  }

  @Test
  void rotThatNoAnswerMeetsIsFoundByReadingOnInTheBackground() throws Exception {
    Path folder = temporary.resolve("scrub");
    SampleData.write(folder, 6, true);
    Path vectors = folder.resolve("one/0/vectors.bin");
    byte[] bytes = Files.readAllBytes(vectors);
    bytes[4096 + 128 * (SampleData.ROWS + 20) + 5] ^= 64; // The row of a late write: alive.
    Files.write(vectors, bytes);
    try (Database database = Database.open(new OsDisk(), folder, SampleData.BY_HAND)) {
      assertThat(get(SampleData.find(database, "one"), "id-1")).hasSize(1);
      assertThat(health(database)).isEmpty();
      database.runMaintenance();
      assertThat(health(database))
          .contains("1 collections set aside", vectors + " is damaged at offset ");
      assertThat(get(SampleData.find(database, "two"), "id-1")).hasSize(1);
    }
  }

  @Test
  void damageShowsInHealthBeforeAnybodyUsesTheCollection() throws Exception {
    for (String file : List.of("vectors.bin", "ordinals.bin", "payload.bin", "ids.bin")) {
      for (Kind kind : List.of(Kind.TRUNCATE, Kind.DELETE)) {
        Path folder = temporary.resolve(file + kind);
        SampleData.write(folder, 9, true);
        Path damaged = folder.resolve("two/0").resolve(file);
        if (kind == Kind.DELETE) {
          Files.delete(damaged);
        } else {
          Files.write(damaged, Arrays.copyOf(Files.readAllBytes(damaged), 60));
        }
        try (Database database = Database.open(new OsDisk(), folder, SampleData.BY_HAND)) {
          assertThat(health(database)).isEmpty();
          database.runMaintenance();
          assertThat(health(database))
              .contains("1 collections set aside", damaged + " is damaged at offset ");
          assertThat(SampleData.find(database, "one").isOpen()).as("nothing is opened").isFalse();
          assertThat(get(SampleData.find(database, "one"), "id-1")).hasSize(1);
        }
      }
    }
  }

  @Test
  void aTornTailIsToldInHealth() throws Exception {
    Path folder = temporary.resolve("torn");
    SampleData.write(folder, 10, false);
    Path last = SampleData.files(folder.resolve("wal")).getLast();
    Files.write(last, Arrays.copyOf(Files.readAllBytes(last), (int) Files.size(last) - 3));
    try (Database database = Database.open(new OsDisk(), folder, SampleData.BY_HAND)) {
      assertThat(database.health())
          .extracting(HealthReport.Component::message)
          .anyMatch(message -> message.contains("torn tail cut off: " + last));
    }
  }

  @Test
  void anIdTableOfAnotherCheckpointIsNotTaken() throws Exception {
    Path folder = temporary.resolve("stale");
    SampleData.write(folder, 8, false);
    Path ids = folder.resolve("one/0/ids.bin");
    byte[] older = Files.readAllBytes(ids);
    try (Database database = Database.open(new OsDisk(), folder, SampleData.BY_HAND)) {
      assertThat(get(SampleData.find(database, "one"), "id-1")).hasSize(1);
    }
    Files.write(ids, older);
    try (Database database = Database.open(new OsDisk(), folder, SampleData.BY_HAND)) {
      Collection one = SampleData.find(database, "one");
      assertThatThrownBy(() -> get(one, "id-1")).hasMessageContaining(ids + " is damaged at ");
      assertThat(get(SampleData.find(database, "two"), "id-1")).hasSize(1);
    }
  }

  @Test
  void collectionsComeBackFromTheirCheckpointsWhenTheLogIsLost() throws Exception {
    Path killed = temporary.resolve("lost");
    SampleData data = SampleData.write(killed, 7, false);
    SampleData.delete(killed.resolve("wal"));
    for (int start = 0; start < 2; start++) {
      try (Database database = Database.open(new OsDisk(), killed, SampleData.BY_HAND)) {
        assertThat(health(database)).contains("the log ends at LSN 0, before the last checkpoint");
        for (String name : SampleData.NAMES) {
          Map<String, Row> wanted = data.checkpointed.get(name);
          Collection collection = SampleData.find(database, name);
          assertThat(collection.stats().vectorCount()).isEqualTo(wanted.size());
          for (int i = 0; i < SampleData.ROWS + 30; i++) {
            assertThat(get(collection, "id-" + i).stream().findFirst())
                .isEqualTo(Optional.ofNullable(wanted.get("id-" + i)));
          }
        }
      }
    }
  }
}
