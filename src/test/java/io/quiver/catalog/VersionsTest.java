package io.quiver.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quiver.collection.Collection;
import io.quiver.collection.PreparedWrite;
import io.quiver.collection.RowReads;
import io.quiver.collection.RowWrites;
import io.quiver.collection.Tuning;
import io.quiver.collection.UndecidedException;
import io.quiver.core.CollectionName;
import io.quiver.core.Deadline;
import io.quiver.core.DenseVector;
import io.quiver.core.Durability;
import io.quiver.core.ErrorCode;
import io.quiver.core.Metadata;
import io.quiver.core.Metric;
import io.quiver.core.QuiverException;
import io.quiver.core.VectorId;
import io.quiver.disk.Disk;
import io.quiver.disk.OsDisk;
import io.quiver.message.ClearCollection;
import io.quiver.message.CollectionConfig;
import io.quiver.message.DeleteIf;
import io.quiver.message.DeleteVectors;
import io.quiver.message.Hit;
import io.quiver.message.KeyWrite;
import io.quiver.message.OnError;
import io.quiver.message.Precondition;
import io.quiver.message.ReadRows;
import io.quiver.message.Reply;
import io.quiver.message.Row;
import io.quiver.message.ScrollRows;
import io.quiver.message.ScrollVersions;
import io.quiver.message.SearchVectors;
import io.quiver.message.SearchVersions;
import io.quiver.message.VersionedRows;
import io.quiver.message.WriteAck;
import io.quiver.message.WriteIf;
import io.quiver.message.WriteMode;
import io.quiver.message.WriteOutcome;
import io.quiver.message.WriteVectors;
import io.quiver.testkit.FaultyDisk;
import io.quiver.testkit.SimulatedCrash;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A row keeps its version until it is written again, through restarts, compactions and crashes, and
 * a write with a condition is done if and only if a map beside the database says that it holds.
 */
class VersionsTest {
  private static final CollectionName NAME = new CollectionName("c");
  private static final Path ROOT = Path.of("/data");
  private static final DatabaseOptions OPTIONS =
      new DatabaseOptions(1 << 20, 1 << 30, 0, new Tuning(1_000, 10));
  private static final int IDS = 30;

  /** A row as it was written, and the version that the write's answer told. */
  private record Kept(Row row, long version) {}

  @TempDir Path folder;

  private final Map<String, Kept> model = new TreeMap<>();
  private int conflicts;
  private int done;
  private long last;

  @ParameterizedTest(name = "seed={0}")
  @ValueSource(longs = {1, 2, 3, 4})
  void conditionsHoldAsTheMapSaysThroughRestartsAndCompactions(long seed) throws Exception {
    SplittableRandom random = new SplittableRandom(seed);
    Database database = Database.open(new OsDisk(), folder, OPTIONS);
    database.create(CollectionConfig.of("c", 2, Metric.EUCLIDEAN).withShards(1 + (int) seed % 3));
    try {
      for (int step = 0; step < 400; step++) {
        int dice = random.nextInt(100);
        if (dice < 2) {
          clear(database);
        } else if (dice < 6) {
          database.close();
          database = Database.open(new OsDisk(), folder, OPTIONS);
        } else if (dice < 12) {
          database.runMaintenance();
        } else if (dice < 25) {
          deleteIf(database, random);
        } else {
          writeIf(database, random);
        }
        if (step % 5 == 0) {
          assertVersions(database, "seed=%d step=%d".formatted(seed, step));
        }
      }
    } finally {
      database.close();
    }
    assertThat(conflicts).isGreaterThan(50);
    assertThat(done).isGreaterThan(50);
  }

  private void writeIf(Database database, SplittableRandom random) {
    List<Row> rows = new ArrayList<>();
    List<Precondition> conditions = new ArrayList<>();
    List<Row> meant = new ArrayList<>();
    for (int number : random.ints(0, IDS).distinct().limit(1 + random.nextInt(4)).toArray()) {
      Row row = row("id-" + number, random.nextInt(1_000_000));
      Precondition condition = condition(row.id(), random);
      rows.add(row);
      conditions.add(condition);
      if (holds(condition, row.id())) {
        meant.add(row);
      }
    }
    OnError onError = random.nextBoolean() ? OnError.ABORT : OnError.CONTINUE;
    WriteIf write =
        new WriteIf(
            new WriteVectors(NAME, WriteMode.UPSERT, rows, onError, Durability.FSYNC), conditions);
    boolean isRefused = meant.size() < rows.size() && onError == OnError.ABORT;
    Optional<WriteOutcome> answer = outcome(database, write, isRefused);
    if (answer.isPresent()) {
      assertThat(answer.get().rows()).isEqualTo(meant.size());
      assertThat(answer.get().refused()).hasSize(rows.size() - meant.size());
      for (WriteAck.Refused refused : answer.get().refused()) {
        assertThat(refused.code()).isEqualTo(ErrorCode.VERSION_CONFLICT);
        assertThat(meant).doesNotContain(rows.get(refused.index()));
      }
      if (!meant.isEmpty()) {
        assertThat(answer.get().version()).isGreaterThan(last);
        last = answer.get().version();
      }
      meant.forEach(row -> model.put(row.id().value(), new Kept(row, last)));
    }
  }

  private void deleteIf(Database database, SplittableRandom random) {
    VectorId id = new VectorId("id-" + random.nextInt(IDS));
    Precondition condition = condition(id, random);
    if (condition instanceof Precondition.Absent) {
      return;
    }
    DeleteIf delete =
        new DeleteIf(
            new DeleteVectors(NAME, List.of(id), Durability.FSYNC),
            List.of(condition),
            OnError.ABORT);
    Optional<WriteOutcome> answer = outcome(database, delete, !holds(condition, id));
    if (answer.isPresent()) {
      assertThat(answer.get().rows()).isEqualTo(model.containsKey(id.value()) ? 1 : 0);
      model.remove(id.value());
    }
  }

  private Optional<WriteOutcome> outcome(Database database, KeyWrite write, boolean isRefused) {
    try {
      Optional<WriteOutcome> outcome = Optional.of((WriteOutcome) commit(database, write));
      assertThat(isRefused).as("%s should be refused", write).isFalse();
      done++;
      return outcome;
    } catch (QuiverException refused) {
      assertThat(refused.code()).isEqualTo(ErrorCode.VERSION_CONFLICT);
      assertThat(isRefused).as("%s: %s", write, refused.getMessage()).isTrue();
      conflicts++;
      return Optional.empty();
    }
  }

  private void clear(Database database) {
    commit(database, new ClearCollection(NAME, Durability.FSYNC));
    model.clear();
  }

  private Precondition condition(VectorId id, SplittableRandom random) {
    Kept kept = model.get(id.value());
    return switch (random.nextInt(6)) {
      case 0 -> Precondition.NONE;
      case 1, 2 -> Precondition.ABSENT;
      case 3 -> new Precondition.AtVersion(1 + random.nextLong(last + 2));
      default -> new Precondition.AtVersion(kept == null ? last + 1 : kept.version());
    };
  }

  private boolean holds(Precondition condition, VectorId id) {
    Kept kept = model.get(id.value());
    return switch (condition) {
      case Precondition.None none -> true;
      case Precondition.Absent absent -> kept == null;
      case Precondition.AtVersion(long version) -> kept != null && kept.version() == version;
    };
  }

  /**
   * By id, by scroll and by search: rows and versions are those of the map, and belong together.
   */
  private void assertVersions(Database database, String when) {
    Collection collection = database.find(NAME).orElseThrow();
    List<VectorId> ids = new ArrayList<>();
    for (int i = 0; i < IDS; i++) {
      ids.add(new VectorId("id-" + i));
    }
    assertRows(RowReads.read(collection, new ReadRows(NAME, ids, true, true)), when);
    ScrollRows scroll = new ScrollRows(NAME, Optional.empty(), 100, true, true);
    assertRows(RowReads.scroll(collection, new ScrollVersions(scroll), Deadline.NEVER), when);
    SearchVersions search = new SearchVersions(SearchVectors.of(NAME, DenseVector.of(0, 0), IDS));
    Map<String, Long> found = new TreeMap<>();
    for (int shard = 0; shard < collection.config().shards(); shard++) {
      for (Hit hit : collection.search(shard, search, Deadline.NEVER).hits()) {
        found.put(hit.id().value(), hit.version());
      }
    }
    Map<String, Long> expected = new TreeMap<>();
    model.forEach((id, kept) -> expected.put(id, kept.version()));
    assertThat(found).as(when).isEqualTo(expected);
  }

  private void assertRows(VersionedRows read, String when) {
    Map<String, Kept> found = new TreeMap<>();
    for (int i = 0; i < read.rows().size(); i++) {
      Row row = read.rows().get(i);
      found.put(row.id().value(), new Kept(row, read.versions().get(i)));
    }
    assertThat(found).as(when).isEqualTo(model);
  }

  /** What was acknowledged has the acknowledged version after a power cut at any I/O call. */
  @Test
  void versionsAreThoseOfTheAcknowledgementsAfterAPowerCutAnywhere() throws Exception {
    FaultyDisk whole = new FaultyDisk(1);
    life(whole);
    long calls = whole.calls();
    assertThat(calls).isGreaterThan(80);
    for (long at = 1; at <= calls; at++) {
      model.clear();
      last = 0;
      FaultyDisk disk = new FaultyDisk(1);
      disk.crashAt(at);
      pending = Map.of();
      try {
        life(disk);
      } catch (SimulatedCrash crash) {
        // Then the rest of the life does not happen.
      }
      Map<String, Kept> acknowledged = new TreeMap<>(model);
      try (Database database = Database.open(disk.afterCrash(1), ROOT, OPTIONS)) {
        Optional<Collection> found = database.find(NAME);
        if (found.isPresent()) {
          List<VectorId> ids = List.of(new VectorId("a"), new VectorId("b"), new VectorId("x"));
          VersionedRows read = RowReads.read(found.get(), new ReadRows(NAME, ids, false, false));
          Map<String, Long> versions = new TreeMap<>();
          for (int i = 0; i < read.rows().size(); i++) {
            versions.put(read.rows().get(i).id().value(), read.versions().get(i));
          }
          assertThat(versions).as("call %d", at).isIn(versionsOf(acknowledged), pending);
          conflictsAfter(database, versions);
        } else {
          assertThat(acknowledged).isEmpty();
        }
      }
    }
  }

  /** What the rows would be if the write was logged that the crash cut off. */
  private Map<String, Long> pending = Map.of();

  private static Map<String, Long> versionsOf(Map<String, Kept> rows) {
    Map<String, Long> versions = new TreeMap<>();
    rows.forEach((id, kept) -> versions.put(id, kept.version()));
    return versions;
  }

  /** A replayed row is guarded by its version as before. */
  private static void conflictsAfter(Database database, Map<String, Long> versions) {
    versions.forEach((id, version) -> {
      List<Row> rows = List.of(row(id, 9));
      WriteVectors write = WriteVectors.upsert(NAME, rows);
      List<Precondition> wrong = List.of(new Precondition.AtVersion(version + 1));
      assertThatThrownBy(() -> commit(database, new WriteIf(write, wrong)))
          .hasMessage("version conflict: id=%s want=%d got=%d".formatted(id, version + 1, version));
      List<Precondition> right = List.of(new Precondition.AtVersion(version));
      WriteOutcome outcome = (WriteOutcome) commit(database, new WriteIf(write, right));
      assertThat(outcome.version()).isGreaterThan(version);
    });
  }

  private void life(Disk disk) throws IOException {
    try (Database database = Database.open(disk, ROOT, OPTIONS)) {
      database.create(CollectionConfig.of("c", 2, Metric.EUCLIDEAN));
      step(database, "a", Precondition.ABSENT);
      step(database, "b", Precondition.ABSENT);
      database.runMaintenance();
      step(database, "a", new Precondition.AtVersion(model.get("a").version()));
      database.runMaintenance();
      pending = Map.of();
      commit(database, new ClearCollection(NAME, Durability.FSYNC));
      model.clear();
      step(database, "b", Precondition.ABSENT);
      database.runMaintenance();
      step(database, "x", Precondition.ABSENT);
    }
  }

  private void step(Database database, String id, Precondition condition) {
    Row row = row(id, 1);
    Map<String, Long> next = versionsOf(model);
    next.put(id, nextVersion(database));
    pending = next;
    WriteVectors write = WriteVectors.upsert(NAME, List.of(row));
    WriteOutcome outcome = (WriteOutcome) commit(database, new WriteIf(write, List.of(condition)));
    last = outcome.version();
    model.put(id, new Kept(row, last));
    assertThat(last).isEqualTo(next.get(id));
  }

  private static long nextVersion(Database database) {
    return database.find(NAME).orElseThrow().stats().appliedLsn() + 1;
  }

  @Test
  void aConditionWaitsForTheWriteBeforeItThatTheLogMayRefuse() throws Exception {
    try (Database database = Database.open(new OsDisk(), folder, OPTIONS)) {
      Collection made = database.create(CollectionConfig.of("c", 2, Metric.EUCLIDEAN));
      WriteVectors upsert = WriteVectors.upsert(NAME, List.of(row("a", 1)));
      PreparedWrite pendingWrite = made.prepare(upsert);
      WriteIf ifAbsent = new WriteIf(upsert, List.of(Precondition.ABSENT));
      assertThatThrownBy(() -> RowWrites.prepare(made, ifAbsent))
          .isInstanceOf(UndecidedException.class);
      made.abandon(pendingWrite);
      PreparedWrite clearing = RowWrites.prepare(made, ifAbsent);
      assertThatThrownBy(() -> RowWrites.prepare(made, new ClearCollection(NAME, Durability.FSYNC)))
          .isInstanceOf(UndecidedException.class);
      made.abandon(clearing);
    }
  }

  private static Reply commit(Database database, KeyWrite write) {
    Collection collection = database.find(NAME).orElseThrow();
    PreparedWrite prepared = RowWrites.prepare(collection, write);
    long lsn = 0;
    if (prepared.command().isPresent()) {
      lsn = database.append(collection.uuid(), prepared.command().get());
      database.sync(true);
      collection.apply(lsn, prepared.command().get());
    }
    return prepared.reply(lsn);
  }

  private static Row row(String id, int number) {
    return new Row(
        new VectorId(id), DenseVector.of(number, 1), Metadata.ofJson("{\"n\":" + number + "}"));
  }
}
