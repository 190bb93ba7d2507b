package io.quiver.collection;

import static org.assertj.core.api.Assertions.assertThat;

import io.quiver.catalog.Database;
import io.quiver.catalog.DatabaseOptions;
import io.quiver.core.CollectionName;
import io.quiver.core.DenseVector;
import io.quiver.core.Metadata;
import io.quiver.core.Metric;
import io.quiver.core.VectorId;
import io.quiver.disk.OsDisk;
import io.quiver.message.CollectionConfig;
import io.quiver.message.Row;
import io.quiver.message.WriteVectors;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Index threads and maintenance take turns. */
class ShardIndexTest {
  private static final int INDEX_THREADS = 2;
  private static final int ROWS = 20_000;

  /** What one slice inserts at most. */
  private static final int SLICE_ROWS = 64;

  /**
   * Slices follow each other without a gap while rows wait; a checkpoint, for which they have to
   * stand still, must not wait for the last of them.
   */
  @Test
  @Timeout(60)
  void whoPausesTheIndexComesBeforeTheNextSlices(@TempDir Path data) throws Exception {
    DatabaseOptions options =
        new DatabaseOptions(1 << 24, 1L << 40, INDEX_THREADS, new Tuning(100, 1_000));
    try (Database database = Database.open(new OsDisk(), data, options)) {
      Collection collection = database.create(CollectionConfig.of("c", 4, Metric.EUCLIDEAN));
      Generation generation = collection.opened().acquire(0);
      try {
        ShardIndex index = generation.index;
        index.pause();
        write(database, collection);
        Thread second = Thread.ofPlatform().start(index::pause);
        while (second.getState() != Thread.State.WAITING) {
          Thread.onSpinWait();
        }
        index.resume();
        second.join();
        int progress = index.progress();
        index.resume(); // First: else nobody could close the database.
        assertThat(progress).isLessThanOrEqualTo(INDEX_THREADS * SLICE_ROWS);
      } finally {
        generation.release();
      }
    }
  }

  private static void write(Database database, Collection collection) {
    SplittableRandom random = new SplittableRandom(1);
    for (int from = 0; from < ROWS; from += 1_000) {
      List<Row> rows = new ArrayList<>();
      for (int i = from; i < from + 1_000; i++) {
        DenseVector vector =
            DenseVector.of(random.nextFloat(), random.nextFloat(), random.nextFloat(), i);
        rows.add(new Row(new VectorId("" + i), vector, Metadata.ABSENT));
      }
      PreparedWrite write = collection.prepare(WriteVectors.upsert(new CollectionName("c"), rows));
      long lsn = database.append(collection.uuid(), write.command().orElseThrow());
      database.sync(false);
      collection.apply(lsn, write.command().orElseThrow());
    }
  }
}
