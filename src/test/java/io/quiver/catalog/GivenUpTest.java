package io.quiver.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quiver.collection.Collection;
import io.quiver.core.CollectionName;
import io.quiver.core.Deadline;
import io.quiver.core.DenseVector;
import io.quiver.core.ErrorCode;
import io.quiver.core.Metadata;
import io.quiver.core.Metric;
import io.quiver.core.QuiverException;
import io.quiver.core.Ticket;
import io.quiver.core.VectorId;
import io.quiver.disk.OsDisk;
import io.quiver.message.CollectionConfig;
import io.quiver.message.Command;
import io.quiver.message.Row;
import io.quiver.message.SearchVectors;
import io.quiver.message.WriteVectors;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A search for which nobody waits any more stops on its way, in a scan and in the graph. Here
 * nobody waits from the start, which a search that never looks would not notice.
 */
class GivenUpTest {
  private static final CollectionName NAME = new CollectionName("points");
  private static final int ROWS = 20_000;
  private static final int DIMENSION = 4;

  @TempDir private static Path data;
  private static Database database;
  private static Collection collection;

  @BeforeAll
  static void fill() throws Exception {
    database = Database.open(new OsDisk(), data, DatabaseOptions.DEFAULT);
    collection = database.create(CollectionConfig.of("points", DIMENSION, Metric.EUCLIDEAN));
    SplittableRandom random = new SplittableRandom(7);
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < ROWS; i++) {
      rows.add(new Row(new VectorId("r" + i), vector(random), Metadata.ABSENT));
    }
    Command put = collection.prepare(WriteVectors.upsert(NAME, rows)).command().orElseThrow();
    long lsn = database.append(collection.uuid(), put);
    database.sync(true);
    collection.apply(lsn, put);
    while (collection.stats().unindexedRows() > 0) {
      Thread.onSpinWait();
    }
  }

  @AfterAll
  static void close() throws Exception {
    database.close();
  }

  @Test
  void anExactScanStopsWhenItsClientWentAway() {
    assertGivenUp(search(10, true), gone(), "client went away");
  }

  @Test
  void anExactScanStopsAtItsDeadline() {
    assertGivenUp(search(10, true), past(), "deadline");
  }

  @Test
  void aWalkThroughTheGraphStopsWhenItsClientWentAway() {
    assertGivenUp(search(1_000, false), gone(), "client went away");
  }

  @Test
  void aWalkThroughTheGraphStopsAtItsDeadline() {
    assertGivenUp(search(1_000, false), past(), "deadline");
  }

  @Test
  void theNextSearchOfTheThreadIsWhole() {
    assertGivenUp(search(1_000, false), gone(), "client went away");
    assertThat(collection.search(0, search(1_000, false), Deadline.NEVER).hits()).hasSize(1_000);
    assertThat(collection.search(0, search(10, true), Deadline.NEVER).hits()).hasSize(10);
  }

  private static void assertGivenUp(SearchVectors search, Deadline deadline, String why) {
    assertThatThrownBy(() -> collection.search(0, search, deadline))
        .isInstanceOfSatisfying(
            QuiverException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.DEADLINE_EXCEEDED))
        .hasMessageContaining(why);
  }

  private static Deadline gone() {
    Ticket ticket = new Ticket();
    ticket.cancel();
    return new Deadline(Long.MAX_VALUE, ticket);
  }

  private static Deadline past() {
    return new Deadline(System.nanoTime(), new Ticket());
  }

  /** Of the graph as long as the limit is small beside the number of rows. */
  private static SearchVectors search(int limit, boolean exact) {
    DenseVector vector = vector(new SplittableRandom(limit));
    return new SearchVectors(
        NAME, vector, limit, 0, 0, exact, false, false, Float.POSITIVE_INFINITY, 0);
  }

  private static DenseVector vector(SplittableRandom random) {
    float[] components = new float[DIMENSION];
    for (int i = 0; i < DIMENSION; i++) {
      components[i] = (float) random.nextDouble(-1, 1);
    }
    return DenseVector.owning(components);
  }
}
