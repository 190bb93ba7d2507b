package io.quiver.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import io.quiver.catalog.Database;
import io.quiver.catalog.DatabaseOptions;
import io.quiver.collection.Collection;
import io.quiver.collection.PreparedWrite;
import io.quiver.collection.Tuning;
import io.quiver.core.CollectionName;
import io.quiver.core.DenseVector;
import io.quiver.core.ErrorCode;
import io.quiver.core.Metadata;
import io.quiver.core.Metric;
import io.quiver.core.QuiverException;
import io.quiver.core.VectorId;
import io.quiver.message.CollectionConfig;
import io.quiver.message.FileBytes;
import io.quiver.message.ReadSnapshot;
import io.quiver.message.Row;
import io.quiver.message.SnapshotInfo;
import io.quiver.message.SnapshotName;
import io.quiver.message.UploadSnapshot;
import io.quiver.message.WriteVectors;
import io.quiver.testkit.FaultyDisk;
import io.quiver.testkit.HookedDisk;
import io.quiver.testkit.SimulatedCrash;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** The power goes, or the process is killed, at every call of an upload: all of it or nothing. */
class UploadCrashTest {
  private static final Path ROOT = Path.of("/data");
  private static final CollectionName NAME = new CollectionName("c");
  private static final SnapshotName MOVED = new SnapshotName("moved");
  private static final DatabaseOptions OPTIONS =
      new DatabaseOptions(1 << 16, 1, 0, new Tuning(1_000, 1_000));
  private static final int PART_BYTES = 700;

  @Test
  void aSnapshotIsThereAsAWholeOrNotAtAll() throws IOException {
    FaultyDisk whole = new FaultyDisk(1);
    long from = live(whole, Long.MAX_VALUE);
    assertThat(whole.calls() - from).isGreaterThan(20);
    int published = 0;
    for (long call = from + 1; call <= whole.calls(); call++) {
      for (boolean isKill : new boolean[] {false, true}) {
        FaultyDisk disk = new FaultyDisk(1);
        live(disk, call);
        published += verify(isKill ? disk.afterKill(call) : disk.afterCrash(call), "call " + call);
      }
    }
    assertThat(published).as("crashes after it was there").isPositive();
  }

  @Test
  void whatNobodyGoesOnWithIsDeleted() throws IOException {
    FaultyDisk disk = new FaultyDisk(1);
    try (Database database = Database.open(disk, ROOT, OPTIONS)) {
      Collection collection = database.create(CollectionConfig.of("c", 2, Metric.EUCLIDEAN));
      put(database, collection, 3);
      Snapshots snapshots = new Snapshots(database);
      SnapshotName taken = snapshots.take(NAME).name();
      ReadSnapshot most = new ReadSnapshot(NAME, taken, "", 0, 3_000);
      FileBytes bytes = new Exports(database, snapshots).open(most).bytes();
      snapshots.delete(NAME, taken);
      Uploads uploads = new Uploads(database, snapshots, -1);
      uploads.put(new UploadSnapshot(NAME, MOVED, 0, bytes));
      assertThat(disk.list(ROOT.resolve("snapshots/c"))).containsExactly("._moved");
      uploads.expire();
      assertThat(disk.list(ROOT.resolve("snapshots/c"))).isEmpty();
    }
  }

  /** Whoever begins it anew while it is verified would change what was verified. */
  @Test
  void whatIsBeingPublishedIsNotBegunAnew() throws IOException {
    AtomicReference<Runnable> verifying = new AtomicReference<>(() -> {});
    HookedDisk disk =
        new HookedDisk(new FaultyDisk(1), call -> verifying.getAndSet(() -> {}).run());
    try (Database database = Database.open(disk, ROOT, OPTIONS)) {
      Collection collection = database.create(CollectionConfig.of("c", 2, Metric.EUCLIDEAN));
      put(database, collection, 3);
      Snapshots snapshots = new Snapshots(database);
      SnapshotName taken = snapshots.take(NAME).name();
      ReadSnapshot all = new ReadSnapshot(NAME, taken, "", 0, 1 << 20);
      FileBytes bytes = new Exports(database, snapshots).open(all).bytes();
      Uploads uploads = new Uploads(database, snapshots);
      UploadSnapshot part = new UploadSnapshot(NAME, MOVED, 0, bytes);
      uploads.put(part);
      List<ErrorCode> refused = new ArrayList<>();
      verifying.set(() -> {
        try {
          uploads.put(part);
        } catch (QuiverException e) {
          refused.add(e.code());
        }
      });
      assertThat(uploads.publish(NAME, MOVED).vectorCount()).isEqualTo(3);
      assertThat(refused).containsExactly(ErrorCode.CONFLICT);
      snapshots.delete(NAME, MOVED);
      assertThat(uploads.put(part).receivedBytes()).isEqualTo(bytes.size());
    }
  }

  /** Returns how many calls there were when the upload began. */
  private static long live(FaultyDisk disk, long crashAt) throws IOException {
    long calls = 0;
    disk.crashAt(crashAt);
    try (Database database = Database.open(disk, ROOT, OPTIONS)) {
      Collection collection = database.create(CollectionConfig.of("c", 2, Metric.EUCLIDEAN));
      put(database, collection, 3);
      Snapshots snapshots = new Snapshots(database);
      SnapshotName taken = snapshots.take(NAME).name();
      Exports exports = new Exports(database, snapshots);
      byte[] bytes = exports.open(new ReadSnapshot(NAME, taken, "", 0, 1 << 20)).bytes().toArray();
      snapshots.delete(NAME, taken);
      put(database, collection, 5);
      calls = disk.calls();
      Uploads uploads = new Uploads(database, snapshots);
      for (int at = 0; at < bytes.length; at += PART_BYTES) {
        int end = Math.min(bytes.length, at + PART_BYTES);
        FileBytes part = FileBytes.owning(Arrays.copyOfRange(bytes, at, end));
        uploads.put(new UploadSnapshot(NAME, MOVED, at, part));
      }
      assertThat(uploads.publish(NAME, MOVED).vectorCount()).isEqualTo(3);
    } catch (SimulatedCrash crash) {
      assertThat(crashAt).isLessThan(Long.MAX_VALUE);
    }
    return calls;
  }

  /** Returns how many snapshots there are. */
  private static int verify(FaultyDisk disk, String when) throws IOException {
    try (Database database = Database.open(disk, ROOT, OPTIONS)) {
      Collection served = database.find(NAME).orElseThrow();
      assertThat(served.stats().vectorCount()).as(when).isEqualTo(5);
      Snapshots snapshots = new Snapshots(database);
      List<SnapshotInfo> found = snapshots.list(NAME);
      assertThat(disk.list(ROOT.resolve("snapshots/c"))).as(when).hasSize(found.size());
      for (SnapshotInfo each : found) {
        assertThat(each.name()).isEqualTo(MOVED);
        Collection restored = database.adoption().replace(snapshots.copy(NAME, MOVED), NAME);
        assertThat(restored.stats().vectorCount()).as(when).isEqualTo(3);
      }
      return found.size();
    }
  }

  private static void put(Database database, Collection collection, int rows) {
    for (int i = 0; i < rows; i++) {
      Row row = new Row(new VectorId("" + i), DenseVector.of(i, 1), Metadata.ABSENT);
      PreparedWrite write = collection.prepare(WriteVectors.upsert(NAME, List.of(row)));
      long lsn = database.append(collection.uuid(), write.command().orElseThrow());
      database.sync(true);
      collection.apply(lsn, write.command().orElseThrow());
    }
  }
}
