package io.quiver.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.quiver.collection.Collection;
import io.quiver.collection.PreparedWrite;
import io.quiver.collection.Tuning;
import io.quiver.core.CollectionName;
import io.quiver.core.Deadline;
import io.quiver.core.DenseVector;
import io.quiver.core.Durability;
import io.quiver.core.Metadata;
import io.quiver.core.Metric;
import io.quiver.core.Quantization;
import io.quiver.core.VectorId;
import io.quiver.disk.OsDisk;
import io.quiver.message.CollectionConfig;
import io.quiver.message.DeleteVectors;
import io.quiver.message.Effort;
import io.quiver.message.Hit;
import io.quiver.message.Row;
import io.quiver.message.SearchVectors;
import io.quiver.message.WriteVectors;
import io.quiver.testkit.Vectors;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Collections whose searches read codes answer as if there were none. */
class CodesTest {
  private static final int DIMENSION = 256;
  private static final int K = 10;
  private static final CollectionName NAME = new CollectionName("c");
  private static final DatabaseOptions BY_HAND = options(1L << 30);

  @TempDir Path folder;

  private float[][] vectors = Vectors.clustered(1, 2_000, DIMENSION, 20);
  private final Map<String, float[]> model = new HashMap<>();

  private static DatabaseOptions options(long codeBytes) {
    return new DatabaseOptions(1 << 26, 1 << 28, 0, new Tuning(500, 200, codeBytes));
  }

  @Test
  void answersStayTrueThroughWritesDeletesCompactionAndRestart() throws Exception {
    for (Metric metric : List.of(Metric.COSINE, Metric.DOT_PRODUCT)) {
      model.clear();
      Path data = folder.resolve(metric.name());
      try (Database database = Database.open(new OsDisk(), data, BY_HAND)) {
        Collection made = database.create(CollectionConfig.of("c", DIMENSION, metric));
        put(database, made, 0, 1_000);
        check(made, metric, false);
        database.runMaintenance();
        check(made, metric, true);
        put(database, made, 1_000, 1_100); // Few: they are scanned.
        check(made, metric, true);
        put(database, made, 1_100, 2_000); // Many: the graph is searched without codes.
        check(made, metric, true);
        delete(database, made, IntStream.range(0, 700).map(i -> 2 * i).toArray());
        check(made, metric, true);
        database.runMaintenance(); // Takes dead rows out of the graph, and compacts.
        database.runMaintenance();
        check(made, metric, true);
      }
      try (Database database = Database.open(new OsDisk(), data, BY_HAND)) {
        Collection found = database.find(NAME).orElseThrow();
        check(found, metric, false);
        database.runMaintenance();
        check(found, metric, true);
      }
    }
  }

  /** Shorter rows, and as many as it takes for bytes to pay. */
  @Test
  void answersStayTrueWhereSearchesReadBytes() throws Exception {
    vectors = Vectors.clustered(2, 8_600, DIMENSION - 1, 50);
    try (Database database = Database.open(new OsDisk(), folder, BY_HAND)) {
      Collection made = database.create(CollectionConfig.of("c", DIMENSION - 1, Metric.EUCLIDEAN));
      put(database, made, 0, 8_400);
      database.runMaintenance();
      check(made, Metric.EUCLIDEAN, true);
      put(database, made, 8_400, 8_500); // Few: they are scanned.
      check(made, Metric.EUCLIDEAN, true);
      put(database, made, 8_500, 8_600);
      delete(database, made, IntStream.range(0, 300).map(i -> 3 * i).toArray());
      check(made, Metric.EUCLIDEAN, true);
    }
    try (Database database = Database.open(new OsDisk(), folder, BY_HAND)) {
      Collection found = database.find(NAME).orElseThrow();
      check(found, Metric.EUCLIDEAN, false);
      database.runMaintenance();
      check(found, Metric.EUCLIDEAN, true);
    }
  }

  @Test
  void noMemoryForCodesMeansNoCodesAndNothingElse() throws Exception {
    try (Database database = Database.open(new OsDisk(), folder, options(0))) {
      Collection made = database.create(CollectionConfig.of("c", DIMENSION, Metric.COSINE));
      put(database, made, 0, 1_000);
      database.runMaintenance();
      check(made, Metric.COSINE, false);
    }
  }

  static Stream<Arguments> choices() {
    return Stream.of(
        arguments(new Quantization.None(), Metric.EUCLIDEAN, 256),
        arguments(new Quantization.Scalar(), Metric.COSINE, 256),
        arguments(new Quantization.Scalar(), Metric.EUCLIDEAN, 20),
        arguments(new Quantization.Binary(), Metric.EUCLIDEAN, 100),
        arguments(new Quantization.Product(25, 64), Metric.COSINE, 100),
        arguments(new Quantization.Product(25, 64), Metric.DOT_PRODUCT, 100),
        arguments(new Quantization.Product(33, 256), Metric.MANHATTAN, 100));
  }

  @ParameterizedTest(name = "{0}, {1}, dimension={2}, seed=3")
  @MethodSource("choices")
  void whatTheUserChoseIsSearchedByAndKeptOverARestart(
      Quantization choice, Metric metric, int dimension) throws Exception {
    vectors = Vectors.clustered(3, 2_000, dimension, 40);
    boolean coded = !choice.equals(new Quantization.None());
    CollectionConfig config = CollectionConfig.of("c", dimension, metric);
    try (Database database = Database.open(new OsDisk(), folder, BY_HAND)) {
      Collection made = database.create(config.withQuantization(choice));
      put(database, made, 0, 2_000);
      database.runMaintenance();
      check(made, metric, coded);
      assertThat(made.stats().codedRows()).isEqualTo(coded ? 2_000 : 0);
    }
    try (Database database = Database.open(new OsDisk(), folder, BY_HAND)) {
      Collection found = database.find(NAME).orElseThrow();
      assertThat(found.config().quantization()).isEqualTo(choice);
      check(found, metric, false); // Which opens it.
      database.runMaintenance();
      check(found, metric, coded);
    }
  }

  /** Codes of four bytes for 100 components: they confuse neighbours, and rows put that right. */
  @Test
  void oversamplingBringsBackTheRecallOfCoarseCodesAndEffortTheDistances() throws Exception {
    vectors = Vectors.clustered(4, 2_000, 100, 4);
    Quantization coarse = new Quantization.Product(4, 16);
    CollectionConfig config = CollectionConfig.of("c", 100, Metric.EUCLIDEAN);
    try (Database database = Database.open(new OsDisk(), folder, BY_HAND)) {
      Collection made = database.create(config.withQuantization(coarse));
      put(database, made, 0, 2_000);
      database.runMaintenance();
      double few = recall(made, new Effort(true, 1, 0), true);
      double many = recall(made, new Effort(true, 50, 0), true);
      assertThat(few).isLessThan(0.7);
      assertThat(many).isGreaterThan(few + 0.2);
      assertThat(recall(made, new Effort(false, 1, 0), false)).isEqualTo(few);
    }
  }

  /** Share of the true nearest among what was found; whether distances are exact is checked. */
  private double recall(Collection collection, Effort effort, boolean exact) throws Exception {
    int hits = 0;
    int wrong = 0;
    for (int q = 0; q < 40; q++) {
      float[] query = vectors[q * 49];
      SearchVectors search =
          new SearchVectors(
              NAME,
              DenseVector.of(query),
              K,
              0,
              0,
              false,
              false,
              false,
              Float.POSITIVE_INFINITY,
              0,
              effort);
      double tenth =
          model.values().stream()
              .mapToDouble(row -> Vectors.distance(Metric.EUCLIDEAN, row, query))
              .sorted()
              .skip(K - 1)
              .findFirst()
              .orElseThrow();
      for (Hit hit : collection.search(0, search, Deadline.NEVER).hits()) {
        double distance = Vectors.distance(Metric.EUCLIDEAN, model.get(hit.id().value()), query);
        hits += distance <= tenth + 1e-4 ? 1 : 0;
        wrong += Math.abs(distance - hit.distance()) > 1e-3 ? 1 : 0;
      }
    }
    assertThat(wrong == 0).isEqualTo(exact);
    return hits / (40.0 * K);
  }

  /** Recall at the defaults, true distances, and only rows that are there. */
  private void check(Collection collection, Metric metric, boolean coded) throws Exception {
    assertThat(collection.stats().memoryByComponent().getOrDefault("codes", 0L) > 0)
        .isEqualTo(coded);
    int hits = 0;
    for (int q = 0; q < 40; q++) {
      float[] query = vectors[q * 49];
      List<Hit> got =
          collection
              .search(0, SearchVectors.of(NAME, DenseVector.of(query), K), Deadline.NEVER)
              .hits();
      assertThat(got).hasSize(K);
      List<Double> want =
          model.values().stream()
              .map(row -> Vectors.distance(metric, row, query))
              .sorted()
              .limit(K)
              .toList();
      double slack = 1e-3 * (1 + Math.abs(want.getLast()));
      for (Hit hit : got) {
        double distance = Vectors.distance(metric, model.get(hit.id().value()), query);
        assertThat(Math.abs(hit.distance() - distance)).isLessThan(slack);
        hits += distance <= want.getLast() + slack / 10 ? 1 : 0;
      }
    }
    assertThat(hits / (40.0 * K)).isGreaterThanOrEqualTo(0.95);
  }

  private void put(Database database, Collection into, int from, int to) throws Exception {
    List<Row> rows = new ArrayList<>();
    for (int i = from; i < to; i++) {
      String id = "id-" + i;
      model.put(id, vectors[i]);
      rows.add(new Row(new VectorId(id), DenseVector.of(vectors[i]), Metadata.ABSENT));
    }
    commit(database, into, into.prepare(WriteVectors.upsert(NAME, rows)));
  }

  private void delete(Database database, Collection from, int[] numbers) throws Exception {
    List<VectorId> ids = new ArrayList<>();
    for (int number : numbers) {
      model.remove("id-" + number);
      ids.add(new VectorId("id-" + number));
    }
    commit(database, from, from.prepare(new DeleteVectors(NAME, ids, Durability.OS)));
  }

  private static void commit(Database database, Collection collection, PreparedWrite prepared)
      throws Exception {
    long lsn = database.append(collection.uuid(), prepared.command().orElseThrow());
    collection.apply(lsn, prepared.command().orElseThrow());
  }
}
