package io.quiver.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quiver.collection.Collection;
import io.quiver.collection.PreparedWrite;
import io.quiver.collection.Reworks;
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
import io.quiver.disk.Disk;
import io.quiver.disk.OsDisk;
import io.quiver.message.CollectionConfig;
import io.quiver.message.DeleteVectors;
import io.quiver.message.GetVectors;
import io.quiver.message.Hit;
import io.quiver.message.IndexParams;
import io.quiver.message.IndexWork;
import io.quiver.message.IndexWork.Phase;
import io.quiver.message.Row;
import io.quiver.message.SearchVectors;
import io.quiver.message.WriteVectors;
import io.quiver.testkit.FaultyDisk;
import io.quiver.testkit.SimulatedCrash;
import io.quiver.testkit.Vectors;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A graph is built anew with other parameters, and a collection compacted, while writes and
 * searches go on; what a crash finds is a whole collection with the old parameters or the new ones.
 */
class ReworkTest {
  private static final CollectionName NAME = new CollectionName("c");
  private static final int DIMENSION = 8;
  private static final IndexParams OTHER = new IndexParams(6, 40, 30, 8);
  private static final DatabaseOptions OPTIONS =
      new DatabaseOptions(1 << 20, 1 << 30, 0, new Tuning(50, 100_000));

  @TempDir Path folder;

  private final Map<String, Row> model = new TreeMap<>();
  private float[][] vectors = Vectors.gaussian(3, 4_000, DIMENSION);
  private int written;

  @Test
  void aGraphOfOtherParametersTakesThePlaceOfTheOldOneWhileItServes() throws Exception {
    try (Database database = open(new OsDisk(), folder)) {
      Collection collection = create(database);
      put(database, 1_500);
      database.runMaintenance();
      assertThat(Reworks.status(collection)).isEqualTo(IndexWork.NONE);
      IndexWork begun = Reworks.rebuild(collection, Optional.of(OTHER));
      assertThat(begun.phase()).isEqualTo(Phase.WAITING);
      assertThatThrownBy(() -> Reworks.compact(collection))
          .isInstanceOfSatisfying(
              QuiverException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CONFLICT));
      long before = 0;
      boolean wasRunning = false;
      for (int round = 0; Reworks.status(collection).phase().isUnderWay(); round++) {
        assertThat(round).isLessThan(10_000);
        database.runMaintenanceRound();
        database.runIndexSlice();
        if (round % 10 == 0) {
          put(database, 3);
          delete(database, "r" + round);
        }
        IndexWork now = Reworks.status(collection);
        wasRunning |= now.phase() == Phase.RUNNING && now.done() > 0 && now.secondsLeft() >= 0;
        assertThat(now.done()).isBetween(before, now.total());
        before = now.done();
        assertThat(collection.stats().unindexedRows()).as("the old one serves").isLessThan(200);
        assertRecall(collection, 0.9);
      }
      assertThat(wasRunning).isTrue();
      assertThat(Reworks.status(collection).phase()).isEqualTo(Phase.DONE);
      assertThat(collection.config().index()).isEqualTo(OTHER);
      assertNewestAreFound(collection);
      database.runMaintenance();
      assertNewestAreFound(collection);
      assertRecall(collection, 0.9);
      assertRows(collection);
    }
    try (Database database = open(new OsDisk(), folder)) {
      Collection collection = database.find(NAME).orElseThrow();
      assertThat(collection.config().index()).isEqualTo(OTHER);
      assertRows(collection);
      assertThat(collection.stats().unindexedRows()).isZero();
      assertRecall(collection, 0.9);
    }
  }

  @Test
  void aCompactionThatIsAskedForLeavesNothingDead() throws Exception {
    try (Database database = open(new OsDisk(), folder)) {
      Collection collection = create(database);
      put(database, 300);
      delete(database, "r7");
      delete(database, "r8");
      database.runMaintenance();
      assertThat(collection.stats().deletedRows()).as("too few to be worth it").isEqualTo(2);
      Reworks.compact(collection);
      database.runMaintenance();
      database.runMaintenance();
      IndexWork done = Reworks.status(collection);
      assertThat(done.phase()).isEqualTo(Phase.DONE);
      assertThat(done.done()).isEqualTo(298).isEqualTo(done.total());
      assertThat(collection.stats().deletedRows()).isZero();
      assertRows(collection);
      assertThat(Reworks.compact(collection).phase()).as("once more").isEqualTo(Phase.WAITING);
    }
  }

  /** The power goes at every call from the request on. */
  @Test
  void aCrashLeavesTheOldParametersOrTheNewOnesAndEveryRow() throws Exception {
    FaultyDisk whole = new FaultyDisk(5);
    long from = rework(whole, Long.MAX_VALUE);
    long to = whole.calls();
    assertThat(to - from).isGreaterThan(20);
    Set<IndexParams> found = new HashSet<>();
    for (long call = from + 1; call <= to; call++) {
      FaultyDisk disk = new FaultyDisk(5);
      rework(disk, call);
      try (Database database = open(disk.afterCrash(call), Path.of("/data"))) {
        Collection collection = database.find(NAME).orElseThrow();
        found.add(collection.config().index());
        assertRows(collection);
        database.runMaintenance();
        assertThat(collection.stats().unindexedRows()).isZero();
        assertRecall(collection, 0.8);
      }
    }
    assertThat(found).containsExactlyInAnyOrder(IndexParams.DEFAULT, OTHER);
  }

  /** Returns how many calls there were before it was asked for. */
  private long rework(FaultyDisk disk, long crashAt) throws IOException {
    model.clear();
    written = 0;
    long from = 0;
    disk.crashAt(crashAt);
    try (Database database = open(disk, Path.of("/data"))) {
      Collection collection = create(database);
      put(database, 120);
      database.runMaintenance();
      from = disk.calls();
      Reworks.rebuild(collection, Optional.of(OTHER));
      database.runMaintenance();
      database.runMaintenance();
      database.runMaintenance();
      assertThat(Reworks.status(collection).phase()).isEqualTo(Phase.DONE);
    } catch (SimulatedCrash crash) {
      assertThat(crashAt).isLessThan(Long.MAX_VALUE);
    }
    return from;
  }

  private static Database open(Disk disk, Path root) throws IOException {
    return Database.open(disk, root, OPTIONS);
  }

  private static Collection create(Database database) {
    return database.create(CollectionConfig.of("c", DIMENSION, Metric.EUCLIDEAN));
  }

  private void put(Database database, int count) {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < count; i++, written++) {
      VectorId id = new VectorId("r" + written);
      rows.add(new Row(id, DenseVector.of(vectors[written]), Metadata.ABSENT));
      model.put(id.value(), rows.getLast());
    }
    Collection collection = database.find(NAME).orElseThrow();
    commit(database, collection, collection.prepare(WriteVectors.upsert(NAME, rows)));
  }

  private void delete(Database database, String id) {
    Collection collection = database.find(NAME).orElseThrow();
    DeleteVectors delete = new DeleteVectors(NAME, List.of(new VectorId(id)), Durability.FSYNC);
    commit(database, collection, collection.prepare(delete));
    model.remove(id);
  }

  private static void commit(Database database, Collection collection, PreparedWrite write) {
    if (write.command().isPresent()) {
      long lsn = database.append(collection.uuid(), write.command().get());
      database.sync(true);
      collection.apply(lsn, write.command().get());
    }
  }

  private void assertRows(Collection collection) {
    assertThat(collection.stats().vectorCount()).isEqualTo(model.size());
    List<VectorId> ids = model.keySet().stream().map(VectorId::new).toList();
    assertThat(collection.get(new GetVectors(NAME, ids, true, true)).rows())
        .containsExactlyElementsOf(model.values());
  }

  /** Rows that came while the graph was built, and were perhaps not in it when it was taken. */
  private void assertNewestAreFound(Collection collection) {
    for (int row = written - 120; row < written; row++) {
      SearchVectors search = SearchVectors.of(NAME, DenseVector.of(vectors[row]), 1);
      assertThat(collection.search(0, search, Deadline.NEVER).hits())
          .extracting(Hit::id)
          .containsExactly(new VectorId("r" + row));
    }
  }

  /** Of the nearest ten of some rows, by the formula over the model. */
  private void assertRecall(Collection collection, double least) {
    int same = 0;
    for (int query = 0; query < 4; query++) {
      float[] near = vectors[query * 31 + 3_000];
      int[] nearest =
          Vectors.nearest(Metric.EUCLIDEAN, vectors, near, 10, i -> model.containsKey("r" + i));
      Set<String> expected = new HashSet<>();
      IntStream.of(nearest).forEach(i -> expected.add("r" + i));
      SearchVectors search = SearchVectors.of(NAME, DenseVector.of(near), 10);
      for (Hit hit : collection.search(0, search, Deadline.NEVER).hits()) {
        assertThat(model).containsKey(hit.id().value());
        same += expected.contains(hit.id().value()) ? 1 : 0;
      }
    }
    assertThat(same / 40.0).isGreaterThanOrEqualTo(least);
  }
}
