package io.quiver.vectors;

import static org.assertj.core.api.Assertions.assertThat;

import io.quiver.core.DenseVector;
import io.quiver.core.Metadata;
import io.quiver.core.Metric;
import io.quiver.core.VectorId;
import io.quiver.disk.OsDisk;
import io.quiver.message.Row;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.UUID;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Scores of stored rows, alone and in batches of every size, against the formulas in float64. */
class MetricScorerTest {
  private static final int[] DIMENSIONS = {1, 3, 15, 16, 17, 100, 128};
  private static final int ROWS = 40;

  @TempDir Path folder;

  @ParameterizedTest
  @EnumSource
  void everyBatchSizeScoresEveryRowAsTheFormulaSays(Metric metric) throws Exception {
    SplittableRandom random = new SplittableRandom(metric.wire());
    for (int dimension : DIMENSIONS) {
      Path shard = folder.resolve(metric + "-" + dimension);
      new OsDisk().createDirectories(shard);
      try (Arena arena = Arena.ofShared()) {
        RowStore store =
            RowStore.create(new OsDisk(), shard, UUID.randomUUID(), dimension, metric, arena);
        List<Row> rows = rows(random, dimension);
        store.stage(rows);
        store.publish(ROWS);
        check(metric, store, rows, random);
        store.close();
      }
    }
  }

  private static void check(
      Metric metric, RowStore store, List<Row> rows, SplittableRandom random) {
    Scorer scorer = store.scorer();
    float[] query = vector(random, rows.getFirst().vector().dimension());
    for (int batch = 1; batch <= 9; batch++) {
      int[] ordinals = random.ints(batch, 0, ROWS).toArray();
      float[] scores = new float[batch];
      scorer.target(query);
      scorer.score(ordinals, batch, scores);
      for (int i = 0; i < batch; i++) {
        float[] row = rows.get(ordinals[i]).vector().toArray();
        assertThat(scores[i]).isCloseTo(formula(metric, query, row), Offset.offset(1e-3f));
        assertThat(scorer.score(ordinals[i])).isCloseTo(scores[i], Offset.offset(1e-3f));
      }
      float[] other = rows.get(ordinals[0]).vector().toArray();
      scorer.target(ordinals[0]);
      float[] last = rows.get(ordinals[batch - 1]).vector().toArray();
      assertThat(scorer.score(ordinals[batch - 1]))
          .isCloseTo(formula(metric, other, last), Offset.offset(1e-3f));
    }
  }

  private static float formula(Metric metric, float[] a, float[] b) {
    double dot = 0;
    double aa = 0;
    double bb = 0;
    double squares = 0;
    double absolute = 0;
    for (int i = 0; i < a.length; i++) {
      dot += (double) a[i] * b[i];
      aa += (double) a[i] * a[i];
      bb += (double) b[i] * b[i];
      squares += ((double) a[i] - b[i]) * ((double) a[i] - b[i]);
      absolute += Math.abs((double) a[i] - b[i]);
    }
    return (float)
        switch (metric) {
          case COSINE -> 1 - dot / Math.sqrt(aa * bb);
          case EUCLIDEAN -> squares;
          case DOT_PRODUCT -> -dot;
          case MANHATTAN -> absolute;
        };
  }

  private static List<Row> rows(SplittableRandom random, int dimension) {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < ROWS; i++) {
      DenseVector vector = DenseVector.of(vector(random, dimension));
      rows.add(new Row(new VectorId("r" + i), vector, Metadata.ABSENT));
    }
    return rows;
  }

  private static float[] vector(SplittableRandom random, int dimension) {
    float[] components = new float[dimension];
    for (int i = 0; i < dimension; i++) {
      components[i] = (float) random.nextGaussian();
    }
    return components;
  }
}
