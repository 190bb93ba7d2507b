package io.quiver.hnsw;

import static org.assertj.core.api.Assertions.assertThat;

import io.quiver.core.Metric;
import io.quiver.testkit.ArraySpace;
import io.quiver.vectors.Scorer;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A new row is found at once by a search for itself, even one that lies where all other rows are
 * about equally far away: rows on a sphere, and new ones near its centre.
 */
class GraphOutlierTest {
  private static final int DIMENSION = 64;
  private static final int ROWS = 4_000;
  private static final int OUTLIERS = 200;

  @ParameterizedTest(name = "seed={0}")
  @ValueSource(longs = {1, 2, 3})
  void aNewRowFarFromAllOthersIsFoundAtOnce(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    float[][] rows = new float[ROWS + OUTLIERS][];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = i < ROWS ? onSphere(random) : nearCentre(random);
    }
    ArraySpace space = ArraySpace.of(Metric.EUCLIDEAN, rows);
    try (Graph graph = new Graph(new GraphParams(16, 200, 16, seed))) {
      GraphBuilder builder = new GraphBuilder(graph, space);
      InsertContext context = builder.context();
      GraphSearcher searcher = new GraphSearcher();
      Scorer scorer = space.scorer();
      for (int i = 0; i < rows.length; i++) {
        builder.insert(i, context);
        if (i >= ROWS) {
          scorer.target(rows[i]);
          assertThat(searcher.search(graph, scorer, SearchView.ALL, 1, 50)).isEqualTo(1);
          assertThat(searcher.ordinal(0)).isEqualTo(i);
        }
      }
    }
  }

  private static float[] onSphere(SplittableRandom random) {
    float[] row = new float[DIMENSION];
    double squares = 0;
    for (int i = 0; i < DIMENSION; i++) {
      row[i] = (float) random.nextGaussian();
      squares += row[i] * row[i];
    }
    float factor = (float) (500 / Math.sqrt(squares));
    for (int i = 0; i < DIMENSION; i++) {
      row[i] *= factor;
    }
    return row;
  }

  private static float[] nearCentre(SplittableRandom random) {
    float[] row = new float[DIMENSION];
    row[random.nextInt(DIMENSION)] = 1 + random.nextFloat() * 200;
    return row;
  }
}
