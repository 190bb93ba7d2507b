package io.quiver.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import io.quiver.catalog.Database;
import io.quiver.catalog.DatabaseOptions;
import io.quiver.catalog.Surroundings;
import io.quiver.collection.Collection;
import io.quiver.collection.PreparedWrite;
import io.quiver.collection.Tuning;
import io.quiver.core.CollectionName;
import io.quiver.core.DenseVector;
import io.quiver.core.Metadata;
import io.quiver.core.Metric;
import io.quiver.core.VectorId;
import io.quiver.message.CollectionConfig;
import io.quiver.message.Row;
import io.quiver.message.SnapshotInfo;
import io.quiver.message.WriteVectors;
import io.quiver.testkit.FaultyDisk;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Snapshots by time and by count, and what is kept of them; the clock is the test's. */
class SnapshotScheduleTest {
  private static final CollectionName NAME = new CollectionName("c");
  private static final DatabaseOptions OPTIONS =
      new DatabaseOptions(1 << 16, 1, 0, new Tuning(1_000, 1_000));
  private static final long HOUR_MILLIS = 3_600_000;

  private final FaultyDisk disk = new FaultyDisk(1);
  private final AtomicLong millis = new AtomicLong(1_700_000_000_000L);
  private Database database;
  private Snapshots snapshots;
  private Collection collection;

  @BeforeEach
  void open() throws IOException {
    Surroundings surroundings = new Surroundings(millis::get, UUID::randomUUID);
    database = Database.open(disk, Path.of("/data"), OPTIONS, surroundings);
    snapshots = new Snapshots(database);
    collection =
        database
            .find(NAME)
            .orElseGet(() -> database.create(CollectionConfig.of("c", 2, Metric.EUCLIDEAN)));
  }

  @AfterEach
  void close() throws IOException {
    database.close();
  }

  @Test
  void byTimeOnlyWhatChangedIsTaken() throws IOException {
    SnapshotSchedule schedule = schedule(plan(1, 0, 0, 0));
    put(3);
    schedule.run();
    assertThat(counts()).isEmpty();
    pass(schedule, 1);
    assertThat(counts()).containsExactly(3L);
    assertThat(snapshots.list(NAME).getFirst().name().value()).startsWith("auto_c_1700003600");
    assertThat(snapshots.list(NAME).getFirst().checksum()).hasSize(8);
    pass(schedule, 5);
    assertThat(counts()).containsExactly(3L);
    put(4);
    schedule.run();
    assertThat(counts()).containsExactly(4L, 3L);
    database.close();
    open();
    SnapshotSchedule again = schedule(plan(1, 0, 0, 0));
    again.run();
    assertThat(counts()).as("the last one counts after a start").hasSize(2);
    pass(again, 1);
    pass(again, 1);
    assertThat(counts()).as("one more, for it may have changed").hasSize(3);
  }

  @Test
  void byCountEachRowIsAnOperation() {
    SnapshotSchedule schedule = schedule(plan(0, 10, 0, 0));
    put(9);
    schedule.run();
    assertThat(counts()).isEmpty();
    put(1);
    schedule.run();
    schedule.run();
    assertThat(counts()).containsExactly(9L);
    put(10);
    schedule.run();
    assertThat(counts()).containsExactly(10L, 9L);
  }

  @Test
  void retentionKeepsTheNewestAndWhatSomebodyAskedFor() {
    SnapshotInfo asked = snapshots.take(NAME);
    SnapshotSchedule byCount = schedule(plan(0, 1, 3, 0));
    for (int i = 1; i <= 5; i++) {
      put(i);
      pass(byCount, 1);
    }
    assertThat(counts()).containsExactly(5L, 4L, 3L, 0L);
    SnapshotSchedule byAge = schedule(plan(1, 0, 0, 2));
    put(6);
    pass(byAge, 100);
    assertThat(counts()).as("two hours at most").containsExactly(6L, 0L);
    assertThat(snapshots.list(NAME).getLast()).isEqualTo(asked);
  }

  @Test
  void whatTheDiskRefusesIsTriedAgainLater() {
    SnapshotSchedule schedule = schedule(plan(0, 1, 0, 0));
    put(1);
    disk.failAll(FaultyDisk.Call.OTHER, new IOException("No space left on device"));
    schedule.run();
    disk.heal();
    schedule.run();
    assertThat(counts()).as("not at once").isEmpty();
    pass(schedule, 1);
    assertThat(counts()).containsExactly(1L);
  }

  private SnapshotSchedule schedule(SnapshotOptions plan) {
    SnapshotSchedule schedule = new SnapshotSchedule(database, snapshots, plan);
    schedule.run();
    return schedule;
  }

  private static SnapshotOptions plan(int hours, long operations, int keep, int keepHours) {
    return new SnapshotOptions(
        Duration.ofHours(hours), operations, keep, Duration.ofHours(keepHours));
  }

  private void pass(SnapshotSchedule schedule, int hours) {
    millis.addAndGet(hours * HOUR_MILLIS);
    schedule.run();
  }

  private List<Long> counts() {
    return snapshots.list(NAME).stream().map(SnapshotInfo::vectorCount).toList();
  }

  private void put(int rows) {
    List<Row> written = new ArrayList<>();
    for (int i = 0; i < rows; i++) {
      written.add(new Row(new VectorId("" + i), DenseVector.of(i, 1), Metadata.ABSENT));
    }
    PreparedWrite write = collection.prepare(WriteVectors.upsert(NAME, written));
    long lsn = database.append(collection.uuid(), write.command().orElseThrow());
    database.sync(true);
    collection.apply(lsn, write.command().orElseThrow());
  }
}
