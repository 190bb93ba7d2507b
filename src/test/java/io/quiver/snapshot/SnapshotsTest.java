package io.quiver.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quiver.catalog.Database;
import io.quiver.catalog.DatabaseOptions;
import io.quiver.catalog.Surroundings;
import io.quiver.collection.Collection;
import io.quiver.collection.PreparedWrite;
import io.quiver.collection.Tuning;
import io.quiver.core.CollectionName;
import io.quiver.core.Deadline;
import io.quiver.core.DenseVector;
import io.quiver.core.ErrorCode;
import io.quiver.core.Metadata;
import io.quiver.core.Metric;
import io.quiver.core.QuiverException;
import io.quiver.core.VectorId;
import io.quiver.disk.OsDisk;
import io.quiver.message.BackupPath;
import io.quiver.message.CollectionConfig;
import io.quiver.message.Hit;
import io.quiver.message.Row;
import io.quiver.message.SearchVectors;
import io.quiver.message.SnapshotInfo;
import io.quiver.message.SnapshotName;
import io.quiver.message.WriteVectors;
import io.quiver.testkit.HookedDisk;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Snapshots and backups on real files: one moment, shared with nobody who could change it. */
class SnapshotsTest {
  private static final DatabaseOptions BY_HAND =
      new DatabaseOptions(1 << 20, 1 << 20, 0, new Tuning(50, 10));
  private static final CollectionName NAME = new CollectionName("c");

  @TempDir Path data;
  private final AtomicLong millis = new AtomicLong(1_767_323_045_000L);
  private Database database;
  private Snapshots snapshots;

  @BeforeEach
  void open() throws IOException {
    Surroundings surroundings = new Surroundings(millis::get, UUID::randomUUID);
    database = Database.open(new OsDisk(), data, BY_HAND, surroundings);
    snapshots = new Snapshots(database);
  }

  @AfterEach
  void close() throws IOException {
    database.close();
  }

  @Test
  void aSnapshotSharesItsFilesAndIsNotTouchedByWhatFollows() throws IOException {
    Collection collection = create();
    write(collection, 0, 100);
    SnapshotInfo taken = snapshots.take(NAME);
    assertThat(taken.name().value()).isEqualTo("c_1767323045");
    assertThat(taken.vectorCount()).isEqualTo(100);
    assertThat(taken.checksum()).isEmpty();
    assertThat(key(folder(taken).resolve("0/vectors.bin")))
        .isEqualTo(key(data.resolve("c/0/vectors.bin")));
    String checksum = snapshots.seal(NAME, taken.name()).checksum();
    assertThat(checksum).matches("[0-9a-f]{8}");
    write(collection, 50, 200); // Updates and appends: then most of the first rows are dead.
    database.runMaintenance();
    write(collection, 200, 300);
    SnapshotInfo second = snapshots.take(NAME);
    assertThat(second.name().value()).isEqualTo("c_1767323045-2");
    assertThat(snapshots.list(NAME))
        .extracting(SnapshotInfo::name)
        .containsExactly(second.name(), taken.name());
    assertThat(ids(put(taken))).isEqualTo(range(0, 100));
    assertThat(ids(put(second))).isEqualTo(range(0, 300));
    restart();
    assertThat(snapshots.get(NAME, taken.name()).checksum()).isEqualTo(checksum);
    assertThat(ids(put(taken))).isEqualTo(range(0, 100));
    snapshots.delete(NAME, taken.name());
    assertThat(ids(put(second))).isEqualTo(range(0, 300));
    assertThat(list("snapshots/c")).hasSize(1);
  }

  /** Whoever looks while another deletes, or the schedule: not there, or left out; no fault. */
  @Test
  void whatIsDeletedWhileItIsReadIsNotThere(@TempDir Path other) throws IOException {
    AtomicReference<Runnable> meanwhile = new AtomicReference<>();
    HookedDisk disk =
        new HookedDisk(
            new OsDisk(),
            call -> {
              if (call.equals("openReadOnly") && meanwhile.get() != null) {
                meanwhile.getAndSet(null).run();
              }
            });
    try (Database own = Database.open(disk, other, BY_HAND)) {
      own.create(CollectionConfig.of("c", 2, Metric.EUCLIDEAN));
      Snapshots kept = new Snapshots(own);
      SnapshotName first = kept.take(NAME).name();
      meanwhile.set(() -> kept.delete(NAME, first));
      assertThatThrownBy(() -> kept.get(NAME, first))
          .isInstanceOfSatisfying(
              QuiverException.class,
              e -> assertThat(e.code()).isEqualTo(ErrorCode.SNAPSHOT_NOT_FOUND));
      SnapshotName second = kept.take(NAME).name();
      meanwhile.set(() -> kept.delete(NAME, second));
      assertThat(kept.list(NAME)).isEmpty();
    }
  }

  /** The restored rows are appended to; a second restore of the same snapshot does not see them. */
  @Test
  void twoRestoresOfOneSnapshotAreTwoCollections() throws IOException {
    write(create(), 0, 60);
    SnapshotInfo taken = snapshots.take(NAME);
    CollectionName other = new CollectionName("other");
    Collection first = put(taken);
    Collection second = database.adoption().adopt(snapshots.copy(NAME, taken.name()), other);
    write(first, 100, 160);
    write(second, 300, 330);
    restart();
    List<String> one = new ArrayList<>(range(0, 60));
    one.addAll(range(100, 160));
    List<String> two = new ArrayList<>(range(0, 60));
    two.addAll(range(300, 330));
    assertThat(ids(database.find(NAME).orElseThrow())).isEqualTo(one);
    assertThat(ids(database.find(other).orElseThrow())).isEqualTo(two);
    assertThat(database.recovery().deleted()).hasSize(1);
  }

  /**
   * Every byte that counts, of every file: one that rotted is found before anything is replaced.
   */
  @Test
  void aSnapshotThatRottedIsNotRestored() throws IOException {
    write(create(), 0, 60);
    SnapshotInfo taken = snapshots.take(NAME);
    snapshots.seal(NAME, taken.name());
    write(database.find(NAME).orElseThrow(), 60, 61);
    SnapshotFolder folder = new SnapshotFolder(new OsDisk(), folder(taken));
    for (SavedFile file : folder.read().files()) {
      Path path = folder(taken).resolve(file.path());
      Path whole = path.resolveSibling("whole");
      Files.move(path, whole);
      Files.copy(whole, path); // Else the living collection rots, too.
      long at = file.bytes() - 1;
      flip(path, at);
      assertThatThrownBy(() -> put(taken))
          .as("%s", file)
          .hasMessageContaining(String.valueOf(path.getFileName()))
          .extracting(e -> ((QuiverException) e).code())
          .isEqualTo(ErrorCode.COLLECTION_DAMAGED);
      assertThat(ids(database.find(NAME).orElseThrow())).hasSize(61);
      Files.delete(path);
      Files.move(whole, path);
    }
    flip(folder(taken).resolve("snapshot.json"), 40);
    assertThatThrownBy(() -> put(taken)).isInstanceOf(QuiverException.class);
    assertThat(snapshots.list(NAME)).isEmpty();
    flip(folder(taken).resolve("snapshot.json"), 40);
    assertThat(ids(put(taken))).hasSize(60);
    assertThat(list(".staging")).isEmpty();
  }

  /** What was summed for the last snapshot is not read again. */
  @Test
  void onlyWhatWasAppendedIsReadForTheNextSnapshot() throws IOException {
    Collection wide = database.create(CollectionConfig.of(NAME.value(), 4_096, Metric.EUCLIDEAN));
    wide(wide, 0, 600);
    SnapshotInfo first = snapshots.take(NAME);
    snapshots.seal(NAME, first.name());
    SnapshotFolder one = new SnapshotFolder(new OsDisk(), folder(first));
    List<Integer> sums = vectors(one.read()).sums();
    assertThat(sums).hasSizeGreaterThan(2);
    wide(wide, 600, 900);
    SnapshotInfo second = snapshots.take(NAME);
    SnapshotFolder two = new SnapshotFolder(new OsDisk(), folder(second));
    // Wrong sums of the first one show what is taken from it, and what is computed.
    List<SavedFile> lying =
        one.read().files().stream()
            .map(file ->
                new SavedFile(
                    file.path(), file.bytes(), file.sums().stream().map(sum -> ~sum).toList()))
            .toList();
    one.save(one.read().with(lying));
    snapshots.seal(NAME, second.name());
    List<Integer> next = vectors(two.read()).sums();
    for (int i = 0; i < next.size(); i++) {
      boolean isShared = i < sums.size() - 1;
      int expected = isShared ? ~sums.get(i) : next.get(i);
      assertThat(next.get(i)).as("chunk %d", i).isEqualTo(expected);
    }
    assertThat(next.get(sums.size() - 1)).isNotEqualTo(~sums.getLast());
  }

  /** Unchanged files are one file under several names: the second snapshot costs two small ones. */
  @Test
  void whatDidNotChangeIsShared() throws IOException {
    write(create(), 0, 100);
    SnapshotInfo first = snapshots.take(NAME);
    SnapshotInfo second = snapshots.take(NAME);
    List<SavedFile> files = new SnapshotFolder(new OsDisk(), folder(first)).read().files();
    assertThat(files).hasSizeGreaterThan(4);
    for (SavedFile file : files) {
      boolean isShared =
          key(folder(first).resolve(file.path())).equals(key(folder(second).resolve(file.path())));
      assertThat(isShared).as("%s", file).isEqualTo(!file.path().equals("metadata.json"));
    }
    write(database.find(NAME).orElseThrow(), 100, 200);
    SnapshotInfo third = snapshots.take(NAME);
    assertThat(key(folder(third).resolve("0/vectors.bin")))
        .isEqualTo(key(folder(first).resolve("0/vectors.bin")));
  }

  /** What was restored and written on has other bytes in files of the same origin and length. */
  @Test
  void aSnapshotOfWhatWasRestoredTakesNoChecksumsFromBefore() throws IOException {
    Collection wide = database.create(CollectionConfig.of(NAME.value(), 4_096, Metric.EUCLIDEAN));
    wide(wide, 0, 10);
    SnapshotInfo first = snapshots.take(NAME);
    wide(wide, 10, 600);
    snapshots.seal(NAME, snapshots.take(NAME).name());
    Collection restored = put(first);
    wide(restored, 1_000, 1_600);
    SnapshotInfo third = snapshots.take(NAME);
    snapshots.seal(NAME, third.name());
    assertThat(put(third).stats().vectorCount()).isEqualTo(610);
  }

  @Test
  void aBackupIsACopyThatCanBeMovedAwayAndBack() throws IOException {
    write(create(), 0, 60);
    Backups backups = new Backups(database);
    BackupPath path = backups.backUp(NAME);
    assertThat(path.text()).isEqualTo(".backups/c_20260102_030405");
    assertThat(path.collection()).isEqualTo(NAME);
    assertThat(backups.backUp(NAME).text()).isEqualTo(".backups/c_20260102_030405_2");
    Path copy = data.resolve(path.text());
    assertThat(key(copy.resolve("0/vectors.bin")))
        .isNotEqualTo(key(data.resolve("c/0/vectors.bin")));
    database.hardDelete(NAME);
    Path away = data.resolveSibling(data.getFileName() + ".away");
    Files.move(copy, away);
    assertThatThrownBy(() -> backups.copy(path))
        .extracting(e -> ((QuiverException) e).code())
        .isEqualTo(ErrorCode.COLLECTION_NOT_FOUND);
    Files.move(away, copy);
    assertThat(ids(database.adoption().adopt(backups.copy(path), NAME))).isEqualTo(range(0, 60));
    restart();
    assertThat(ids(database.find(NAME).orElseThrow())).isEqualTo(range(0, 60));
  }

  private static SavedFile vectors(SnapshotIndex index) {
    return index.files().stream()
        .filter(file -> file.path().endsWith("vectors.bin"))
        .findFirst()
        .orElseThrow();
  }

  private Path folder(SnapshotInfo info) {
    return data.resolve("snapshots/c").resolve(info.name().value());
  }

  private List<String> list(String folder) throws IOException {
    return database.disk().list(data.resolve(folder));
  }

  private static Object key(Path file) throws IOException {
    return Files.getAttribute(file, "unix:ino");
  }

  private static void flip(Path file, long at) throws IOException {
    try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
      bytes.seek(at);
      int old = bytes.read();
      bytes.seek(at);
      bytes.write(old ^ 1);
    }
  }

  private void restart() throws IOException {
    database.close();
    open();
  }

  private Collection create() {
    return database.create(CollectionConfig.of(NAME.value(), 2, Metric.EUCLIDEAN));
  }

  private Collection put(SnapshotInfo info) {
    return database.adoption().replace(snapshots.copy(NAME, info.name()), NAME);
  }

  private void write(Collection collection, int from, int to) {
    List<Row> rows = new ArrayList<>();
    for (int i = from; i < to; i++) {
      rows.add(new Row(new VectorId("id" + i), DenseVector.of(i, from), Metadata.ABSENT));
    }
    write(collection, rows);
  }

  private void wide(Collection collection, int from, int to) {
    List<Row> rows = new ArrayList<>();
    for (int i = from; i < to; i++) {
      float[] components = new float[4_096];
      components[i % 4_096] = i;
      rows.add(new Row(new VectorId("id" + i), DenseVector.of(components), Metadata.ABSENT));
    }
    write(collection, rows);
  }

  private void write(Collection collection, List<Row> rows) {
    PreparedWrite write = collection.prepare(WriteVectors.upsert(collection.name(), rows));
    long lsn = database.append(collection.uuid(), write.command().orElseThrow());
    database.sync(true);
    collection.apply(lsn, write.command().orElseThrow());
  }

  private static List<String> ids(Collection collection) {
    SearchVectors all = SearchVectors.of(collection.name(), DenseVector.of(0, 0), 1_000);
    Stream<Hit> hits = collection.search(0, all, Deadline.NEVER).hits().stream();
    return hits.map(hit -> hit.id().value()).sorted(SnapshotsTest::byNumber).toList();
  }

  private static int byNumber(String a, String b) {
    return Integer.compare(Integer.parseInt(a.substring(2)), Integer.parseInt(b.substring(2)));
  }

  private static List<String> range(int from, int to) {
    List<String> ids = new ArrayList<>();
    for (int i = from; i < to; i++) {
      ids.add("id" + i);
    }
    return ids;
  }
}
