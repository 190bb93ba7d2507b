package io.quiver.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import io.quiver.collection.Collection;
import io.quiver.collection.ExplainedSearch;
import io.quiver.collection.PreparedWrite;
import io.quiver.collection.Tuning;
import io.quiver.core.CollectionName;
import io.quiver.core.Deadline;
import io.quiver.core.DenseVector;
import io.quiver.core.Metadata;
import io.quiver.core.Metric;
import io.quiver.core.VectorId;
import io.quiver.filter.Filter;
import io.quiver.filter.FilterJson;
import io.quiver.message.CollectionConfig;
import io.quiver.message.ExplainSearch;
import io.quiver.message.Explained;
import io.quiver.message.Row;
import io.quiver.message.SearchVectors;
import io.quiver.message.ShardPlan;
import io.quiver.message.ShardPlan.FilterSource;
import io.quiver.message.ShardPlan.Way;
import io.quiver.message.WriteVectors;
import io.quiver.testkit.FaultyDisk;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** An explanation says what was done: who answered the filter, and what was read for it. */
class ExplainedSearchTest {
  private static final CollectionName NAME = new CollectionName("c");
  private static final int ROWS = 700;

  private final DatabaseOptions options =
      new DatabaseOptions(1 << 20, 1 << 30, 0, new Tuning(50, 100_000));
  private Database database;

  private Collection collection() {
    return database.find(NAME).orElseThrow();
  }

  private void put(int from, int to) {
    List<Row> rows = new ArrayList<>();
    for (int i = from; i < to; i++) {
      String json = "{\"n\":%d,\"text\":\"%s\"}".formatted(i, "x".repeat(200) + i);
      rows.add(new Row(new VectorId("r" + i), DenseVector.of(i, i % 7), Metadata.ofJson(json)));
    }
    PreparedWrite write = collection().prepare(WriteVectors.upsert(NAME, rows));
    long lsn = database.append(collection().uuid(), write.command().orElseThrow());
    database.sync(false);
    collection().apply(lsn, write.command().get());
  }

  private SearchVectors search(String filter) {
    return SearchVectors.of(NAME, DenseVector.of(350, 3), 5)
        .filteredBy(filter.isEmpty() ? Filter.ALL : FilterJson.read(filter));
  }

  private ShardPlan plan(String filter) {
    SearchVectors search = search(filter);
    Explained explained =
        ExplainedSearch.run(collection(), new ExplainSearch(search), Deadline.NEVER);
    assertThat(explained.hits()).isEqualTo(collection().search(0, search, Deadline.NEVER));
    assertThat(explained.plans()).hasSize(1);
    ShardPlan plan = explained.plans().getFirst();
    assertThat(plan.filterNanos() + plan.walkNanos() + plan.scanNanos()).isPositive();
    return plan;
  }

  private void index() {
    while (database.runIndexSlice()) {}
  }

  @Test
  void anExplanationSaysWhoAnsweredTheFilter() throws IOException {
    database = Database.open(new FaultyDisk(1), Path.of("/data"), options);
    try {
      database.create(CollectionConfig.of("c", 2, Metric.EUCLIDEAN));
      put(0, ROWS);
      index();
      ShardPlan first = plan("{\"n\":{\"$lt\":300}}");
      assertThat(first.source()).isEqualTo(FilterSource.ROWS);
      assertThat(first.filterRowsRead()).isEqualTo(ROWS);
      assertThat(first.matches()).isEqualTo(300);
      assertThat(first.way()).isEqualTo(Way.SCAN);
      assertThat(plan("{\"n\":{\"$lt\":300}}").source()).isEqualTo(FilterSource.KEPT);
      index();
      ShardPlan indexed = plan("{\"n\":{\"$lt\":2}}");
      assertThat(indexed.source()).isEqualTo(FilterSource.INDEX);
      assertThat(indexed.indexedRows()).isEqualTo(ROWS);
      assertThat(indexed.filterRowsRead()).isZero();
      // Long strings are cut: those rows are asked, and no others.
      ShardPlan some = plan("{\"n\":{\"$lt\":40},\"text\":{\"$regex\":\"9$\"}}");
      assertThat(some.source()).isEqualTo(FilterSource.INDEX_AND_ROWS);
      assertThat(some.filterRowsRead()).isEqualTo(40);
      assertThat(some.matches()).isEqualTo(4);
      // Written since: read, and found.
      put(ROWS, ROWS + 5);
      ShardPlan late = plan("{\"n\":{\"$gte\":690}}");
      assertThat(late.source()).isEqualTo(FilterSource.INDEX_AND_ROWS);
      assertThat(late.filterRowsRead()).isEqualTo(5);
      assertThat(late.matches()).isEqualTo(15);
      assertThat(plan("{\"has_id\":[\"r3\",\"none\"]}").source()).isEqualTo(FilterSource.INDEX);
      assertThat(plan("{\"n\":-1}").way()).isEqualTo(Way.NOTHING);
      assertThat(plan("").source()).isEqualTo(FilterSource.NONE);
    } finally {
      database.halt();
    }
  }
}
