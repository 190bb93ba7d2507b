package io.quiver.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quiver.collection.Collection;
import io.quiver.collection.PreparedWrite;
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
import io.quiver.disk.OsDisk;
import io.quiver.message.CollectionConfig;
import io.quiver.message.DeleteVectors;
import io.quiver.message.GetVectors;
import io.quiver.message.Hit;
import io.quiver.message.OnError;
import io.quiver.message.Row;
import io.quiver.message.SearchVectors;
import io.quiver.message.WriteAck;
import io.quiver.message.WriteMode;
import io.quiver.message.WriteVectors;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.assertj.core.api.Condition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The database without a server, on real files: what was written is there, now and after. */
class DatabaseTest {
  private static final DatabaseOptions BY_HAND = new DatabaseOptions(1 << 20, 1 << 20, 0);
  private static final CollectionName NAME = new CollectionName("c");

  @TempDir Path folder;

  @Test
  void rowsComeBackExactlyAfterReopening() throws Exception {
    SplittableRandom random = new SplittableRandom(1);
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      rows.add(row("id-" + i, random(random, 20), "{\"n\": " + i + ".0}"));
    }
    try (Database database = Database.open(new OsDisk(), folder, BY_HAND)) {
      Collection made = database.create(CollectionConfig.of("c", 20, Metric.COSINE));
      write(database, made, WriteVectors.upsert(NAME, rows));
      assertThat(get(made, "id-7")).containsExactly(rows.get(7));
    }
    for (int restart = 0; restart < 2; restart++) {
      try (Database database = Database.open(new OsDisk(), folder, BY_HAND)) {
        Collection found = database.find(NAME).orElseThrow();
        assertThat(found.stats().vectorCount()).isEqualTo(300);
        for (int i = 0; i < 300; i++) {
          assertThat(get(found, "id-" + i)).containsExactly(rows.get(i));
        }
        SearchVectors search = SearchVectors.of(NAME, rows.get(9).vector(), 1);
        Hit hit = found.search(0, search, Deadline.NEVER).hits().getFirst();
        assertThat(hit.id()).isEqualTo(rows.get(9).id());
        assertThat(hit.distance()).isLessThan(1e-6f);
      }
    }
  }

  @Test
  void theRowsOfARefusedWriteStayInvisibleWhenALaterOneIsApplied() throws Exception {
    try (Database database = Database.open(new OsDisk(), folder, BY_HAND)) {
      Collection made = database.create(CollectionConfig.of("c", 2, Metric.EUCLIDEAN));
      PreparedWrite refused = made.prepare(insert(List.of(row("a", v(1, 1), "")), OnError.ABORT));
      PreparedWrite later = made.prepare(insert(List.of(row("b", v(2, 2), "")), OnError.ABORT));
      made.abandon(refused);
      long lsn = database.append(made.uuid(), later.command().orElseThrow());
      database.sync(true);
      made.apply(lsn, later.command().orElseThrow());
      assertThat(made.stats().vectorCount()).isEqualTo(1);
      assertThat(search(made, v(1, 1))).extracting(hit -> hit.id().value()).containsExactly("b");
    }
  }

  @Test
  void afterTheLogWasLostNewWritesAreNotTakenForOldOnes() throws Exception {
    try (Database database = Database.open(new OsDisk(), folder, BY_HAND)) {
      Collection made = database.create(CollectionConfig.of("c", 2, Metric.EUCLIDEAN));
      write(database, made, WriteVectors.upsert(NAME, List.of(row("a", v(0, 0), ""))));
      write(database, made, WriteVectors.upsert(NAME, List.of(row("b", v(0, 0), ""))));
    }
    try (Stream<Path> segments = Files.list(folder.resolve("wal"))) {
      for (Path segment : segments.toList()) {
        Files.delete(segment);
      }
    }
    try (Database database = Database.open(new OsDisk(), folder, BY_HAND)) {
      Collection found = database.find(NAME).orElseThrow();
      write(database, found, WriteVectors.upsert(NAME, List.of(row("c", v(0, 0), ""))));
      assertThat(found.stats().vectorCount()).isEqualTo(3);
    }
  }

  /** It was on its way when the collection went: its files were never opened. */
  @Test
  void aLateSearchLeavesNoFilesUnderTheNameOfADroppedCollection() throws Exception {
    try (Database database = Database.open(new OsDisk(), folder, BY_HAND)) {
      Collection gone = database.create(CollectionConfig.of("c", 2, Metric.EUCLIDEAN));
      database.drop(NAME);
      assertThatThrownBy(() -> search(gone, v(0, 0)))
          .extracting(e -> ((QuiverException) e).code())
          .isEqualTo(ErrorCode.COLLECTION_NOT_FOUND);
      assertThat(folder.resolve("c")).doesNotExist();
      database.create(CollectionConfig.of("c", 2, Metric.EUCLIDEAN));
    }
  }

  @Test
  void anUpdateReplacesAndADeleteRemoves() throws Exception {
    try (Database database = Database.open(new OsDisk(), folder, BY_HAND)) {
      Collection made = database.create(CollectionConfig.of("c", 2, Metric.EUCLIDEAN));
      write(database, made, WriteVectors.upsert(NAME, List.of(row("a", v(0, 0), ""))));
      write(database, made, WriteVectors.upsert(NAME, List.of(row("b", v(5, 0), ""))));
      write(database, made, WriteVectors.upsert(NAME, List.of(row("a", v(9, 0), "{\"x\":1}"))));
      assertThat(search(made, v(0, 0)))
          .extracting(hit -> hit.id().value())
          .containsExactly("b", "a");
      delete(database, made, "b", "never");
      assertThat(search(made, v(0, 0))).extracting(hit -> hit.id().value()).containsExactly("a");
      assertThat(made.stats().vectorCount()).isEqualTo(1);
      assertThat(made.stats().deletedRows()).isEqualTo(2);
    }
  }

  @Test
  void aBatchIsRefusedAsAWholeOrRowByRow() throws Exception {
    try (Database database = Database.open(new OsDisk(), folder, BY_HAND)) {
      Collection made = database.create(CollectionConfig.of("c", 2, Metric.COSINE));
      List<Row> rows = List.of(row("a", v(1, 0), ""), row("b", v(0, 0), ""), row("c", v(1, 2), ""));
      assertThatThrownBy(() -> made.prepare(insert(rows, OnError.ABORT)))
          .isInstanceOf(QuiverException.class)
          .hasMessageContaining("vectors[1].data");
      assertThat(made.stats().vectorCount()).isZero();
      WriteAck ack = (WriteAck) write(database, made, insert(rows, OnError.CONTINUE));
      assertThat(ack.written()).isEqualTo(2);
      assertThat(ack.refused()).extracting(WriteAck.Refused::index).containsExactly(1);
      assertThatThrownBy(() -> made.prepare(insert(rows.subList(0, 1), OnError.ABORT)))
          .extracting(e -> ((QuiverException) e).code())
          .isEqualTo(ErrorCode.VECTOR_ALREADY_EXISTS);
    }
  }

  /** What the log may still refuse decides nothing: not that an id is there, nor that it is not. */
  @Test
  void aWriteThatDependsOnOneBeforeItWaitsForTheLog() throws Exception {
    try (Database database = Database.open(new OsDisk(), folder, BY_HAND)) {
      Collection made = database.create(CollectionConfig.of("c", 2, Metric.COSINE));
      List<Row> rows = List.of(row("a", v(1, 0), ""));
      WriteVectors update =
          new WriteVectors(NAME, WriteMode.UPDATE, rows, OnError.ABORT, Durability.FSYNC);
      DeleteVectors delete = new DeleteVectors(NAME, List.of(new VectorId("a")), Durability.FSYNC);
      PreparedWrite first = made.prepare(insert(rows, OnError.ABORT));
      assertThatThrownBy(() -> made.prepare(insert(rows, OnError.ABORT))).is(undecided());
      assertThatThrownBy(() -> made.prepare(update)).is(undecided());
      assertThatThrownBy(() -> made.prepare(delete)).is(undecided());
      PreparedWrite upsert = made.prepare(WriteVectors.upsert(NAME, rows));
      made.abandon(first);
      assertThatThrownBy(() -> made.prepare(update)).as("the upsert still waits").is(undecided());
      made.abandon(upsert);
      assertThatThrownBy(() -> made.prepare(update)).hasMessageContaining("not found");
      PreparedWrite second = made.prepare(insert(rows, OnError.ABORT));
      long lsn = database.append(made.uuid(), second.command().orElseThrow());
      database.sync(true);
      made.apply(lsn, second.command().orElseThrow());
      assertThat(made.stats().vectorCount()).isEqualTo(1);
      assertThat(get(made, "a")).containsExactly(rows.getFirst());
    }
  }

  private static Condition<Throwable> undecided() {
    return new Condition<>(UndecidedException.class::isInstance, "undecided");
  }

  private static WriteVectors insert(List<Row> rows, OnError onError) {
    return new WriteVectors(NAME, WriteMode.INSERT, rows, onError, Durability.FSYNC);
  }

  private static io.quiver.message.Reply write(
      Database database, Collection collection, WriteVectors write) {
    return commit(database, collection, collection.prepare(write));
  }

  private static io.quiver.message.Reply commit(
      Database database, Collection collection, PreparedWrite prepared) {
    long lsn = database.append(collection.uuid(), prepared.command().orElseThrow());
    database.sync(true);
    collection.apply(lsn, prepared.command().orElseThrow());
    return prepared.reply(lsn);
  }

  private static void delete(Database database, Collection collection, String... ids) {
    List<VectorId> list = java.util.Arrays.stream(ids).map(VectorId::new).toList();
    commit(
        database, collection, collection.prepare(new DeleteVectors(NAME, list, Durability.FSYNC)));
  }

  private static List<Row> get(Collection collection, String id) {
    return collection.get(new GetVectors(NAME, List.of(new VectorId(id)), true, true)).rows();
  }

  private static List<Hit> search(Collection collection, float[] vector) {
    return collection
        .search(0, SearchVectors.of(NAME, DenseVector.of(vector), 10), Deadline.NEVER)
        .hits();
  }

  private static Row row(String id, float[] vector, String json) {
    return new Row(new VectorId(id), DenseVector.of(vector), Metadata.ofJson(json));
  }

  private static float[] v(float... components) {
    return components;
  }

  private static float[] random(SplittableRandom random, int dimension) {
    float[] components = new float[dimension];
    for (int i = 0; i < dimension; i++) {
      components[i] = (float) random.nextGaussian();
    }
    return components;
  }
}
