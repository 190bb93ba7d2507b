package io.quiver.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import io.quiver.collection.Collection;
import io.quiver.collection.PreparedWrite;
import io.quiver.collection.Tuning;
import io.quiver.core.CollectionName;
import io.quiver.core.DenseVector;
import io.quiver.core.Durability;
import io.quiver.core.Metadata;
import io.quiver.core.Metric;
import io.quiver.core.VectorId;
import io.quiver.disk.OsDisk;
import io.quiver.message.CollectionConfig;
import io.quiver.message.DeleteVectors;
import io.quiver.message.GetVectors;
import io.quiver.message.Row;
import io.quiver.message.WriteVectors;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How much that is dead lies on disk: a third while writes come, an eighth when they stopped. */
class SettleTest {
  private static final CollectionName NAME = new CollectionName("c");
  private static final int ROWS = 160;
  private static final DatabaseOptions OPTIONS =
      new DatabaseOptions(1 << 20, 1 << 20, 0, new Tuning(1_000, 10));

  @TempDir Path folder;

  @Test
  void whenWritesStopAnEighthIsEnoughToCompact() throws Exception {
    try (Database database = Database.open(new OsDisk(), folder, OPTIONS)) {
      Collection collection = database.create(CollectionConfig.of("c", 2, Metric.EUCLIDEAN));
      write(database, collection, collection.prepare(WriteVectors.upsert(NAME, rows(0, ROWS))));
      delete(database, collection, 0, ROWS / 8 - 1);
      assertThat(collection.maintain(Long.MAX_VALUE)).as("while writes come").isFalse();
      collection.settle();
      assertThat(collection.stats().deletedRows()).as("less than an eighth").isEqualTo(19);
      delete(database, collection, ROWS / 8 - 1, ROWS / 8);
      assertThat(collection.maintain(Long.MAX_VALUE)).as("while writes come").isFalse();
      assertThat(collection.checkpoint()).isEqualTo(3);
      assertThat(collection.stats().deletedRows()).as("after a checkpoint").isEqualTo(20);
      assertThat(collection.settle()).isEqualTo(3);
      assertThat(collection.stats().deletedRows()).as("when they stopped").isZero();
      assertIntact(collection);
    }
    try (Database database = Database.open(new OsDisk(), folder, OPTIONS)) {
      assertIntact(database.find(NAME).orElseThrow());
    }
  }

  private static void assertIntact(Collection collection) {
    List<Row> living = rows(ROWS / 8, ROWS);
    assertThat(collection.stats().vectorCount()).isEqualTo(living.size());
    List<VectorId> ids = rows(0, ROWS).stream().map(Row::id).toList();
    assertThat(collection.get(new GetVectors(NAME, ids, true, true)).rows()).isEqualTo(living);
  }

  private static List<Row> rows(int from, int to) {
    return IntStream.range(from, to)
        .mapToObj(i -> new Row(new VectorId("id-" + i), DenseVector.of(i, 1), Metadata.ABSENT))
        .toList();
  }

  private static void delete(Database database, Collection collection, int from, int to) {
    List<VectorId> ids = rows(from, to).stream().map(Row::id).toList();
    write(database, collection, collection.prepare(new DeleteVectors(NAME, ids, Durability.FSYNC)));
  }

  private static void write(Database database, Collection collection, PreparedWrite write) {
    long lsn = database.append(collection.uuid(), write.command().orElseThrow());
    database.sync(true);
    collection.apply(lsn, write.command().orElseThrow());
  }
}
