package io.quiver.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import io.quiver.catalog.Database;
import io.quiver.catalog.DatabaseOptions;
import io.quiver.collection.Collection;
import io.quiver.collection.PreparedWrite;
import io.quiver.collection.Tuning;
import io.quiver.core.CollectionName;
import io.quiver.core.DenseVector;
import io.quiver.core.Durability;
import io.quiver.core.Metadata;
import io.quiver.core.Metric;
import io.quiver.core.VectorId;
import io.quiver.message.CollectionConfig;
import io.quiver.message.DeleteVectors;
import io.quiver.message.GetVectors;
import io.quiver.message.Row;
import io.quiver.message.SnapshotName;
import io.quiver.message.WriteVectors;
import io.quiver.testkit.FaultyDisk;
import io.quiver.testkit.SimulatedCrash;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A snapshot of one node is restored on another, whose log is behind: there the LSN that its id
 * tables carry comes again. Rows are deleted up to just that LSN, and the power goes, or the
 * process is killed, at every call of the checkpoint that follows. What was deleted stays deleted.
 */
class ForeignSnapshotTest {
  private static final Path THERE = Path.of("/there");
  private static final Path HERE = Path.of("/here");
  private static final CollectionName NAME = new CollectionName("c");
  private static final DatabaseOptions OPTIONS =
      new DatabaseOptions(1 << 16, 1, 0, new Tuning(1_000, 1_000));
  private static final int ROWS = 9;

  @ParameterizedTest(name = "{0} records here before")
  @ValueSource(ints = {0, 1, 5})
  void whatIsDeletedWhereItWasRestoredStaysDeleted(int before) throws IOException {
    long from = live(new FaultyDisk(1), before, Long.MAX_VALUE);
    FaultyDisk whole = new FaultyDisk(1);
    live(whole, before, Long.MAX_VALUE);
    assertThat(whole.calls() - from).as("calls of a checkpoint").isGreaterThan(10);
    for (long call = from + 1; call <= whole.calls(); call++) {
      FaultyDisk disk = new FaultyDisk(1);
      live(disk, before, call);
      verify(disk.afterCrash(call), before, "power cut at " + call);
      FaultyDisk again = new FaultyDisk(1);
      live(again, before, call);
      verify(again.afterKill(call), before, "kill at " + call);
    }
  }

  /** Both nodes on one disk; returns how many calls there were when the last checkpoint began. */
  private static long live(FaultyDisk disk, int before, long crashAt) throws IOException {
    SnapshotName name = snapshotThere(disk);
    disk.crashAt(crashAt);
    long calls = 0;
    try (Database here = Database.open(disk, HERE, OPTIONS)) {
      Collection other = here.create(CollectionConfig.of("other", 1, Metric.EUCLIDEAN));
      for (int i = 0; i < before; i++) {
        put(here, other, i);
      }
      carry(disk, name);
      Snapshots snapshots = new Snapshots(here);
      Collection restored = here.adoption().adopt(snapshots.copy(NAME, name), NAME);
      for (int i = before; i < ROWS; i++) {
        delete(here, restored, i);
      }
      assertThat(restored.stats().appliedLsn()).isEqualTo(ROWS);
      calls = disk.calls();
      here.runMaintenance();
    } catch (SimulatedCrash crash) {
      assertThat(crashAt).isLessThan(Long.MAX_VALUE);
    }
    return calls;
  }

  private static SnapshotName snapshotThere(FaultyDisk disk) throws IOException {
    try (Database there = Database.open(disk, THERE, OPTIONS)) {
      Collection collection = there.create(CollectionConfig.of("c", 1, Metric.EUCLIDEAN));
      for (int i = 0; i < ROWS; i++) {
        put(there, collection, i);
      }
      Snapshots snapshots = new Snapshots(there);
      SnapshotName name = snapshots.take(NAME).name();
      snapshots.seal(NAME, name);
      return name;
    }
  }

  private static void carry(FaultyDisk disk, SnapshotName name) throws IOException {
    Path folder = Path.of("snapshots", "c", name.value());
    SnapshotFolder from = new SnapshotFolder(disk, THERE.resolve(folder));
    disk.createDirectories(HERE.resolve(folder));
    from.copyTo(from.read(), HERE.resolve(folder));
    new SnapshotFolder(disk, HERE.resolve(folder)).save(from.read());
  }

  private static void verify(FaultyDisk disk, int before, String when) throws IOException {
    try (Database here = Database.open(disk, HERE, OPTIONS)) {
      Collection found = here.find(NAME).orElseThrow(() -> new AssertionError(when));
      for (int i = 0; i < ROWS; i++) {
        GetVectors get = new GetVectors(NAME, List.of(id(i)), true, false);
        assertThat(found.get(get).rows()).as("%s: %d", when, i).hasSize(i < before ? 1 : 0);
      }
      assertThat(found.stats().vectorCount()).as(when).isEqualTo(before);
    }
  }

  private static VectorId id(int i) {
    return new VectorId("" + i);
  }

  private static void put(Database database, Collection collection, int i) {
    Row row = new Row(id(i), DenseVector.of(i), Metadata.ABSENT);
    log(
        database,
        collection,
        collection.prepare(WriteVectors.upsert(collection.name(), List.of(row))));
  }

  private static void delete(Database database, Collection collection, int i) {
    log(
        database,
        collection,
        collection.prepare(new DeleteVectors(collection.name(), List.of(id(i)), Durability.FSYNC)));
  }

  private static void log(Database database, Collection collection, PreparedWrite write) {
    long lsn = database.append(collection.uuid(), write.command().orElseThrow());
    database.sync(true);
    collection.apply(lsn, write.command().orElseThrow());
  }
}
