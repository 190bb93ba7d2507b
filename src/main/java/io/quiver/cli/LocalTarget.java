package io.quiver.cli;

import io.quiver.catalog.Database;
import io.quiver.catalog.DatabaseOptions;
import io.quiver.collection.Collection;
import io.quiver.collection.PreparedWrite;
import io.quiver.core.Deadline;
import io.quiver.core.DenseVector;
import io.quiver.disk.OsDisk;
import io.quiver.message.CollectionConfig;
import io.quiver.message.Hit;
import io.quiver.message.Row;
import io.quiver.message.SearchVectors;
import io.quiver.message.WriteVectors;
import java.io.IOException;
import java.util.List;

/** A database inside this process, in a folder of its own that goes with it. */
final class LocalTarget implements SearchTarget {
  private static final int BATCH_ROWS = 1_000;

  private final TemporaryFolder folder;
  private final Database database;
  private final Collection collection;

  LocalTarget(CollectionConfig config) throws IOException {
    this.folder = TemporaryFolder.create("quiver-bench-");
    this.database = Database.open(new OsDisk(), folder.path(), DatabaseOptions.DEFAULT);
    this.collection = database.create(config);
  }

  @Override
  public void load(List<Row> rows) throws IOException {
    for (int from = 0; from < rows.size(); from += BATCH_ROWS) {
      List<Row> batch = rows.subList(from, Math.min(rows.size(), from + BATCH_ROWS));
      PreparedWrite write =
          collection.prepare(WriteVectors.upsert(collection.config().name(), batch));
      long lsn = database.append(collection.uuid(), write.command().orElseThrow());
      database.sync(true);
      collection.apply(lsn, write.command().orElseThrow());
    }
    Pause.until(() -> collection.stats().unindexedRows() == 0);
  }

  /** Returns when searches read codes instead of rows. */
  void awaitCodes() {
    Pause.until(() -> collection.stats().codedRows() == collection.stats().vectorCount());
  }

  @Override
  public List<String> search(DenseVector query, int limit, int efSearch) {
    SearchVectors search =
        new SearchVectors(
            collection.config().name(),
            query,
            limit,
            0,
            efSearch,
            false,
            false,
            false,
            Float.POSITIVE_INFINITY,
            0);
    List<Hit> hits = collection.search(0, search, Deadline.NEVER).hits();
    return hits.stream().map(hit -> hit.id().value()).toList();
  }

  @Override
  public void close() throws IOException {
    database.close();
    folder.close();
  }
}
