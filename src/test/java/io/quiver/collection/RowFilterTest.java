package io.quiver.collection;

import static org.assertj.core.api.Assertions.assertThat;

import io.quiver.catalog.Database;
import io.quiver.catalog.DatabaseOptions;
import io.quiver.core.CollectionName;
import io.quiver.core.Deadline;
import io.quiver.core.DenseVector;
import io.quiver.core.Durability;
import io.quiver.core.Metadata;
import io.quiver.core.Metric;
import io.quiver.core.OrdinalSet;
import io.quiver.core.VectorId;
import io.quiver.filter.Filter;
import io.quiver.filter.FilterJson;
import io.quiver.message.CollectionConfig;
import io.quiver.message.DeleteVectors;
import io.quiver.message.Row;
import io.quiver.message.WriteVectors;
import io.quiver.testkit.FaultyDisk;
import io.quiver.vectors.Tombstones;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * A search means the rows of the view that it began with, whatever was written, indexed or kept
 * since.
 */
class RowFilterTest {
  private static final CollectionName NAME = new CollectionName("c");
  private static final int ROWS = 200;

  private Database database;
  private Generation held;

  @BeforeEach
  void open() throws IOException {
    DatabaseOptions options = new DatabaseOptions(1 << 20, 1 << 30, 0, new Tuning(50, 100_000));
    database = Database.open(new FaultyDisk(1), Path.of("/data"), options);
    database.create(CollectionConfig.of("c", 2, Metric.EUCLIDEAN));
    put(IntStream.range(0, ROWS).toArray());
    held = collection().opened().acquire(0);
  }

  @AfterEach
  void close() {
    held.release();
    database.halt();
  }

  private Collection collection() {
    return database.find(NAME).orElseThrow();
  }

  private void commit(PreparedWrite write) {
    long lsn = database.append(collection().uuid(), write.command().orElseThrow());
    database.sync(true);
    collection().apply(lsn, write.command().get());
  }

  private void put(int... numbers) {
    List<Row> rows = new ArrayList<>();
    for (int number : numbers) {
      Metadata metadata = Metadata.ofJson("{\"n\":" + number + "}");
      rows.add(new Row(new VectorId("r" + number), DenseVector.of(number, 1), metadata));
    }
    commit(collection().prepare(WriteVectors.upsert(NAME, rows)));
  }

  private void delete(int number) {
    List<VectorId> ids = List.of(new VectorId("r" + number));
    commit(collection().prepare(new DeleteVectors(NAME, ids, Durability.FSYNC)));
  }

  private RowFilter.Resolved resolve(String json, ReadView view) throws IOException {
    return RowFilter.resolve(FilterJson.read(json), held, view, Deadline.NEVER);
  }

  private static int[] rows(OrdinalSet set) {
    return IntStream.range(0, set.bound()).filter(set::contains).toArray();
  }

  @Test
  void aViewKeepsItsRowsWhenTheirIdsMoveOn() throws IOException {
    ReadView before = held.view();
    assertThat(resolve(ids("r1", "new"), before).read()).as("the table of ids tells").isZero();
    put(3, 5);
    delete(4);
    ReadView after = held.view();
    assertThat(rows(resolve(ids("r3", "r4", "r5", "new"), before).rows())).containsExactly(3, 4, 5);
    assertThat(rows(resolve(ids("r3", "r4"), after).rows())).containsExactly(ROWS);
    put(6);
    assertThat(rows(resolve(ids("r5", "r6"), after).rows())).containsExactly(6, ROWS + 1);
  }

  private static String ids(String... ids) {
    return "{\"has_id\":[\"" + String.join("\",\"", ids) + "\"]}";
  }

  @Test
  void aViewKeepsItsRowsWhenTheyAreIndexedDead() throws IOException {
    ReadView before = held.view();
    delete(4);
    put(7);
    assertThat(resolve("{\"n\":-1}", held.view()).read()).isEqualTo(ROWS - 1);
    while (database.runIndexSlice()) {}
    assertThat(held.fields.present()).isPresent();
    RowFilter.Resolved old = resolve("{\"n\":{\"$in\":[4,7,9]}}", before);
    assertThat(rows(old.rows())).containsExactly(4, 7, 9);
    assertThat(old.read()).as("those that were dead by then").isEqualTo(2);
    assertThat(rows(resolve("{\"n\":{\"$in\":[4,7,9]}}", held.view()).rows()))
        .containsExactly(9, ROWS);
    assertThat(rows(resolve("{\"n\":{\"$nin\":[4,7]}}", before).rows())).hasSize(ROWS - 2);
  }

  private static OrdinalSet set(int number) {
    return OrdinalSet.of(100, row -> row == number);
  }

  private static Filter filter(int number) {
    return FilterJson.read("{\"n\":" + number + "}");
  }

  @Test
  void theLastEightFiltersOfOneViewAreKept() {
    ResolvedFilters kept = new ResolvedFilters();
    ReadView view = new ReadView(100, Tombstones.NONE, 7);
    for (int i = 0; i < 8; i++) {
      kept.keep(filter(i), view, set(i));
    }
    assertThat(kept.find(filter(0), view)).map(RowFilterTest::rows).contains(new int[] {0});
    kept.keep(filter(8), view, set(8)); // In the place of the one that nobody asked for longest.
    assertThat(kept.find(filter(1), view)).isEmpty();
    assertThat(kept.find(filter(0), view)).isPresent();
    ReadView written = new ReadView(100, Tombstones.NONE, 8);
    assertThat(kept.find(filter(0), written)).isEmpty();
    kept.keep(filter(0), written, set(50));
    kept.keep(filter(0), view, set(0)); // Late: the newer view's stays.
    assertThat(kept.find(filter(0), written)).map(RowFilterTest::rows).contains(new int[] {50});
    assertThat(kept.find(filter(8), view)).isEqualTo(Optional.empty());
    assertThat(kept.find(filter(0), new ReadView(101, Tombstones.NONE, 8))).isEmpty();
  }
}
