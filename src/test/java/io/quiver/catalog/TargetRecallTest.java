package io.quiver.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quiver.collection.Collection;
import io.quiver.collection.PreparedWrite;
import io.quiver.collection.RowReads;
import io.quiver.collection.Tuning;
import io.quiver.core.CollectionName;
import io.quiver.core.Deadline;
import io.quiver.core.DenseVector;
import io.quiver.core.Metadata;
import io.quiver.core.Metric;
import io.quiver.core.QuiverException;
import io.quiver.core.VectorId;
import io.quiver.disk.OsDisk;
import io.quiver.message.CollectionConfig;
import io.quiver.message.Effort;
import io.quiver.message.Hit;
import io.quiver.message.MeasureRecall;
import io.quiver.message.MeasuredRecall;
import io.quiver.message.Row;
import io.quiver.message.SearchVectors;
import io.quiver.message.WriteVectors;
import io.quiver.testkit.Vectors;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Searches that name a recall instead of candidates reach it, and a collection can tell its own.
 */
class TargetRecallTest {
  private static final int DIMENSION = 48;
  private static final int ROWS = 4_000;
  private static final int K = 10;
  private static final CollectionName NAME = new CollectionName("c");
  private static final DatabaseOptions BY_HAND =
      new DatabaseOptions(1 << 26, 1 << 28, 0, new Tuning(500, 200, 1L << 30));

  @TempDir Path folder;

  // Without clusters, neighbours are hard to find: small searches miss many.
  private final float[][] vectors = Vectors.gaussian(1, ROWS, DIMENSION);
  private final float[][] queries = Vectors.gaussian(2, 200, DIMENSION);

  /**
   * Without the row's own node some ways are shut that queries have: what is told is rather less.
   */
  @Test
  void theRecallMeasuredIsThatOfOtherQueriesOrALittleLess() throws Exception {
    try (Database database = Database.open(new OsDisk(), folder, BY_HAND)) {
      Collection made = filled(database, ROWS, 1);
      for (int ef : new int[] {10, 60}) {
        MeasuredRecall measured = measure(made, new MeasureRecall(NAME, K, 400, ef, 0));
        double want = recall(made, ROWS, ef, Effort.DEFAULT);
        assertThat(measured.recall()).isBetween(want - 0.1, want + 0.02);
        assertThat(measured.low()).isLessThan(measured.recall());
        assertThat(measured.high() - measured.low()).isLessThan(0.06);
        assertThat(measured.samples()).isEqualTo(400);
        assertThat(measured.efSearch()).isEqualTo(ef);
      }
    }
  }

  @Test
  void aSearchReachesTheRecallItNamesAlsoWhenTheDataHaveChanged() throws Exception {
    try (Database database = Database.open(new OsDisk(), folder, BY_HAND)) {
      Collection made = filled(database, 1_600, 2);
      assertThat(effortFor(made, 0.99f)).isEqualTo(250); // A guess: nothing was measured.
      database.runMaintenance();
      int forFewRows = effortFor(made, 0.9f);
      check(made, 1_600);
      put(database, made, 1_600, ROWS);
      database.runMaintenance();
      check(made, ROWS);
      assertThat(effortFor(made, 0.9f)).isGreaterThan(forFewRows);
      assertThat(effortFor(made, 0.5f)).isLessThan(effortFor(made, 0.99f));
    }
  }

  /** The bound leaves room for the chance of 200 queries. */
  private void check(Collection collection, int rows) throws Exception {
    for (float target : new float[] {0.7f, 0.9f, 0.99f}) {
      double recall = recall(collection, rows, 0, new Effort(true, 0, target));
      assertThat(recall).isGreaterThan(target - 0.02);
    }
    assertThat(effortFor(collection, 0.9f)).isNotEqualTo(60); // That was the guess.
  }

  /** The candidates that searches of a recall keep now. */
  private static int effortFor(Collection collection, float target) {
    return measure(collection, new MeasureRecall(NAME, K, 2, 0, target)).efSearch();
  }

  @Test
  void ofNoRowsAndOfOneEverythingIsFound() throws Exception {
    try (Database database = Database.open(new OsDisk(), folder, BY_HAND)) {
      Collection made = database.create(CollectionConfig.of("c", DIMENSION, Metric.EUCLIDEAN));
      assertThat(measure(made, new MeasureRecall(NAME, K, 9, 0, 0)).samples()).isZero();
      put(database, made, 0, 1);
      MeasuredRecall one = measure(made, new MeasureRecall(NAME, K, 9, 0, 0.9f));
      assertThat(one.recall()).isEqualTo(1);
      assertThat(one.samples()).isEqualTo(1);
    }
  }

  @Test
  void whoNamesBothOrWhatCannotBeIsRefused() {
    assertThatThrownBy(() -> new MeasureRecall(NAME, K, 9, 50, 0.9f))
        .isInstanceOf(QuiverException.class)
        .hasMessageContaining("one of ef_search and target_recall");
    assertThatThrownBy(() -> new Effort(true, 0, 0.9999f))
        .isInstanceOf(QuiverException.class)
        .hasMessageContaining("0.5 to 0.999");
    assertThatThrownBy(() -> new Effort(true, 0, Float.NaN)).isInstanceOf(QuiverException.class);
  }

  private static MeasuredRecall measure(Collection collection, MeasureRecall measure) {
    return RowReads.recall(collection, measure, Deadline.NEVER);
  }

  /** Of queries that are no rows, against brute force in double precision. */
  private double recall(Collection collection, int rows, int ef, Effort effort) {
    long hits = 0;
    for (float[] query : queries) {
      List<Hit> found = new ArrayList<>();
      for (int shard = 0; shard < collection.config().shards(); shard++) {
        found.addAll(collection.search(shard, search(query, ef, effort), Deadline.NEVER).hits());
      }
      found.sort(Hit.NEAREST_FIRST);
      List<String> ids = new ArrayList<>();
      for (int ordinal : Vectors.nearest(Metric.EUCLIDEAN, vectors, query, K, i -> i < rows)) {
        ids.add("id-" + ordinal);
      }
      hits += found.stream().limit(K).filter(hit -> ids.contains(hit.id().value())).count();
    }
    return hits / (double) (K * queries.length);
  }

  private static SearchVectors search(float[] query, int ef, Effort effort) {
    return new SearchVectors(
        NAME,
        DenseVector.of(query),
        K,
        0,
        ef,
        false,
        false,
        false,
        Float.POSITIVE_INFINITY,
        0,
        effort);
  }

  private Collection filled(Database database, int rows, int shards) throws Exception {
    CollectionConfig config = CollectionConfig.of("c", DIMENSION, Metric.EUCLIDEAN);
    Collection made = database.create(config.withShards(shards));
    put(database, made, 0, rows);
    database.runMaintenance();
    return made;
  }

  private void put(Database database, Collection into, int from, int to) throws Exception {
    List<Row> rows = new ArrayList<>();
    for (int i = from; i < to; i++) {
      rows.add(new Row(new VectorId("id-" + i), DenseVector.of(vectors[i]), Metadata.ABSENT));
    }
    PreparedWrite prepared = into.prepare(WriteVectors.upsert(NAME, rows));
    long lsn = database.append(into.uuid(), prepared.command().orElseThrow());
    into.apply(lsn, prepared.command().orElseThrow());
  }
}
