package io.quiver.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quiver.collection.Collection;
import io.quiver.collection.PreparedWrite;
import io.quiver.collection.Reworks;
import io.quiver.core.CollectionName;
import io.quiver.core.Deadline;
import io.quiver.core.DenseVector;
import io.quiver.core.ErrorCode;
import io.quiver.core.Metadata;
import io.quiver.core.Metric;
import io.quiver.core.QuiverException;
import io.quiver.core.VectorId;
import io.quiver.message.CollectionConfig;
import io.quiver.message.Hit;
import io.quiver.message.IndexParams;
import io.quiver.message.Row;
import io.quiver.message.SearchVectors;
import io.quiver.message.WriteVectors;
import io.quiver.testkit.FaultyDisk;
import io.quiver.testkit.FaultyDisk.Call;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is deleted is kept, comes back with all it had, and goes when its time is over. */
class RecoveryTest {
  private static final Path ROOT = Path.of("/data");
  private static final DatabaseOptions BY_HAND = new DatabaseOptions(1 << 20, 1 << 20, 0);
  private static final CollectionName NAME = new CollectionName("my_films");

  private final FaultyDisk disk = new FaultyDisk(1);
  private final AtomicLong millis = new AtomicLong(1_767_323_045_000L); // 2026-01-02 03:04:05 UTC
  private Database database;

  @BeforeEach
  void open() throws IOException {
    open(BY_HAND);
  }

  private void open(DatabaseOptions options) throws IOException {
    Surroundings surroundings = new Surroundings(millis::get, UUID::randomUUID);
    database = Database.open(disk, ROOT, options, surroundings);
  }

  @AfterEach
  void close() throws IOException {
    disk.heal();
    database.close();
  }

  @Test
  void aRestoredCollectionIsSearchableAtOnceUnderItsNameOrAnother() throws IOException {
    write(create(), "a");
    database.drop(NAME);
    assertThat(database.find(NAME)).isEmpty();
    KeptCollection kept = database.recovery().deleted().getFirst();
    assertThat(kept.name()).isEqualTo(NAME);
    assertThat(kept.folder()).startsWith("my_films_20260102_030405_");
    assertThat(kept.sinceMillis()).isEqualTo(millis.get());
    create(); // The name is free.
    assertThatThrownBy(() -> restore(kept, Optional.empty()))
        .extracting(e -> ((QuiverException) e).code())
        .isEqualTo(ErrorCode.COLLECTION_ALREADY_EXISTS);
    CollectionName other = new CollectionName("other");
    Collection back = restore(kept, Optional.of(other));
    assertThat(found(back)).containsExactly("a");
    write(back, "b");
    restart();
    assertThat(found(database.find(other).orElseThrow())).containsExactlyInAnyOrder("a", "b");
    assertThat(found(database.find(NAME).orElseThrow())).isEmpty();
    assertThat(database.recovery().deleted()).isEmpty();
  }

  /** Deleted and restored twice, written to in between, and compacted by the maintenance. */
  @Test
  void whatWasRestoredIsACollectionLikeAnyOther() throws IOException {
    write(create(), "a");
    for (String id : List.of("b", "c")) {
      database.drop(NAME);
      write(restore(database.recovery().deleted().getFirst(), Optional.empty()), id);
      database.runMaintenance();
      restart();
    }
    assertThat(found(database.find(NAME).orElseThrow())).containsExactlyInAnyOrder("a", "b", "c");
    assertThat(database.health()).noneMatch(each -> each.message().contains("set aside"));
  }

  /** The heads of its files keep the uuid they were written with, whatever is made of them. */
  @Test
  void whatWasRestoredCanBeRebuiltAndCompactedAndOpensAgain() throws IOException {
    write(create(), "a");
    write(database.find(NAME).orElseThrow(), "b");
    database.drop(NAME);
    Collection back = restore(database.recovery().deleted().getFirst(), Optional.empty());
    IndexParams other = new IndexParams(8, 60, 90, 8);
    Reworks.rebuild(back, Optional.of(other));
    for (int round = 0; round < 3; round++) {
      database.runMaintenance();
    }
    assertThat(database.find(NAME).orElseThrow().config().index()).isEqualTo(other);
    Reworks.compact(back);
    for (int round = 0; round < 3; round++) {
      database.runMaintenance();
    }
    restart();
    assertThat(found(database.find(NAME).orElseThrow())).containsExactlyInAnyOrder("a", "b");
  }

  /** A write on its way to the log when its collection goes is not part of what comes back. */
  @Test
  void aWriteThatWasNotAppliedDoesNotComeBackAtARestart() throws IOException {
    Collection collection = create();
    write(collection, "a");
    PreparedWrite late = collection.prepare(upsert("late"));
    database.append(collection.uuid(), late.command().orElseThrow());
    database.drop(NAME);
    Collection back = restore(database.recovery().deleted().getFirst(), Optional.empty());
    database.sync(true);
    write(back, "b");
    List<String> served = found(back);
    disk.crashAt(disk.calls() + 1);
    database.halt();
    FaultyDisk left = disk.afterKill(1);
    try (Database again = Database.open(left, ROOT, BY_HAND)) {
      assertThat(found(again.find(NAME).orElseThrow()))
          .containsExactlyInAnyOrderElementsOf(served)
          .containsExactlyInAnyOrder("a", "b");
    }
    database = Database.open(new FaultyDisk(2), ROOT, BY_HAND);
  }

  @Test
  void onAFullDiskNothingIsKeptButSpaceCanBeFreed() {
    write(create(), "a");
    disk.failAll(Call.WRITE, full());
    assertThatThrownBy(() -> database.drop(NAME))
        .hasMessageContaining("hard delete")
        .extracting(e -> ((QuiverException) e).code())
        .isEqualTo(ErrorCode.STORAGE_FULL);
    assertThat(found(database.find(NAME).orElseThrow())).containsExactly("a");
    database.hardDelete(NAME);
    assertThat(database.find(NAME)).isEmpty();
    assertThat(database.recovery().deleted()).isEmpty();
    database.runMaintenance();
    assertThat(disk.exists(ROOT.resolve(".deleted"))).isTrue();
    assertThat(folders()).isEmpty();
  }

  @Test
  void whatIsOlderThanTheRetentionGoesByItself() throws IOException {
    write(create(), "a");
    database.drop(NAME);
    millis.addAndGet(Duration.ofHours(24).toMillis() - 1);
    database.runMaintenance();
    assertThat(database.recovery().deleted()).hasSize(1);
    millis.addAndGet(1);
    database.runMaintenance();
    assertThat(database.recovery().deleted()).isEmpty();
    assertThat(folders()).isEmpty();
    restart();
    assertThat(database.find(NAME)).isEmpty();
  }

  @Test
  void aCleanupTakesWhatIsOlderThanAskedAndNothingElse() {
    create();
    database.drop(NAME);
    millis.addAndGet(Duration.ofHours(3).toMillis());
    create();
    database.drop(NAME);
    assertThat(database.recovery().cleanup(Optional.empty())).isEmpty();
    List<KeptCollection> kept = database.recovery().deleted();
    assertThat(database.recovery().cleanup(Optional.of(Duration.ofHours(2))))
        .containsExactly(kept.getFirst().folder());
    assertThat(database.recovery().deleted()).containsExactly(kept.getLast());
    assertThat(database.recovery().cleanup(Optional.of(Duration.ZERO))).hasSize(1);
    assertThatThrownBy(() -> restore(kept.getLast(), Optional.empty()))
        .extracting(e -> ((QuiverException) e).code())
        .isEqualTo(ErrorCode.COLLECTION_NOT_FOUND);
  }

  @Test
  void withoutRetentionNothingIsKept() throws IOException {
    database.close();
    open(BY_HAND.withDeletedRetention(Duration.ZERO));
    write(create(), "a");
    database.drop(NAME);
    assertThat(database.recovery().deleted()).isEmpty();
    database.runMaintenance();
    assertThat(folders()).isEmpty();
  }

  /** A name that looks like that of what is kept is not mistaken when it is deleted for good. */
  @Test
  void aHardDeleteKeepsNothingWhateverTheNameLooksLike() throws IOException {
    CollectionName name = new CollectionName("films_20260102_030405");
    database.create(CollectionConfig.of(name.value(), 2, Metric.EUCLIDEAN));
    database.hardDelete(name);
    assertThat(database.recovery().deleted()).isEmpty();
    restart();
    assertThat(database.recovery().deleted()).isEmpty();
    assertThat(folders()).isEmpty();
  }

  /** One that lost its manifest is kept as it is, and told to be damaged when it is asked for. */
  @Test
  void aDamagedCollectionIsKeptButNotServed() throws IOException {
    write(create(), "a");
    restart();
    database.close();
    LogBytes.flip(disk, ROOT.resolve("my_films/metadata.json"), 40);
    open();
    assertThat(database.isSetAside(NAME)).isTrue();
    database.drop(NAME);
    KeptCollection kept = database.recovery().deleted().getFirst();
    assertThatThrownBy(() -> restore(kept, Optional.empty()))
        .extracting(e -> ((QuiverException) e).code())
        .isEqualTo(ErrorCode.COLLECTION_DAMAGED);
    assertThat(database.recovery().deleted()).containsExactly(kept);
  }

  @Test
  void aRefusedRestoreLeavesItToBeRestored() {
    write(create(), "a");
    database.drop(NAME);
    KeptCollection kept = database.recovery().deleted().getFirst();
    for (int calls = 0; calls < 3; calls++) { // The manifest's two, and the folder's rename.
      disk.failAllAfter(calls, Call.OTHER, full());
      assertThatThrownBy(() -> restore(kept, Optional.empty())).isInstanceOf(QuiverException.class);
      disk.heal();
      assertThat(database.find(NAME)).isEmpty();
      assertThat(database.recovery().deleted()).containsExactly(kept);
    }
    disk.failAllAfter(3, Call.FORCE, new IOException("Input/output error"));
    assertThatThrownBy(() -> restore(kept, Optional.empty()))
        .extracting(e -> ((QuiverException) e).details().get("outcome"))
        .isEqualTo("unknown");
    disk.heal();
    assertThat(found(restore(kept, Optional.empty()))).containsExactly("a");
  }

  private static IOException full() {
    return new IOException("No space left on device");
  }

  private void restart() throws IOException {
    database.close();
    open();
  }

  private Collection create() {
    return database.create(CollectionConfig.of(NAME.value(), 2, Metric.EUCLIDEAN));
  }

  private Collection restore(KeptCollection kept, Optional<CollectionName> name) {
    return database.recovery().restore(kept.folder(), name);
  }

  private List<String> folders() {
    try {
      return disk.list(ROOT.resolve(".deleted"));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static WriteVectors upsert(String id) {
    Row row = new Row(new VectorId(id), DenseVector.of(id.hashCode(), 1), Metadata.ABSENT);
    return WriteVectors.upsert(NAME, List.of(row));
  }

  private void write(Collection collection, String id) {
    PreparedWrite write = collection.prepare(upsert(id));
    long lsn = database.append(collection.uuid(), write.command().orElseThrow());
    database.sync(true);
    collection.apply(lsn, write.command().orElseThrow());
  }

  private static List<String> found(Collection collection) {
    SearchVectors all = SearchVectors.of(collection.name(), DenseVector.of(0, 0), 100);
    return collection.search(0, all, Deadline.NEVER).hits().stream()
        .map(Hit::id)
        .map(VectorId::value)
        .toList();
  }
}
