package io.quiver.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import io.quiver.collection.Collection;
import io.quiver.collection.Tuning;
import io.quiver.core.Deadline;
import io.quiver.core.DenseVector;
import io.quiver.core.Metadata;
import io.quiver.core.Metric;
import io.quiver.core.VectorId;
import io.quiver.disk.OsDisk;
import io.quiver.message.CollectionConfig;
import io.quiver.message.ExampleStrategy;
import io.quiver.message.Hit;
import io.quiver.message.Row;
import io.quiver.message.SearchByExamples;
import io.quiver.message.SearchOptions;
import io.quiver.message.WriteVectors;
import io.quiver.testkit.Vectors;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Searches by examples with a graph find what a scan of all rows finds, or nearly. */
class ExampleGraphTest {
  private static final int ROWS = 4_000;
  private static final int DIMENSION = 12;
  private static final int K = 10;
  private static final DatabaseOptions OPTIONS =
      new DatabaseOptions(16 << 20, 1 << 30, 0, new Tuning(50, 1_000));

  @TempDir Path folder;

  @Test
  void theGraphFindsWhatAScanFinds() throws Exception {
    float[][] vectors = Vectors.gaussian(5, ROWS, DIMENSION);
    try (Database database = Database.open(new OsDisk(), folder, OPTIONS)) {
      CollectionConfig config = CollectionConfig.of("c", DIMENSION, Metric.EUCLIDEAN);
      Collection collection = database.create(config);
      List<Row> rows =
          IntStream.range(0, ROWS)
              .mapToObj(
                  i -> new Row(new VectorId("r" + i), DenseVector.of(vectors[i]), Metadata.ABSENT))
              .toList();
      var write = collection.prepare(WriteVectors.upsert(config.name(), rows));
      long lsn = database.append(collection.uuid(), write.command().orElseThrow());
      database.sync(true);
      collection.apply(lsn, write.command().orElseThrow());
      database.runMaintenance();
      assertThat(collection.stats().unindexedRows()).isZero();
      SplittableRandom random = new SplittableRandom(6);
      for (ExampleStrategy strategy : ExampleStrategy.values()) {
        int same = 0;
        for (int round = 0; round < 40; round++) {
          int[] named = named(vectors, random, round);
          List<Hit> scanned = search(collection, rows, named, strategy, true);
          List<Hit> walked = search(collection, rows, named, strategy, false);
          assertThat(walked).hasSize(K);
          same += (int) walked.stream().filter(scanned::contains).count();
        }
        assertThat(same).as("of 400 by %s", strategy).isGreaterThan(380);
      }
    }
  }

  /** A positive row and four negative ones; every other time these are the nearest of the first. */
  private static int[] named(float[][] vectors, SplittableRandom random, int round) {
    int[] named = random.ints(0, ROWS).distinct().limit(5).toArray();
    if (round % 2 == 0) {
      float[] first = vectors[named[0]];
      System.arraycopy(
          Vectors.nearest(Metric.EUCLIDEAN, vectors, first, 4, i -> i != named[0]), 0, named, 1, 4);
    }
    return named;
  }

  private static List<Hit> search(
      Collection collection, List<Row> rows, int[] named, ExampleStrategy strategy, boolean exact) {
    List<Row> examples = IntStream.of(named).mapToObj(rows::get).toList();
    List<DenseVector> vectors = examples.stream().map(Row::vector).toList();
    return collection
        .search(
            0,
            new SearchByExamples(
                collection.name(),
                DenseVector.NONE,
                vectors.subList(0, 1),
                vectors.subList(1, 5),
                strategy,
                examples.stream().map(Row::id).toList(),
                new SearchOptions(K, 0, 100, exact, false, false, 0)),
            Deadline.NEVER)
        .hits();
  }
}
