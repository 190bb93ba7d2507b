package io.quiver.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quiver.collection.Collection;
import io.quiver.collection.PreparedWrite;
import io.quiver.collection.Tuning;
import io.quiver.core.CollectionName;
import io.quiver.core.DenseVector;
import io.quiver.core.Metadata;
import io.quiver.core.Metric;
import io.quiver.core.QuiverException;
import io.quiver.core.VectorId;
import io.quiver.disk.DiskFile;
import io.quiver.message.CollectionConfig;
import io.quiver.message.Row;
import io.quiver.message.WriteVectors;
import io.quiver.testkit.FaultyDisk;
import io.quiver.testkit.FaultyDisk.Call;
import io.quiver.testkit.FaultyDisk.Fault;
import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a write that the disk refused leaves behind: nothing that grows. */
class RefusedWritesTest {
  private static final Path ROOT = Path.of("/data");
  private static final DatabaseOptions OPTIONS =
      new DatabaseOptions(2_000, 600, 0, new Tuning(1_000, 1_000));

  private final FaultyDisk disk = new FaultyDisk(3);
  private Database database;
  private Collection left;
  private Collection right;

  @BeforeEach
  void open() throws IOException {
    database = Database.open(disk, ROOT, OPTIONS);
    left = database.create(CollectionConfig.of("left", 3, Metric.EUCLIDEAN));
    right = database.create(CollectionConfig.of("right", 3, Metric.EUCLIDEAN));
    write(left, "a");
    write(right, "b");
  }

  @Test
  void itsNumberInTheLogDoesNotKeepTheLog() throws IOException {
    database.runMaintenance();
    refuseInLog(left, "c");
    for (int i = 0; i < 100; i++) {
      write(right, "id" + i);
      database.runMaintenance();
    }
    assertThat(disk.list(ROOT.resolve("wal"))).hasSizeLessThan(3);
  }

  @Test
  void itsRowsTakeNoRoomFromTheNext() throws IOException {
    for (int i = 0; i < 5_000; i++) {
      refuseInLog(left, "c" + i);
    }
    try (DiskFile rows = disk.openReadOnly(ROOT.resolve("left/0/vectors.bin"))) {
      assertThat(rows.size()).isLessThan(64 << 10);
    }
    write(left, "d");
    assertThat(left.stats().vectorCount()).isEqualTo(2);
    assertThat(left.stats().deletedRows()).isZero();
  }

  @Test
  void anOpeningThatFailsHalfwayKeepsNoFileOpen() throws IOException {
    database.runMaintenance();
    database.close();
    for (int opened = 0; opened < 8; opened++) {
      Database again = Database.open(disk, ROOT, OPTIONS);
      Collection collection = again.find(new CollectionName("left")).orElseThrow();
      disk.failAllAfter(opened, Call.OPEN, new IOException("Too many open files"));
      try {
        collection.prepare(write("e"));
      } catch (QuiverException refused) {
        assertThat(refused.details()).containsEntry("reason", "no_file_handles");
      }
      disk.heal();
      again.close();
      assertThat(disk.filesOpen()).as("after %d were opened", opened).isZero();
    }
  }

  /** Else the thread that does it would end, and with it every hope of a checkpoint. */
  @ParameterizedTest
  @EnumSource(value = Call.class, names = "FORCE", mode = EnumSource.Mode.EXCLUDE) // ends the log
  void aRoundOfMaintenanceThatIsRefusedEndsAsAnyOther(Call kind) throws IOException {
    for (int passing = 0; passing < 12; passing++) {
      for (int i = 0; i < 20; i++) {
        write(left, "id" + passing + "-" + i);
      }
      disk.failAllAfter(passing, kind, new IOException("Too many open files"));
      database.runMaintenance();
      disk.heal();
      database.runMaintenance();
    }
  }

  /** From some call on everything is refused: the create, and what would undo it. */
  @Test
  void aCreateThatCouldNotBeUndoneCanBeTriedAgain() {
    int halfMade = 0;
    for (int passing = 0; passing < 12; passing++) {
      CollectionConfig config = CollectionConfig.of("c" + passing, 3, Metric.EUCLIDEAN);
      disk.fail(
          new Fault(
              disk.calls() + 1 + passing,
              1_000,
              EnumSet.of(Call.WRITE, Call.FORCE, Call.OTHER),
              new IOException("Input/output error")));
      Optional<QuiverException> refused = Optional.empty();
      try {
        database.create(config);
      } catch (QuiverException e) {
        refused = Optional.of(e);
      }
      disk.heal();
      if (refused.isPresent()) {
        assertThat(database.find(config.name())).isEmpty();
        halfMade += disk.exists(ROOT.resolve(config.name() + "/metadata.json")) ? 1 : 0;
        assertThat(database.create(config).stats().vectorCount()).isZero();
      }
      assertThat(database.find(config.name())).isPresent();
    }
    assertThat(halfMade).as("creates of which all but the confirmation was there").isPositive();
  }

  /** The rows are staged, then the log's write fails. */
  private void refuseInLog(Collection collection, String id) {
    PreparedWrite prepared = collection.prepare(write(id));
    disk.fail(new Fault(0, 1, EnumSet.of(Call.WRITE), new IOException("No space left on device")));
    database.append(collection.uuid(), prepared.command().orElseThrow());
    assertThatThrownBy(() -> database.sync(true)).hasMessageContaining("the disk is full");
    collection.abandon(prepared);
  }

  private void write(Collection collection, String id) {
    PreparedWrite prepared = collection.prepare(write(id));
    long lsn = database.append(collection.uuid(), prepared.command().orElseThrow());
    database.sync(true);
    collection.apply(lsn, prepared.command().orElseThrow());
  }

  private static WriteVectors write(String id) {
    return WriteVectors.upsert(
        new CollectionName("left"),
        List.of(new Row(new VectorId(id), DenseVector.of(1, 2, 3), Metadata.ABSENT)));
  }
}
