package io.quiver.query;

import static org.assertj.core.api.Assertions.assertThat;

import io.quiver.core.Deadline;
import io.quiver.core.DenseVector;
import io.quiver.core.Metric;
import io.quiver.core.OrdinalSet;
import io.quiver.core.Quantization;
import io.quiver.fuzz.MemoryFiles;
import io.quiver.hnsw.SearchForm;
import io.quiver.message.Effort;
import io.quiver.testkit.Vectors;
import io.quiver.vectors.Tombstones;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.IntStream;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Who does without rescoring gets estimates of the distances, not of something else. */
class EstimatedDistancesTest {
  private static final Path FOLDER = Path.of("/s");
  private static final int ROWS = 1_500;

  @ParameterizedTest(name = "{0}, seed=3")
  @EnumSource(
      value = Metric.class,
      names = {"COSINE", "EUCLIDEAN"})
  void whatBlocksEstimateIsNearTheDistance(Metric metric) throws Exception {
    float[][] vectors = Vectors.gaussian(3, ROWS, 256);
    try (ShardRows shard = new ShardRows(MemoryFiles.disk(FOLDER), FOLDER, metric, vectors, ROWS)) {
      SearchForm blocks = shard.form(new Quantization.Binary());
      Searchable rows = shard.searchable(blocks, Tombstones.NONE);
      float[] query = Vectors.gaussian(4, 1, 256)[0];
      Effort estimated = new Effort(false, 0, 0);
      SearchSession session = SearchSession.ofThread();
      Nearest sought =
          new Nearest(DenseVector.of(query), 10, 50, false, estimated, Optional.empty());
      int found = session.run(rows, sought, Deadline.NEVER);
      assertThat(found).isEqualTo(10);
      for (int rank = 0; rank < found; rank++) {
        double right = Vectors.distance(metric, vectors[session.ordinal(rank)], query);
        double said = Distances.ofScore(metric, session.score(rank));
        assertThat(said).isCloseTo(right, Percentage.withPercentage(3));
      }
      blocks.close();
    }
  }

  /** Far more rows are about as near as codes can tell than are kept at first. */
  @Test
  void amongRowsThatCodesCannotTellApartTheNearestAreFound() throws Exception {
    float[][] vectors = Vectors.gaussian(5, ROWS, 64);
    for (int row = 0; row < ROWS; row++) {
      double length = Vectors.distance(Metric.EUCLIDEAN, vectors[row], new float[64]);
      double radius = 10 + 1e-5 * ((row * 7919L) % ROWS); // In no order.
      for (int i = 0; i < 64; i++) {
        vectors[row][i] *= (float) (radius / length);
      }
    }
    try (ShardRows shard =
        new ShardRows(MemoryFiles.disk(FOLDER), FOLDER, Metric.EUCLIDEAN, vectors, ROWS)) {
      SearchForm bytes = shard.form(new Quantization.Scalar());
      Searchable rows = shard.searchable(bytes, Tombstones.NONE);
      float[] middle = new float[64];
      Nearest sought =
          Nearest.of(DenseVector.of(middle), 10, 50).among(Optional.of(OrdinalSet.all(ROWS)));
      SearchSession session = SearchSession.ofThread();
      Plan plan = session.explain(rows, sought, Deadline.NEVER);
      assertThat(plan.way()).isEqualTo(Plan.Way.CODE_SCAN);
      int[] right = Vectors.nearest(Metric.EUCLIDEAN, vectors, middle, 10, row -> true);
      assertThat(IntStream.range(0, 10).map(session::ordinal).toArray())
          .containsExactlyInAnyOrder(right);
      bytes.close();
    }
  }
}
