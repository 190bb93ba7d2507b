package io.quiver.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.quiver.collection.Collection;
import io.quiver.collection.PreparedWrite;
import io.quiver.collection.Tuning;
import io.quiver.core.CollectionName;
import io.quiver.core.Deadline;
import io.quiver.core.DenseVector;
import io.quiver.core.Durability;
import io.quiver.core.ErrorCode;
import io.quiver.core.Metadata;
import io.quiver.core.Metric;
import io.quiver.core.QuiverException;
import io.quiver.core.VectorId;
import io.quiver.message.CollectionConfig;
import io.quiver.message.DeleteVectors;
import io.quiver.message.GetVectors;
import io.quiver.message.HealthReport;
import io.quiver.message.Row;
import io.quiver.message.SearchVectors;
import io.quiver.message.WriteVectors;
import io.quiver.testkit.FaultyDisk;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;

/** A data directory that lives through starts and crashes, and a map of what was acknowledged. */
final class LogLife {
  static final Path ROOT = Path.of("/data");
  static final Path WAL = ROOT.resolve("wal");

  private static final int DIMENSION = 8;
  private static final int IDS = 40;
  private static final DatabaseOptions OPTIONS =
      new DatabaseOptions(9 << 10, 1L << 40, 0, new Tuning(50, 1_000));

  /** By collection: rows by id. */
  private final Map<String, Map<String, Row>> acknowledged = new TreeMap<>();

  private final SplittableRandom random;
  private FaultyDisk disk;
  private Optional<Database> database = Optional.empty();
  private long lastLsn;

  /** What the collection of a write that was begun and not acknowledged may hold as well. */
  private Optional<Map.Entry<String, Map<String, Row>>> begun = Optional.empty();

  LogLife(long seed) throws IOException {
    random = new SplittableRandom(seed);
    disk = new FaultyDisk(seed);
    start();
  }

  private LogLife(LogLife like, FaultyDisk disk) {
    this.random = new SplittableRandom(like.lastLsn);
    this.disk = disk;
    this.lastLsn = like.lastLsn;
    like.acknowledged.forEach((name, rows) -> acknowledged.put(name, new TreeMap<>(rows)));
  }

  /** Another life from here on, of a copy of the disk as a power cut leaves it. */
  LogLife fork(long seed) {
    return new LogLife(this, disk.afterCrash(seed));
  }

  FaultyDisk disk() {
    return disk;
  }

  Database database() {
    return database.orElseThrow();
  }

  long lastLsn() {
    return lastLsn;
  }

  Collection create(String name) {
    Collection made = database().create(CollectionConfig.of(name, DIMENSION, Metric.EUCLIDEAN));
    acknowledged.put(name, new TreeMap<>());
    return made;
  }

  Collection find(String name) {
    return database().find(new CollectionName(name)).orElseThrow();
  }

  /** Writes a row, or now and then deletes one; synced and acknowledged when it returns. */
  void write(String name) {
    Collection collection = find(name);
    String id = "id-" + random.nextInt(IDS);
    Map<String, Row> rows = new TreeMap<>(acknowledged.get(name));
    begun = Optional.of(Map.entry(name, rows));
    if (rows.containsKey(id) && random.nextInt(3) == 0) {
      rows.remove(id);
      List<VectorId> gone = List.of(new VectorId(id));
      commit(
          collection,
          collection.prepare(new DeleteVectors(collection.name(), gone, Durability.FSYNC)));
    } else {
      Row row = row(id);
      rows.put(id, row);
      commit(collection, collection.prepare(WriteVectors.upsert(collection.name(), List.of(row))));
    }
    begun = Optional.empty();
    acknowledged.put(name, rows);
  }

  private Row row(String id) {
    float[] components = new float[DIMENSION];
    for (int i = 0; i < DIMENSION; i++) {
      components[i] = (float) random.nextGaussian();
    }
    String json = "{\"n\":\"" + "x".repeat(random.nextInt(200)) + random.nextInt() + "\"}";
    return new Row(new VectorId(id), DenseVector.of(components), Metadata.ofJson(json));
  }

  private void commit(Collection collection, PreparedWrite prepared) {
    long lsn = database().append(collection.uuid(), prepared.command().orElseThrow());
    database().sync(true);
    collection.apply(lsn, prepared.command().orElseThrow());
    assertThat(lsn).as("no number is given twice").isGreaterThan(lastLsn);
    lastLsn = lsn;
  }

  void dropAcknowledged(String name) {
    database().hardDelete(new CollectionName(name));
    acknowledged.remove(name);
  }

  /** The power goes and comes; nobody opened the directory yet. */
  void cut() {
    database.ifPresent(Database::halt);
    disk = disk.afterCrash(random.nextLong());
  }

  void start() throws IOException {
    database = Optional.empty();
    database = Optional.of(Database.open(disk, ROOT, OPTIONS));
  }

  void stop() throws IOException {
    database().close();
  }

  /**
   * Exactly these are set aside, in every call, in health; the others hold what was acknowledged.
   */
  void expectAside(Set<String> aside, String what) {
    Set<String> found = new TreeSet<>();
    for (String name : acknowledged.keySet()) {
      Collection collection = find(name);
      if (collection.fault().isPresent()) {
        found.add(name);
        expectRefusals(collection, what);
      } else {
        settle(collection);
        expectAcknowledged(collection, acknowledged.get(name), what);
      }
    }
    assertThat(found).as(what).isEqualTo(aside);
    assertThat(health("vectorstore"))
        .as(what)
        .contains(aside.isEmpty() ? "collections served" : aside.size() + " collections set aside");
  }

  /** A write that was not acknowledged is there as a whole or not at all. */
  private void settle(Collection collection) {
    String name = collection.name().value();
    begun
        .filter(write -> write.getKey().equals(name))
        .filter(write -> get(collection).equals(write.getValue()))
        .ifPresent(write -> acknowledged.put(name, write.getValue()));
  }

  /** Who is. */
  Set<String> aside() {
    Set<String> aside = new TreeSet<>(acknowledged.keySet());
    aside.removeIf(name -> find(name).fault().isEmpty());
    return aside;
  }

  private void expectRefusals(Collection collection, String what) {
    List<Runnable> calls =
        List.of(
            () -> get(collection),
            () -> collection.search(0, search(collection), Deadline.NEVER),
            () ->
                collection.prepare(
                    WriteVectors.upsert(collection.name(), List.of(row("id-" + IDS)))));
    for (Runnable call : calls) {
      QuiverException refusal = catchThrowableOfType(QuiverException.class, call::run);
      assertThat(refusal.code()).as(what).isEqualTo(ErrorCode.COLLECTION_DAMAGED);
      assertThat(refusal)
          .as(what)
          .hasMessageContaining(WAL.toString())
          .hasMessageContainingAll("is damaged at offset ", "expected ", "found ", "lost");
      assertThat(health("vectorstore")).contains(refusal.getMessage());
    }
  }

  private static void expectAcknowledged(
      Collection collection, Map<String, Row> rows, String what) {
    assertThat(get(collection)).as("%s: %s", what, collection.name()).isEqualTo(rows);
    assertThat(collection.stats().vectorCount()).as(what).isEqualTo(rows.size());
    assertThat(collection.search(0, search(collection), Deadline.NEVER).hits())
        .as(what)
        .allMatch(hit -> rows.containsKey(hit.id().value()))
        .hasSize(Math.min(5, rows.size()));
  }

  private static SearchVectors search(Collection collection) {
    return SearchVectors.of(collection.name(), DenseVector.of(new float[DIMENSION]), 5);
  }

  private static Map<String, Row> get(Collection collection) {
    List<VectorId> ids = new ArrayList<>();
    for (int i = 0; i < IDS; i++) {
      ids.add(new VectorId("id-" + i));
    }
    Map<String, Row> rows = new TreeMap<>();
    for (Row row : collection.get(new GetVectors(collection.name(), ids, true, true)).rows()) {
      rows.put(row.id().value(), row);
    }
    return rows;
  }

  /** Status and message of one component. */
  String health(String name) {
    for (HealthReport.Component component : database().health()) {
      if (component.name().equals(name)) {
        return component.status() + " " + component.message();
      }
    }
    throw new AssertionError(name);
  }
}
